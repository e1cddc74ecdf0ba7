// [data-presence]: who is in the thread now, and who is writing. Shown as text and never announced:
// it changes too often to be read out. The server says whom it may name.
const thread = document.querySelector("[data-thread]");
const line = document.querySelector("[data-presence]");
const writing = document.querySelector("[data-writing]");
const bar = thread.querySelector("[data-livebar]");

const MOST_SHOWN = 5;
const TYPING_PACE = 4_000;
const TYPING_LASTS = 6_000;

const writers = new Map(); // by the key of a person, 0 for all who are not named
let lastSaid = 0;

function word(name, values = {}) {
  const words = thread.querySelector("[data-words]").content;
  return words
    .querySelector(`[data-word="${name}"]`)
    .textContent.replace(/%\((\w+)\)s/g, (_whole, key) => values[key]);
}

function say(frame) {
  document.dispatchEvent(new CustomEvent("hallway:say", { detail: frame }));
}

function isMuted(person) {
  return thread.dataset.muted.split(" ").includes(String(person));
}

function isMe(person) {
  return String(person) === thread.dataset.me;
}

// --- Who is here ----------------------------------------------------------------------------------

function listed(items) {
  return new Intl.ListFormat(document.documentElement.lang, { type: "conjunction" }).format(items);
}

function tell({ count, named }) {
  const who = line.querySelector("[data-presence-who]");
  const shown = named.filter(([person]) => !isMuted(person));
  shown.sort(([one], [other]) => isMe(other) - isMe(one));
  const names = shown
    .slice(0, MOST_SHOWN)
    .map(([person, name]) => (isMe(person) ? word("here-you") : name));
  const people = word("here-many", { count });
  const more = count - names.length;
  if (count < 2) who.textContent = word("here-alone");
  else if (!names.length) who.textContent = people;
  else {
    if (more) names.push(word("here-more", { count: more }));
    who.textContent = word("here-named", { people, names: listed(names) });
  }
}

// What was known is not true while the page is away from the thread.
function follow() {
  if (bar.dataset.state === "live") {
    line.hidden = false;
    if (writing) writing.hidden = false;
    say({ type: "here" });
  } else {
    line.querySelector("[data-presence-who]").textContent = "";
    for (const { timer } of writers.values()) clearTimeout(timer);
    writers.clear();
    tellWriting();
  }
}

// --- Who is writing -------------------------------------------------------------------------------

function tellWriting() {
  const [first] = writers.values();
  if (!first) writing.textContent = "";
  else if (writers.size > 1) writing.textContent = word("writing-many");
  else if (first.name) writing.textContent = word("writing-named", { name: first.name });
  else writing.textContent = word("writing-nameless");
}

function stop(person) {
  clearTimeout(writers.get(person)?.timer);
  writers.delete(person);
  tellWriting();
}

function start([person, name]) {
  if (isMuted(person)) return;
  stop(person);
  writers.set(person, { name, timer: setTimeout(stop, TYPING_LASTS, person) });
  tellWriting();
}

function sayTyping({ target }) {
  if (!target.matches("textarea") || !target.value.trim()) return;
  if (Date.now() - lastSaid < TYPING_PACE) return;
  lastSaid = Date.now();
  say({ type: "typing" });
}

// --- Whether one is named -------------------------------------------------------------------------

async function name(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const button = form.querySelector("button");
  const problem = form.querySelector("[data-naming-problem]");
  problem.textContent = "";
  const body = new FormData(form);
  body.set("named", button.value);
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json" },
      body,
    });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    button.value = (await answer.json()).named ? "no" : "yes";
    button.textContent = word(`name-${button.value}`);
  } catch {
    problem.textContent = word("name-away");
  }
}

if (line) {
  document.addEventListener("hallway:frame", ({ detail }) => {
    if (detail.type === "here") tell(detail);
    else if (detail.type === "typing") start(detail.person ?? [0, ""]);
  });
  document.addEventListener("hallway:placed", ({ target }) => {
    stop(Number(target.dataset.author));
    stop(0);
  });
  thread.querySelector("[data-composer]")?.addEventListener("input", sayTyping);
  // The answer to a post was the last word of what was being written.
  document.addEventListener("hallway:answered", () => { lastSaid = 0; });
  line.querySelector("[data-naming]").addEventListener("submit", name);
  new MutationObserver(follow).observe(bar, { attributeFilter: ["data-state"] });
  if (bar.dataset.state === "live") follow();
}
