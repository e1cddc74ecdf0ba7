// form[data-attendance]: ticks at the door stay on this device until the server has them. Only what
// was ticked is sent, with how long ago, so that two people at one door lose none of each other's.
const form = document.querySelector("form[data-attendance]");

// Signing out takes every draft with it (sign-out.js), so this is named like one.
const name = form && `hallway-draft:${form.dataset.reader}:attendance-${form.dataset.attendance}`;
const OLDEST = 7 * 24 * 60 * 60 * 1000;

function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(name)) ?? {};
    return Object.fromEntries(Object.entries(found).filter(([, tick]) => Date.now() - tick?.at < OLDEST));
  } catch {
    return {};
  }
}

function attend() {
  const words = form.dataset;
  const state = form.querySelector("[data-door-state]");
  const problem = form.querySelector("[data-door-problem]");
  const later = form.querySelector("[data-door-later]");
  const rows = new Map([...form.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row]));
  const ticks = kept();
  let loose = false; // storage that is forbidden or full: the page alone holds the ticks

  const shown = (pk) => form.elements[`state-${pk}`].value;
  const show = (pk, value) => {
    for (const radio of rows.get(pk).querySelectorAll("input[type=radio]")) radio.checked = radio.value === value;
  };

  function keep() {
    try {
      if (Object.keys(ticks).length) localStorage.setItem(name, JSON.stringify(ticks));
      else localStorage.removeItem(name);
      loose = false;
    } catch {
      loose = true;
    }
  }

  function count() {
    const values = [...rows.keys()].map(shown);
    for (const place of form.querySelectorAll("[data-count]")) {
      place.textContent = values.filter((value) => value === place.dataset.count).length;
    }
  }

  function tell() {
    const unsaved = Object.keys(ticks).length;
    for (const [pk, row] of rows) row.toggleAttribute("data-unsaved", pk in ticks);
    form.toggleAttribute("data-unsaved", unsaved > 0);
    const many = loose ? words.wordLooseMany : words.wordUnsavedMany;
    const one = loose ? words.wordLooseOne : words.wordUnsavedOne;
    if (!unsaved) state.textContent = words.wordSaved;
    else state.textContent = unsaved === 1 ? one : many.replace("%(count)s", unsaved);
  }

  function complain(text) {
    problem.textContent = text;
    problem.hidden = !text;
  }

  for (const [pk, tick] of Object.entries(ticks)) {
    if (rows.has(pk)) show(pk, tick.state);
    else delete ticks[pk];
  }
  // Ticked before this script was there, or put back by the browser.
  for (const pk of rows.keys()) {
    const value = shown(pk);
    if (value && value !== form.elements[`was-${pk}`].value && !(pk in ticks)) {
      ticks[pk] = { state: value, at: Date.now(), version: form.elements[`version-${pk}`].value };
    }
  }
  keep();
  count();
  if (Object.keys(ticks).length) tell();

  form.addEventListener("change", ({ target }) => {
    const pk = target.closest("[data-row]")?.dataset.row;
    if (!pk) return;
    if (target.value === form.elements[`was-${pk}`].value) delete ticks[pk];
    else ticks[pk] = { state: target.value, at: Date.now(), version: form.elements[`version-${pk}`].value };
    keep();
    count();
    tell();
  });

  function answered(answer, sent) {
    for (const [pk, tick] of Object.entries(sent)) {
      if (ticks[pk]?.at === tick.at) delete ticks[pk]; // not ticked again while it was on its way
    }
    for (const [pk, [value, version]] of Object.entries(answer.rows)) {
      if (!rows.has(pk)) continue;
      form.elements[`was-${pk}`].value = value;
      form.elements[`version-${pk}`].value = version;
      if (!(pk in ticks)) show(pk, value);
    }
    keep();
    count();
    tell();
    if (!Object.keys(ticks).length) state.textContent = `${answer.said} ${words.wordSaved}`;
    later.replaceChildren(...answer.later.map((sentence) => {
      const line = document.createElement("p");
      line.textContent = sentence;
      return line;
    }));
    later.hidden = !answer.later.length;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    complain("");
    state.textContent = words.wordSending;
    const sent = structuredClone(ticks);
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const [pk, tick] of Object.entries(sent)) {
      body.append(`state-${pk}`, tick.state);
      body.append(`version-${pk}`, tick.version);
      body.append(`age-${pk}`, Math.max(0, Date.now() - tick.at)); // in milliseconds
    }
    let told = "";
    try {
      const answer = await fetch(location.pathname, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        redirect: "manual",
      });
      if (answer.ok) answered(await answer.json(), sent);
      else if (answer.status === 422) told = (await answer.json()).problem;
      else if (answer.type === "opaqueredirect" || answer.status === 403) told = words.wordSignedOut;
      else if (answer.status === 404) told = words.wordGone;
      else told = words.wordFailed;
    } catch {
      told = words.wordLost;
    } finally {
      form.ariaBusy = "false";
    }
    if (told) {
      tell();
      complain(told);
    }
  });

  addEventListener("offline", () => complain(Object.keys(ticks).length ? words.wordLost : ""));
  addEventListener("online", () => complain(Object.keys(ticks).length ? words.wordBack : ""));
  addEventListener("beforeunload", (event) => {
    if (loose && Object.keys(ticks).length) event.preventDefault();
  });
}

if (form) attend();
