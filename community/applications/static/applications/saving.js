// form[data-saves]: what is typed in a step is saved as one goes, so that leaving loses nothing.
const form = document.querySelector("form[data-saves]");
const PAUSE = 3000; // as long as a person takes at least, for whoever keeps machines out

function saves() {
  const said = form.querySelector("[data-saves-said]");
  let timer = null, under = null, again = false;

  async function save() {
    clearTimeout(timer);
    timer = null;
    if (under) {
      again = true;
      return;
    }
    const body = new FormData(form);
    body.set("later", "yes");
    under = fetch(location.pathname, { method: "POST", body, keepalive: true, headers: { Accept: "application/json" } });
    try {
      const answer = await under;
      if (answer.ok) form.elements.version.value = (await answer.json()).version;
      said.textContent = answer.ok ? form.dataset.wordSaved : form.dataset.wordNot;
    } catch {
      said.textContent = form.dataset.wordNot;
    }
    under = null;
    if (again) {
      again = false;
      await save();
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  addEventListener("pagehide", () => { if (timer) save(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && timer) save(); });

  // What is under way knows the next version of the draft: the form waits for it.
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    timer = null;
    if (!under) return;
    event.preventDefault();
    again = false;
    const { submitter } = event;
    while (under) await under.catch(() => {}).then(() => new Promise((done) => { setTimeout(done); }));
    form.requestSubmit(submitter);
  });
}

if (form) saves();
