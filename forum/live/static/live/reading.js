// [data-reading]: how this browser reads threads. Shortcuts of a single key are off until somebody
// turns them on, and nothing here is about a person: it outlasts signing out.
const panel = document.querySelector("[data-reading]");
const thread = document.querySelector("[data-thread]");
const announcement = thread.querySelector("[data-announce]");

const KEPT = "reading-settings";
const PAUSE = 60_000;

let settings = { announce: "each", keys: false };
let arrived = 0;
let pause = null;

function word(name, count) {
  const words = thread.querySelector("[data-words]").content;
  return words.querySelector(`[data-word="${name}"]`).textContent.replace("%(count)s", count);
}

function recall() {
  try {
    const { announce, keys } = JSON.parse(localStorage.getItem(KEPT)) ?? {};
    const known = panel.querySelector(`[name="announce"][value="${CSS.escape(announce)}"]`);
    settings = { announce: known ? announce : "each", keys: keys === true };
  } catch {
    // Forbidden or damaged storage says nothing.
  }
  panel.querySelector(`[name="announce"][value="${settings.announce}"]`).checked = true;
  panel.querySelector('[name="keys"]').checked = settings.keys;
}

function choose() {
  settings = {
    announce: panel.querySelector('[name="announce"]:checked').value,
    keys: panel.querySelector('[name="keys"]').checked,
  };
  try {
    localStorage.setItem(KEPT, JSON.stringify(settings));
  } catch {
    // The choice then lasts for this page.
  }
}

// --- New posts ------------------------------------------------------------------------------------

function summarise() {
  pause = null;
  if (!arrived || settings.announce !== "summary") return;
  announcement.textContent = arrived === 1 ? word("summary-one") : word("summary-many", arrived);
  arrived = 0;
  pause = setTimeout(summarise, PAUSE);
}

document.addEventListener("hallway:arrived", (event) => {
  if (settings.announce === "each") return;
  event.preventDefault();
  arrived += 1;
  if (!pause) summarise();
});

// --- Single keys ----------------------------------------------------------------------------------

function show(post) {
  post.tabIndex = -1;
  post.focus({ preventScroll: true });
  post.scrollIntoView({ block: "start" });
}

function step(by) {
  const posts = [...thread.querySelectorAll("[data-post]")].filter((post) => post.checkVisibility());
  const here = posts.indexOf(document.activeElement.closest("[data-post]"));
  const seen = posts.findIndex((post) => post.getBoundingClientRect().bottom > 0);
  // From nowhere, the first step is to the post that is in view.
  const next = here < 0 ? posts[seen] : posts[here + by];
  if (next) show(next);
}

function reply() {
  const text = thread.querySelector("[data-composer]:not([hidden]) textarea");
  text?.scrollIntoView({ block: "nearest" });
  text?.focus({ preventScroll: true });
}

const ACTS = {
  j: () => step(1),
  k: () => step(-1),
  r: reply,
  n: () => thread.querySelector("[data-newbelow]:not([hidden])")?.click(),
  "?": () => {
    panel.open = true;
    panel.querySelector("summary").focus();
  },
};

function press(event) {
  const { key, target, altKey, ctrlKey, metaKey, isComposing, defaultPrevented } = event;
  if (!settings.keys || altKey || ctrlKey || metaKey || isComposing || defaultPrevented) return;
  if (target.closest("input, textarea, select, [contenteditable], dialog") || !Object.hasOwn(ACTS, key)) return;
  event.preventDefault();
  ACTS[key]();
}

recall();
panel.hidden = false;
panel.addEventListener("change", choose);
document.addEventListener("keydown", press);
addEventListener("storage", ({ key }) => { if (key === KEPT) recall(); });
