// form[data-draft-form]: keeps what is written until the server has answered for it, and sends it
// without leaving the page. The key in the form makes a retry after a lost answer harmless; what does
// not get through waits in the outbox, where the page has one.
import { PATIENCE, adopt, isWaiting, newKey, returnTo, wait } from "./outbox.js";

const PREFIX = "hallway-draft";
const OLDEST = 60 * 24 * 60 * 60 * 1000;

function keep(name, draft) {
  try {
    if (draft) localStorage.setItem(name, JSON.stringify(draft));
    else localStorage.removeItem(name);
    return true;
  } catch {
    return false; // storage can be forbidden or full; the field itself still holds the text
  }
}

function read(stored) {
  try {
    const draft = JSON.parse(stored);
    return typeof draft?.text === "string" && Date.now() - draft.at < OLDEST ? draft : null;
  } catch {
    return null;
  }
}

function kept(name) {
  try {
    return read(localStorage.getItem(name));
  } catch {
    return null;
  }
}

// Stands for the text that a change began from; it need only differ where that text differs.
function trace(text) {
  let sum = 5381;
  for (let place = 0; place < text.length; place += 1) sum = (sum * 33 + text.charCodeAt(place)) % 4294967296;
  return sum;
}

function grow(area) {
  if (CSS.supports("field-sizing", "content")) return;
  area.rows = Math.min(24, Math.max(6, area.value.split("\n").length + 1));
}

// The thread that was merged into this one, where its address has led here.
const merged = new URLSearchParams(location.search).get("merged");

for (const form of document.querySelectorAll("form[data-draft-form]")) {
  const fields = [...form.querySelectorAll("[data-draft]")];
  const note = form.querySelector("[data-draft-note]");
  const problem = form.querySelector("[data-problem]");
  const reminder = form.querySelector("[data-reminder]");
  const old = form.querySelector("[data-draft-old]");
  const words = form.dataset;
  const nameIn = (thread, field) => `${PREFIX}:${words.reader}:${thread}:${field.name}`;
  const nameOf = (field) => nameIn(words.draftForm, field);
  const unsent = new Set(); // fields whose text nothing but this page holds
  const gone = new Map(); // what each field said when it was sent
  let setAside = false; // a draft of an older text, until its writer says what becomes of it

  function tell(text, url = "") {
    problem.textContent = text;
    problem.hidden = !text;
    if (!url) return;
    const link = document.createElement("a");
    link.href = url;
    link.textContent = words.wordOpen;
    problem.append(" ", link);
  }

  function set(field, text) {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function store(field) {
    const changed = field.value !== field.defaultValue || field.dataset.restored;
    const draft = changed && field.value ? { text: field.value, of: trace(field.defaultValue), at: Date.now() } : null;
    if (keep(nameOf(field), draft) || !draft) unsent.delete(field);
    else unsent.add(field);
    note.textContent = draft && !unsent.size ? words.wordKept : "";
  }

  function restore(field, draft) {
    field.dataset.restored = "yes";
    // What the page brings (a quotation) stands below what was being written, never over it, and
    // once however often the page is loaded.
    const brought = words.draftJoin ? field.value.trim() : "";
    const joined = brought && !draft.text.includes(brought);
    set(field, joined ? `${draft.text.trimEnd()}\n\n${field.value}` : draft.text);
  }

  if (words.stay && /^\d+$/.test(merged ?? "")) {
    for (const field of fields) {
      const begun = kept(nameIn(`thread-${merged}`, field));
      if (!begun) continue;
      const text = [kept(nameOf(field))?.text, begun.text].filter(Boolean).join("\n\n");
      if (keep(nameOf(field), { ...begun, text })) keep(nameIn(`thread-${merged}`, field), null);
    }
    adopt(`thread-${merged}`);
  }

  for (const field of fields) {
    field.addEventListener("input", () => {
      if (!reminder.querySelector("[data-stays]")) reminder.replaceChildren(); // about another text
      refuse(field, []);
      if (!setAside) store(field);
      if (field.tagName === "TEXTAREA") grow(field);
    });
    if (field.tagName === "TEXTAREA") grow(field);
    const draft = kept(nameOf(field));
    if (field.value !== field.defaultValue && !words.draftChanges) {
      // Written before this script was there, on a slow line: it is kept, below an older draft.
      if (draft && !draft.text.includes(field.value)) set(field, `${draft.text.trimEnd()}\n\n${field.value}`);
      else store(field);
      continue;
    }
    if (!draft || draft.text === field.value) continue;
    if (words.draftChanges && draft.of !== trace(field.defaultValue)) {
      setAside = true;
      old.hidden = false;
    } else restore(field, draft);
  }

  function decide(act) {
    old.hidden = true;
    setAside = false;
    fields.forEach(act);
    fields.at(-1).focus();
  }
  old.querySelector("[data-draft-take]").addEventListener("click", () => decide((field) => {
    const draft = kept(nameOf(field));
    if (draft) restore(field, draft);
  }));
  old.querySelector("[data-draft-leave]").addEventListener("click", () => decide((field) => keep(nameOf(field), null)));

  // Another tab with the same composer: one that was not written in follows the one that is, so
  // that what was posted there, or signed out of, does not stand here as if it were still to send.
  addEventListener("storage", ({ key, oldValue, newValue }) => {
    const field = fields.find((candidate) => nameOf(candidate) === key);
    if (!field || document.activeElement === field && document.hasFocus()) return;
    if (field.value !== (read(oldValue)?.text ?? field.defaultValue)) return;
    field.value = read(newValue)?.text ?? field.defaultValue;
    if (field.tagName === "TEXTAREA") grow(field);
    note.textContent = newValue ? words.wordKept : "";
  });

  addEventListener("beforeunload", (event) => {
    if (unsent.size) event.preventDefault();
  });

  function forget() {
    for (const field of fields) {
      keep(nameOf(field), null);
      delete field.dataset.restored;
    }
    unsent.clear();
    old.hidden = true;
    setAside = false;
  }

  // What was written while the last was on its way is the next one's.
  function empty(key) {
    forget();
    delete form.dataset.place;
    for (const field of fields) {
      const text = gone.get(field) ?? "";
      field.defaultValue = "";
      set(field, field.value.startsWith(text) ? field.value.slice(text.length).trimStart() : field.value);
    }
    form.elements.key.value = key;
    note.textContent = "";
    document.dispatchEvent(new CustomEvent("hallway:emptied"));
    fields.at(-1).focus({ preventScroll: true });
  }

  function answered(answer) {
    if (!words.stay || answer.url) {
      forget();
      location.assign(answer.url);
      return;
    }
    empty(answer.key);
    document.dispatchEvent(new CustomEvent("hallway:answered", { detail: answer }));
  }

  // --- What did not get through ---------------------------------------------------------------------

  // False where it cannot wait. A post that came back and is sent again has the place that it had.
  function setAsideToSend(body, tried) {
    if (!words.stay || !wait(body, { tried, at: Number(form.dataset.place) || undefined })) return false;
    empty(newKey());
    return true;
  }

  const isFree = () => !form.closest("[hidden]") && fields.every((field) => !field.value);

  function take({ entry, key, told, value, files }) {
    if (isFree()) form.elements.key.value = key;
    form.dataset.place = entry.at;
    for (const field of fields) {
      set(field, [value(field.name).trimEnd(), field.value].filter(Boolean).join("\n\n"));
    }
    document.dispatchEvent(new CustomEvent("hallway:returned", { detail: { files } }));
    if (told) showHeldBack(told);
    else fields.at(-1).focus();
  }

  // An error stands beside its field, where the server would have put it.
  function refuse(field, errors) {
    const id = `${field.id}_error`;
    form.querySelector(`#${id}`)?.remove();
    const described = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((part) => part && part !== id);
    field.toggleAttribute("aria-invalid", false);
    if (errors.length) {
      const alert = document.createElement("div");
      alert.id = id;
      alert.setAttribute("role", "alert");
      const list = alert.appendChild(document.createElement("ul"));
      list.className = "errors";
      for (const { message } of errors) list.appendChild(document.createElement("li")).textContent = message;
      const place = field.closest("label") ?? field;
      (place.previousElementSibling?.matches("[role=toolbar]") ? place.previousElementSibling : place).before(alert);
      field.setAttribute("aria-invalid", "true");
      described.push(id);
    }
    if (described.length) field.setAttribute("aria-describedby", described.join(" "));
    else field.removeAttribute("aria-describedby");
    field.closest(".field")?.classList.toggle("field--invalid", errors.length > 0);
  }

  // Returns what its writer should look at first.
  function showHeldBack({ errors, reminder: notice, version, url }) {
    if (version !== undefined) form.elements.version.value = version;
    const asked = [...form.elements].filter((field) => field.id && field.name && field.type !== "hidden");
    for (const field of asked) refuse(field, errors[field.name] ?? []);
    const others = Object.entries(errors).filter(([name]) => !asked.some((field) => field.name === name));
    tell(others.flatMap(([, list]) => list.map(({ message }) => message)).join(" "), url);
    const first = asked.find((field) => errors[field.name]);
    first?.closest("details")?.setAttribute("open", "");
    if (notice) reminder.innerHTML = notice;
    return notice ? reminder.querySelector("[tabindex]") : first;
  }

  // A docked composer folds up after a press elsewhere, and not under it: the page moves with it.
  const dock = form.closest(".composer--docked");
  form.addEventListener("focusin", ({ target }) => {
    if (dock && target.matches("textarea")) dock.dataset.open = "";
  });
  for (const press of dock ? ["click", "keyup"] : []) {
    document.addEventListener(press, () => setTimeout(() => {
      const used = dock.contains(document.activeElement) || fields.some((field) => field.value);
      if (!used) delete dock.dataset.open;
    }));
  }

  reminder.addEventListener("click", (event) => {
    if (!event.target.closest("[data-change-text]")) return;
    event.preventDefault();
    fields.at(-1).focus();
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    tell("");
    note.textContent = words.wordSending;
    const body = new FormData(form, event.submitter);
    for (const field of fields) gone.set(field, field.value);
    if (words.stay) body.append("since", form.closest("[data-thread]").dataset.since);
    const behind = words.stay && (isWaiting() || !navigator.onLine);
    try {
      if (behind && setAsideToSend(body, false)) return;
      const answer = await fetch(form.action, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        redirect: "manual",
        signal: words.stay ? AbortSignal.timeout(PATIENCE) : null,
      });
      if (answer.ok) answered(await answer.json());
      else if (answer.status === 422) showHeldBack(await answer.json())?.focus();
      else if (answer.status === 404) tell(words.wordGone);
      else if (answer.type === "opaqueredirect" || answer.status === 403) setAsideToSend(body, false) || tell(words.wordSignedOut);
      else setAsideToSend(body, true) || tell(words.wordFailed);
    } catch {
      setAsideToSend(body, true) || tell(words.wordFailed);
    } finally {
      form.ariaBusy = "false";
      const stays = fields.some((field) => field.value) && !unsent.size;
      if (note.textContent === words.wordSending) note.textContent = stays && problem.hidden ? words.wordKept : "";
    }
  });

  // Nothing can be posted here any more: what was being written lies in the outbox, to copy.
  function close() {
    const section = form.closest("[data-composer]");
    const focused = section.contains(document.activeElement);
    if (fields.some((field) => field.value)) {
      if (!wait(new FormData(form), { tried: false, state: "gone" })) {
        tell(words.wordGone);
        return;
      }
      for (const field of fields) set(field, "");
      forget();
    }
    section.hidden = true;
    // Once the outbox has found its place; what its writer was at comes into sight again.
    const copy = "[data-outbox] [data-outbox-copy]:not([hidden])";
    if (focused) setTimeout(() => document.querySelector(copy)?.focus());
  }

  if (words.stay) {
    document.addEventListener("hallway:closed", close);
    returnTo({ isFree, take });
    document.addEventListener("hallway:answered", () => form.querySelector("[data-agreements]")?.remove()); // one agrees once
  }
}
