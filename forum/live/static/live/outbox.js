// [data-outbox]: posts that were sent and did not get through wait in this browser and go out by
// themselves, in their order. Each keeps the key of its form, so that one which did get through and
// lost its answer is not said twice. It names a thread; or none, on the page that lists what waits
// for any thread, also for one that is gone: from there nothing goes out that was not asked for.
import { drop, entries, note, read, shelf, threadOf } from "./waiting.js";

export const PATIENCE = 30_000;
const LONGEST_WAIT = 60_000;
const PASSING = [408, 425, 429]; // that it was refused says nothing about the post
const STALE = 24 * 60 * 60 * 1000; // what was written that long ago goes out when its writer says so

const box = document.querySelector("[data-outbox]");
const words = box?.dataset ?? {};
const listsAll = words.outbox === "";
const prefix = shelf(words.reader, words.outbox);
let composer = null; // { isFree, take }
let failures = 0;
let timer = null;
let going = ""; // the name of the one that is on its way
let signedOut = false;
let held = false; // one came back to be changed: those after it wait for it
let token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;

// --- What is kept ---------------------------------------------------------------------------------

const waiting = () => entries(prefix);

const valueOf = (entry, field) => entry.fields.find(([name]) => name === field)?.[1] ?? "";

export const isWaiting = () => Boolean(box) && waiting().length > 0;

// As the server's own: version 4. On a page without TLS `randomUUID` is not there.
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// Keep what a form was about to send; false where it cannot be kept. `tried` says that it may have
// arrived, `at` when it was written; with a `state` it is not sent by itself.
export function wait(body, { tried, at = Date.now(), state = "" }) {
  const fields = [...body].filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "since");
  const plain = fields.filter(([, value]) => typeof value === "string");
  const carries = fields.some(([, value]) => typeof value !== "string" && value.size);
  if (!box || (carries && !state) || !body.get("content")?.trim() || !body.get("key")) return false;
  try {
    localStorage.setItem(prefix + body.get("key"), JSON.stringify({ at, fields: plain, tried, state, said: "" }));
  } catch {
    return false;
  }
  held = false;
  draw();
  if (tried) later();
  else if (!state) flush();
  return true;
}

// What waits for a thread that was merged into this one waits here, until its writer sends it.
export function adopt(thread) {
  for (const { name, ...kept } of box ? entries(shelf(words.reader, thread)) : []) {
    try {
      localStorage.setItem(prefix + name.split(":").at(-1), JSON.stringify({ ...kept, state: "refused", said: words.wordMerged }));
      localStorage.removeItem(name);
    } catch {
      return; // full: it waits where it was
    }
  }
  draw();
}

// --- Sending --------------------------------------------------------------------------------------

// One tab sends at a time. Where the browser knows no locks, the keys keep two from saying it twice.
function alone(name, act) {
  if (!navigator.locks) return going ? undefined : act();
  // What somebody asked for on the list waits for its turn; a thread's own tries again by itself.
  return navigator.locks.request(name, { ifAvailable: !listsAll }, (lock) => (lock ? act() : later()));
}

const isBehind = () => held && !composer?.isFree();
const isStale = (entry) => Date.now() - entry.at > STALE;

function flush(pressed = null) {
  clearTimeout(timer);
  if (!box || !waiting().length || (listsAll && !pressed)) return;
  alone(pressed ? shelf(words.reader, threadOf(pressed)) : prefix, async () => {
    const asked = pressed && read(pressed.name); // another tab may have sent it in the meantime
    const next = () => (listsAll ? null : waiting()[0]);
    for (let entry = asked ?? next(); entry; entry = next()) {
      const waits = entry !== asked && (entry.state || isBehind() || isStale(entry));
      if (waits || !navigator.onLine || !(await send(entry))) break;
    }
    going = "";
    draw();
  });
}

function later() {
  failures += 1;
  clearTimeout(timer);
  timer = setTimeout(flush, Math.min(LONGEST_WAIT, 1000 * 2 ** failures) * (0.5 + Math.random() / 2));
}

// An address that the page gives for a thread, with the thread of this entry in it.
const addressOf = (entry, pattern) => pattern.replace("/0/", `/${threadOf(entry).replace("thread-", "")}/`);

function post(entry) {
  const body = new FormData();
  for (const [name, value] of entry.fields) body.append(name, value);
  body.append("csrfmiddlewaretoken", token);
  if (!listsAll) body.append("since", box.closest("[data-thread]").dataset.since);
  return fetch(addressOf(entry, words.action), {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE),
  });
}

const isRefusedAtTheDoor = (answer) => answer.type === "opaqueredirect" || answer.status === 403;

// Whoever signed in again in another tab has another token. Somebody else has none of this.
async function askForToken() {
  const answer = await fetch(location.pathname, { redirect: "manual", cache: "no-store" });
  if (!answer.ok) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (page.querySelector("[data-outbox]")?.dataset.reader !== words.reader) return null;
  return page.querySelector("[name=csrfmiddlewaretoken]")?.value;
}

// True where the next one may go.
async function send(entry) {
  going = entry.name;
  note(entry, { tried: true, state: "", said: "" });
  draw();
  try {
    let answer = await post(entry);
    if (isRefusedAtTheDoor(answer)) {
      const fresh = await askForToken();
      if (fresh) {
        token = fresh;
        answer = await post(entry);
      }
    }
    signedOut = isRefusedAtTheDoor(answer);
    if (signedOut) return false;
    if (answer.ok) return sent(entry, await answer.json());
    if (answer.status === 422) refused(entry, await answer.json());
    else if (answer.status === 404) note(entry, { state: "gone" });
    else if (answer.status >= 500 || PASSING.includes(answer.status)) later();
    else note(entry, { state: "refused", said: words.wordFailed });
  } catch {
    later();
  }
  return false;
}

function sent(entry, answer) {
  drop(entry);
  failures = 0;
  if (answer.url) {
    box.querySelector("[data-outbox-looked-at]").hidden = false;
    box.querySelector("[data-outbox-looked-at] a").href = answer.url;
  } else document.dispatchEvent(new CustomEvent("hallway:answered", { detail: answer }));
  return true;
}

function refused(entry, told) {
  const said = Object.values(told.errors).flat().map(({ message }) => message).join(" ");
  note(entry, { state: "refused", said: said || words.wordLook });
  // Where no other words would help, as in a thread that was locked, there is nothing to change.
  const concernsWords = told.reminder || Object.keys(told.errors).some((name) => name !== "__all__");
  if (concernsWords && composer?.isFree()) giveBack(entry, told);
}

function giveBack(entry, told) {
  // One that may have arrived, and is changed now, is another post: with its old key the server
  // would answer with the old words.
  const key = !entry.tried || entry.state === "refused" ? valueOf(entry, "key") : newKey();
  composer.take({ entry, key, told, value: (field) => valueOf(entry, field), files: filesOf(entry) });
  held = true;
  drop(entry);
}

function filesOf(entry) {
  const ticked = entry.fields.filter(([name]) => name === "attachments");
  return Object.fromEntries(ticked.map(([, pk]) => [pk, valueOf(entry, `alt-${pk}`)]));
}

// The composer says how it takes a post back: `isFree()`, `take({entry, key, told, value, files})`.
export function returnTo(form) {
  composer = form;
  draw();
  flush();
}

// --- What is shown --------------------------------------------------------------------------------

const section = document.querySelector("[data-composer]");
const empty = document.querySelector("[data-outbox-empty]");

function place() {
  const beside = section && !section.hidden ? section : null;
  if (beside && box.parentElement !== beside) beside.append(box);
  if (!beside && section && box.parentElement === section) section.before(box);
}

function why(list) {
  if (going) return words.wordSending;
  if (signedOut) return words.wordSignedOut;
  if (listsAll ? navigator.onLine && !failures : list[0].state || isStale(list[0])) return words.wordHeld;
  if (isBehind()) return words.wordBehind;
  return navigator.onLine ? words.wordAway : words.wordOffline;
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function row(entry) {
  const made = box.querySelector("[data-outbox-row]").content.firstElementChild.cloneNode(true);
  made.dataset.name = entry.name;
  for (const part of made.querySelectorAll("[data-outbox-words]")) part.textContent = valueOf(entry, "content");
  const at = new Date(entry.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  made.querySelector("[data-outbox-at]").textContent = words.wordWritten?.replace("%(time)s", at);
  made.querySelector("[data-outbox-thread]").href = addressOf(entry, words.threadAt);
  return made;
}

function dress(made, entry) {
  const told = { gone: words.wordGone, refused: entry.said }[entry.state] ?? (isStale(entry) ? words.wordStale : "");
  say(made.querySelector("[data-outbox-said]"), told);
  const gone = entry.state === "gone";
  // Not on the page that just said so; the list can try whether the thread has come back.
  made.querySelector("[data-outbox-send]").hidden = gone && !listsAll && Boolean(section?.hidden);
  for (const part of ["whole", "copy"]) made.querySelector(`[data-outbox-${part}]`).hidden = !gone && !listsAll;
  made.querySelector("[data-outbox-excerpt]").hidden = gone || listsAll;
  made.querySelector("[data-outbox-at]").hidden = !listsAll;
  made.querySelector("[data-outbox-thread]").hidden = gone || !listsAll;
  made.querySelector("[data-outbox-change]").hidden = !section || section.hidden;
  made.setAttribute("aria-busy", going === entry.name);
}

function draw() {
  if (!box) return;
  place();
  const list = waiting();
  if (empty) empty.hidden = list.length > 0;
  const rows = box.querySelector("[data-outbox-rows]");
  const names = new Set(list.map(({ name }) => name));
  for (const gone of [...rows.children].filter((made) => !names.has(made.dataset.name))) remove(gone);
  for (const entry of list) {
    const standing = [...rows.children].find((made) => made.dataset.name === entry.name);
    const made = standing ?? row(entry);
    if (!standing) rows.append(made);
    dress(made, entry);
  }
  box.classList.toggle("outbox--full", list.length > 0);
  if (list.length && !listsAll) box.querySelector("[data-outbox-looked-at]").hidden = true;
  box.querySelector("[data-outbox-sign-in]").hidden = !signedOut || !list.length;
  const count = list.length === 1 ? words.wordOne : words.wordMany?.replace("%(count)s", list.length);
  say(box.querySelector("[data-outbox-status]"), list.length ? `${count} ${why(list)}` : "");
}

function remove(made) {
  const focused = made.contains(document.activeElement);
  const next = made.nextElementSibling ?? made.previousElementSibling;
  made.remove();
  if (focused) (next?.querySelector("button") ?? section?.querySelector("textarea") ?? empty)?.focus({ preventScroll: true });
}

// Asked once more: these words are nowhere else.
function ask(made, asked) {
  made.querySelector("[data-outbox-acts]").hidden = asked;
  made.querySelector("[data-outbox-sure]").hidden = !asked;
  made.querySelector(asked ? "[data-outbox-leave]" : "[data-outbox-throw]").focus();
}

async function copy(made, entry) {
  const done = made.querySelector("[data-outbox-done]");
  done.textContent = "";
  try {
    await navigator.clipboard.writeText(valueOf(entry, "content"));
    done.textContent = words.wordCopied;
  } catch {
    made.querySelector("[data-outbox-whole]").select(); // a browser may keep its clipboard to itself
    done.textContent = words.wordSelected;
  }
}

box?.addEventListener("click", ({ target }) => {
  const made = target.closest("[data-name]");
  const entry = made && read(made.dataset.name);
  if (!entry || going === entry.name) return;
  const pressed = (act) => target.closest(`[data-outbox-${act}]`);
  if (pressed("send")) {
    failures = 0;
    flush(entry);
  } else if (pressed("change")) {
    giveBack(entry, null);
    draw();
  } else if (pressed("copy")) {
    copy(made, entry);
  } else if (pressed("throw")) {
    ask(made, true);
  } else if (pressed("leave")) {
    ask(made, false);
  } else if (pressed("throw-now")) {
    drop(entry);
    draw();
    flush();
  }
});

// --- When it is tried -----------------------------------------------------------------------------

function wake() {
  failures = 0;
  draw();
  flush();
}

if (box) {
  addEventListener("online", wake);
  addEventListener("offline", draw);
  addEventListener("pageshow", ({ persisted }) => persisted && wake());
  document.addEventListener("hallway:live", wake);
  document.addEventListener("visibilitychange", () => document.hidden || wake());
  addEventListener("storage", ({ key }) => (key === null || key.startsWith(prefix)) && draw());
  // A thread that is locked hides its composer: what waits is shown all the same.
  if (section) new MutationObserver(draw).observe(section, { attributeFilter: ["hidden"] });
  if (!section?.querySelector("form[data-stay]")) wake(); // else once its composer can take one back
}
