// [data-session]: the panel of a live session, which arrives as a whole where what stands in it
// changes; a vote brings one number. All readers get the same: what this one voted, what is theirs
// and what they may do is shown here. Links that lead to a page with one button become that button.
import { put } from "../writing/typing.js";

const root = document.querySelector("[data-thread]");
const section = root?.querySelector("[data-session]");
const form = section?.querySelector("[data-ask]");
const field = form?.querySelector("textarea");
const composer = root?.querySelector("[data-composer]");
const slow = root?.querySelector("[data-slow-note]");
const voted = new Set(section?.dataset.voted.split(" ").filter(Boolean));
let clock = null;

const panel = () => section.querySelector("[data-panel]");
const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value;

function word(name) {
  return section.querySelector("[data-session-words]").content.querySelector(`[data-word="${name}"]`)
    .textContent;
}

function say(text) {
  section.querySelector("[data-session-said]").textContent = text;
}

async function send(address, body) {
  const answer = await fetch(address, {
    method: "POST",
    body: new URLSearchParams(body),
    headers: { Accept: "application/json", "X-CSRFToken": token() },
    redirect: "manual",
  });
  if (answer.type === "opaqueredirect" || answer.status === 404) {
    location.assign(address); // signed out, or no longer open: the page says so
    return null;
  }
  const told = await answer.json();
  if (answer.ok) return told;
  return { problem: Object.values(told.errors).flat().map(({ message }) => message).join(" ") };
}

// A link that leads to the page of a question becomes a button that does its one thing.
function button(link, act, then) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = link.className;
  Object.assign(made.dataset, link.dataset);
  made.hidden = link.hidden;
  made.append(...link.childNodes);
  made.addEventListener("click", async () => {
    if (made.ariaBusy === "true") return;
    made.ariaBusy = "true";
    try {
      const told = await send(link.href, { act: act() });
      if (told?.problem) say(told.problem);
      else if (told) {
        then?.(made);
        say(told.said);
      }
    } catch {
      say(word("unsure"));
    } finally {
      made.ariaBusy = "false";
    }
  });
  link.replaceWith(made);
  return made;
}

function dressQuestion(row) {
  const key = row.dataset.question;
  const takesPart = section.dataset.mayAsk === "yes";
  const vote = row.querySelector("a[data-vote]");
  if (vote && takesPart) {
    const made = button(vote, () => (voted.has(key) ? "unvote" : "vote"), (pressed) => {
      if (!voted.delete(key)) voted.add(key);
      pressed.ariaPressed = voted.has(key);
      const standing = section.querySelector(`[data-key="${pressed.dataset.key}"]`);
      if (standing) standing.ariaPressed = voted.has(key);
    });
    made.ariaPressed = voted.has(key);
  }
  const mine = row.querySelector("[data-mine]");
  if (mine) mine.hidden = !(takesPart && row.dataset.author === root.dataset.me);
  const act = row.querySelector("a[data-act]");
  if (act && root.dataset.moderates === "yes") button(act, () => act.dataset.act);
}

function dress() {
  for (const control of panel().querySelectorAll("[data-hosts]")) {
    control.hidden = root.dataset.moderates !== "yes";
  }
  for (const row of panel().querySelectorAll("[data-question]")) dressQuestion(row);
  keepTime();
}

// What is read below the panel stays where it is in the window while the panel changes out of view.
function steadily(change) {
  const below = root.querySelector("[data-posts]");
  const before = below.getBoundingClientRect().top;
  const outOfView = Math.min(before, section.getBoundingClientRect().top) < 0;
  change();
  const moved = below.getBoundingClientRect().top - before;
  if (outOfView && moved) scrollBy({ top: moved, behavior: "instant" });
}

// The end comes by the clock, and no event tells of it.
function keepTime() {
  clearTimeout(clock);
  const { state, until, slow: pace } = panel().dataset;
  const left = state === "live" ? new Date(until) - Date.now() : 0;
  const live = state === "live" && left > 0;
  section.dataset.live = live ? "yes" : "no";
  root.dataset.live = live ? "yes" : "no";
  fitForm();
  if (slow) {
    slow.hidden = !live || pace === "0";
    if (!slow.hidden) slow.querySelector("span").textContent = word(`slow-${pace}`);
  }
  if (state === "live" && !live) {
    wrapUp();
    sayOver();
  } else if (live) clock = setTimeout(() => steadily(keepTime), Math.min(left + 500, 2 ** 31 - 1));
}

// What was being typed when the session ended stays where it is, under the caret, and goes into a
// reply when its writer says so.
function fitForm() {
  const live = section.dataset.live === "yes";
  const late = Boolean(!live && field?.value);
  if (form) {
    form.hidden = !live && !late;
    form.querySelector("[data-ask-now]").hidden = late;
    form.querySelector("[data-ask-late]").hidden = !late;
    form.querySelector("[data-ask-reply]").hidden = composer.hidden; // the thread is locked
  }
  section.hidden = panel().dataset.state === "none" && !late;
}

function sayOver() {
  say(word(field?.value ? "over-kept" : "over"));
}

form?.querySelector("[data-ask-reply]").addEventListener("click", () => {
  const area = composer.querySelector("textarea");
  const before = area.value.trimEnd();
  put(area, before.length, area.value.length, [before, field.value.trim()].filter(Boolean).join("\n\n").slice(before.length));
  field.value = "";
  steadily(fitForm);
  composer.scrollIntoView({ block: "nearest" });
});

// The panel as the server would render it now: over, and folded unless its reader is in it.
function wrapUp() {
  const standing = panel();
  const focused = standing.contains(document.activeElement) ? document.activeElement : null;
  standing.dataset.state = "over";
  for (const words of standing.querySelectorAll("[data-while-live]")) words.remove();
  for (const words of standing.querySelectorAll("[data-once-over]")) words.hidden = false;
  for (const vote of standing.querySelectorAll("[data-vote]")) {
    const votes = vote.querySelector("[data-votes]");
    votes.className = "meta";
    vote.replaceWith(votes);
  }
  for (const control of standing.querySelectorAll("[data-act=answering], [data-mine]")) control.remove();
  standing.open = Boolean(focused);
  if (focused && !focused.isConnected) standing.querySelector("summary").focus({ preventScroll: true });
}

// A number that a vote moved, and the questions in the order that `in_their_order` gives them.
function count({ question, votes, words }) {
  const row = panel().querySelector(`[data-queue] > [data-question="${question}"]`);
  if (!row) return;
  const place = row.querySelector("[data-votes]");
  place.dataset.votes = votes;
  place.textContent = words;
  putInOrder(row.parentElement);
}

function standsBefore(one, other) {
  const facts = (row) => [
    row.matches(".question--answering") ? 0 : 1,
    -row.querySelector("[data-votes]").dataset.votes,
    Number(row.dataset.at),
    Number(row.dataset.question),
  ];
  const [ones, others] = [facts(one), facts(other)];
  const differs = ones.findIndex((fact, index) => fact !== others[index]);
  return differs < 0 ? 0 : ones[differs] - others[differs];
}

// The row that has the focus stays, and the others go around it: what is moved loses the focus.
function putInOrder(list) {
  const rows = [...list.children];
  const ordered = rows.toSorted(standsBefore);
  if (ordered.every((row, index) => row === rows[index])) return;
  const still = Math.max(0, ordered.findIndex((row) => row.contains(document.activeElement)));
  ordered[still].before(...ordered.slice(0, still));
  ordered[still].after(...ordered.slice(still + 1));
}

function answeringIn(part) {
  return part.querySelector(".question--answering .question__text")?.textContent ?? "";
}

function place(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const standing = panel();
  const next = holder.content.querySelector("[data-panel]");
  const focused = standing.contains(document.activeElement) && document.activeElement;
  const key = focused && focused.closest("[data-key]")?.dataset.key;
  const unfolded = [...standing.querySelectorAll("details[open][data-key]")].map((each) => each.dataset.key);
  const before = { state: standing.dataset.state, answering: answeringIn(standing) };
  // As its reader has it; where a session ends it folds, but not under whoever is in it.
  if (before.state === next.dataset.state) next.open = standing.open;
  else if (focused) next.open = true;
  standing.replaceWith(next);
  for (const one of unfolded) {
    const details = next.querySelector(`details[data-key="${one}"]`);
    if (details) details.open = true;
  }
  next.dispatchEvent(new CustomEvent("hallway:placed", { bubbles: true }));
  dress();
  if (focused && next.dataset.state === "none") {
    const title = root.querySelector("h1"); // what stood there is in another thread now
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  } else if (focused) {
    const again = (key && next.querySelector(`[data-key="${key}"]`)) ?? next;
    (again.matches("details") ? again.querySelector("summary") : again).focus({ preventScroll: true });
  }
  const answering = answeringIn(next);
  if (before.state !== "live" && next.dataset.state === "live") say(word("started"));
  else if (before.state === "live" && next.dataset.state === "over") sayOver();
  else if (answering && answering !== before.answering) say(`${word("answering")} ${answering}`);
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const problem = form.querySelector("[data-ask-problem]");
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  problem.textContent = "";
  try {
    const told = await send(form.action, { text: field.value });
    if (told?.problem) problem.textContent = told.problem;
    else if (told) {
      field.value = "";
      fitForm();
      say(told.said);
    }
  } catch {
    problem.textContent = word("unsure");
  } finally {
    form.ariaBusy = "false";
  }
});

if (section) {
  dress();
  if (composer) new MutationObserver(fitForm).observe(composer, { attributeFilter: ["hidden"] });
  document.addEventListener("hallway:event", ({ detail }) => {
    if (detail.kind === "session" && detail.panel) steadily(() => place(detail.panel));
    else if (detail.kind === "voted" && detail.question) count(detail);
  });
  // A post that arrived without the page: its menu pins it, for those who host.
  document.addEventListener("hallway:placed", ({ target }) => {
    for (const control of target.querySelectorAll("[data-hosts]")) {
      control.hidden = root.dataset.moderates !== "yes";
    }
  });
}
