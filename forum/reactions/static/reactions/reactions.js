// [data-react] below a post: with script a switch that says it, or takes it back, without leaving the
// page. The numbers come with the log's events and with the answer; [data-reacted] on the thread
// holds which are this reader's own. Also shows, from events, which answer helped.
const thread = document.querySelector("[data-thread]");
const announcement = document.querySelector("[data-announce]");
const mine = new Set(thread.dataset.reacted.split(" "));
const keyOf = (button) => `${button.dataset.react}-${button.closest("[data-reactions]").dataset.reactions}`;

function show(button) {
  button.setAttribute("aria-pressed", mine.has(keyOf(button)));
}

function count(bar, counts) {
  for (const [kind, number] of Object.entries(counts)) {
    for (const place of bar.querySelectorAll(`[data-tally="${kind}"]`)) place.textContent = number || "";
    const own = bar.querySelector(`[data-own-count="${kind}"]`);
    own.hidden = !number || bar.closest("[data-post]").dataset.author !== thread.dataset.me;
  }
}

function tell(button, text) {
  announcement.textContent = text;
  const bar = button.closest("[data-reactions]");
  bar.parentElement.querySelector("[data-react-problem]")?.remove();
  if (!text) return;
  const note = document.createElement("p");
  note.className = "meta";
  note.dataset.reactProblem = "";
  note.textContent = text;
  bar.after(note);
}

async function toggle(button) {
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  const key = keyOf(button);
  const wanted = !mine.has(key);
  try {
    const answer = await fetch(button.dataset.href, {
      method: "POST",
      body: new URLSearchParams({ kind: button.dataset.react, said: wanted ? "yes" : "no" }),
      headers: {
        Accept: "application/json",
        "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value,
      },
      redirect: "manual",
    });
    if (answer.type === "opaqueredirect") {
      location.assign(button.dataset.href); // signed out: the page asks for it, and comes back
      return;
    }
    const told = answer.ok || answer.status === 422 ? await answer.json() : {};
    if (!answer.ok) {
      tell(button, told.problem ?? thread.dataset.wordUnsure);
      return;
    }
    if (wanted) mine.add(key);
    else mine.delete(key);
    tell(button, "");
    count(button.closest("[data-reactions]"), told.counts);
    show(button);
  } catch {
    tell(button, thread.dataset.wordUnsure);
  } finally {
    button.ariaBusy = "false";
  }
}

function upgrade(link) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = link.className;
  Object.assign(button.dataset, link.dataset, { href: link.href });
  button.hidden = link.hidden;
  button.append(...link.childNodes);
  button.addEventListener("click", () => toggle(button));
  link.replaceWith(button);
  show(button);
}

function upgradeIn(part) {
  for (const link of part.querySelectorAll("a[data-react]")) upgrade(link);
  for (const own of part.querySelectorAll("[data-own-count]")) {
    const isMine = own.closest("[data-post]").dataset.author === thread.dataset.me;
    own.hidden = !isMine || !own.querySelector("[data-tally]").textContent;
  }
}

upgradeIn(document);
document.addEventListener("hallway:placed", ({ target }) => upgradeIn(target));

document.addEventListener("hallway:event", ({ detail }) => {
  if (detail.kind === "reacted") {
    const bar = document.querySelector(`[data-reactions="${detail.post}"]`);
    if (bar) count(bar, detail.counts);
  }
  if (detail.kind === "helped") {
    const line = thread.querySelector("[data-answer]");
    line.hidden = !detail.answer;
    if (detail.answer) line.querySelector("a").href = `?post=${detail.answer}`;
  }
});

// What was sent told of one try; the next post is asked anew.
document.addEventListener("hallway:emptied", () => {
  const tick = thread.querySelector("[data-composer] [name=tried]");
  if (tick) tick.checked = false;
});
