// a[data-save]: leads to the page that saves a thread or a post. With script it is a switch that
// saves without leaving; pressing it again takes that back, with the note that stood on it.
// [data-saved] holds the keys of what is saved on this page.
const page = document.querySelector("[data-saved]");
const announcement = document.querySelector("[data-announce]");
const saved = new Set(page?.dataset.saved.split(" "));
const notes = new Map();

function show(button) {
  button.setAttribute("aria-pressed", saved.has(button.dataset.save));
}

function say(button, text, visible) {
  announcement.textContent = text;
  let note = button.nextElementSibling;
  if (!note?.matches("[data-save-problem]")) {
    note = document.createElement("span");
    note.className = "meta";
    note.dataset.saveProblem = "";
    note.ariaHidden = "true"; // the announcement says it
    button.after(note);
  }
  note.textContent = visible ? text : "";
}

async function toggle(button) {
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  const key = button.dataset.save;
  const wanted = !saved.has(key);
  const body = new URLSearchParams({ saved: wanted ? "yes" : "no" });
  if (wanted && notes.has(key)) body.set("note", notes.get(key));
  try {
    const answer = await fetch(button.dataset.href, {
      method: "POST",
      body,
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
    if (!answer.ok) throw new Error(answer.status);
    const told = await answer.json();
    if (told.saved) saved.add(key);
    else saved.delete(key);
    if (told.note) notes.set(key, told.note);
    show(button);
    say(button, told.saved ? page.dataset.wordSaved : page.dataset.wordUnsaved, false);
  } catch {
    say(button, page.dataset.wordUnsure, true);
  } finally {
    button.ariaBusy = "false";
  }
}

function upgrade(link) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = link.className;
  button.dataset.save = link.dataset.save;
  button.dataset.href = link.href;
  button.append(...link.childNodes);
  button.addEventListener("click", () => toggle(button));
  show(button);
  link.replaceWith(button);
}

function upgradeIn(part) {
  for (const link of part.querySelectorAll("a[data-save]")) upgrade(link);
}

if (page) {
  upgradeIn(document);
  document.addEventListener("hallway:placed", ({ target }) => upgradeIn(target));
}
