// [data-thread]: keeps a thread's page as the server would render it now.
// The log is the truth and the socket a hint: events are numbered, each is applied once and in
// order, and a gap of any size is filled by asking for what came since the last one held here.
const root = document.querySelector("[data-thread]");
const posts = root.querySelector("[data-posts]");
const bar = root.querySelector("[data-livebar]");
const composer = root.querySelector("[data-composer]");
const below = root.querySelector("[data-newbelow]");
const announcement = root.querySelector("[data-announce]");

const BEAT = 20_000;
const SILENCE = 50_000;
const LONGEST_WAIT = 30_000;

let seq = Number(root.dataset.since);
let socket = null;
let failures = 0;
let heard = 0;
let ended = false;
let retry = null;
const unseen = new Set();

function word(name, values = {}) {
  const found = root.querySelector("[data-words]").content.querySelector(`[data-word="${name}"]`);
  return Object.entries(values).reduce(
    (text, [key, value]) => text.replace(`%(${key})s`, value),
    found.textContent,
  );
}

function show(state, name = state) {
  bar.hidden = false;
  if (bar.dataset.state === state && bar.dataset.word === name) return;
  bar.dataset.state = state;
  bar.dataset.word = name;
  bar.querySelector("[data-livebar-word]").textContent = word(name);
}

function end(name) {
  ended = true;
  clearTimeout(retry);
  socket?.close();
  show("ended", name);
}

// --- What an event does to the page -------------------------------------------------------------

function parse(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.querySelector("[data-post]");
}

function placed(post) {
  post.dispatchEvent(new CustomEvent("hallway:placed", { bubbles: true }));
}

// What stands behind the docked composer is not seen yet, nor is the upper edge of it above.
const A_LINE = 48;
const dock = root.querySelector(".composer--docked");
let watcher = watch(0);

function watch(covered) {
  return new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      unseen.delete(target);
    }
    tellBelow();
  }, { rootMargin: `0px 0px -${covered}px` });
}

function cover() {
  const { position, insetBlockEnd } = getComputedStyle(dock);
  const docked = position === "sticky" && dock.offsetHeight;
  const covered = docked ? Math.ceil(dock.offsetHeight + parseFloat(insetBlockEnd)) : 0;
  document.documentElement.style.setProperty("--covered", `${covered}px`);
  watcher.disconnect();
  watcher = watch(docked ? covered + A_LINE : 0);
  for (const post of unseen) watcher.observe(post);
}

if (dock) {
  new ResizeObserver(cover).observe(dock);
  addEventListener("resize", cover);
}

function tellBelow() {
  const first = unseen.values().next().value;
  below.hidden = !first;
  if (!first) return;
  below.href = `#${first.id}`;
  below.textContent = unseen.size === 1 ? word("new-one") : word("new-many", { count: unseen.size });
}

below.addEventListener("click", (event) => {
  const first = unseen.values().next().value;
  if (!first) return; // the link to the last page is a link
  event.preventDefault();
  first.scrollIntoView({ block: "start" });
  first.tabIndex = -1;
  first.focus({ preventScroll: true });
});

function arrive(frame) {
  if (!frame.html) return;
  if (root.dataset.last !== "yes") {
    below.hidden = false;
    below.href = `?post=${frame.post}`;
    below.textContent = word("new-last");
    return;
  }
  const post = parse(frame.html);
  posts.append(post);
  placed(post);
  if (post.dataset.author === root.dataset.me || post.closest("[data-fold]")) return;
  post.classList.add("post--new");
  unseen.add(post);
  watcher.observe(post);
  tellBelow();
  // Whoever reads may want to hear less of it.
  if (!post.dispatchEvent(new CustomEvent("hallway:arrived", { bubbles: true, cancelable: true }))) return;
  announcement.textContent = word("by", {
    name: post.querySelector(".person-tag__name").textContent,
  });
}

function replace(standing, html) {
  const focused = standing.contains(document.activeElement);
  const said = focused && document.activeElement.dataset.react;
  const post = parse(html);
  standing.replaceWith(post);
  placed(post);
  if (!focused) return;
  const again = said && post.querySelector(`[data-react="${said}"]:not([hidden])`);
  if (!again) post.tabIndex = -1;
  (again || post).focus({ preventScroll: true });
}

function take(standing) {
  const neighbour = standing.nextElementSibling ?? standing.previousElementSibling;
  const focused = standing.contains(document.activeElement);
  unseen.delete(standing);
  watcher.unobserve(standing);
  standing.remove();
  tellBelow();
  if (focused && neighbour) {
    neighbour.tabIndex = -1;
    neighbour.focus({ preventScroll: true });
  }
}

// A removed post is back: it goes where its number puts it, if that is on this page.
function comeBack(frame) {
  const standing = [...posts.querySelectorAll("[data-post]")];
  const after = standing.findIndex((post) => Number(post.dataset.post) > frame.post);
  if (after === 0 || (after < 0 && root.dataset.last !== "yes")) return;
  const post = parse(frame.html);
  if (after < 0) posts.append(post);
  else standing[after].before(post);
  placed(post);
}

function tellChanged(name) {
  const notice = root.querySelector("[data-changed]");
  notice.hidden = false;
  notice.querySelector("[data-changed-word]").textContent = word(name);
}

function setLocked(locked) {
  root.querySelector("[data-locked]").hidden = !locked;
  if (composer && root.dataset.moderates !== "yes") composer.hidden = locked;
}

function tellClosed() {
  document.dispatchEvent(new CustomEvent("hallway:closed"));
}

// What stands around the posts is kept by scripts of its own.
function tellAround(frame) {
  document.dispatchEvent(new CustomEvent("hallway:event", { detail: frame }));
}

function apply(frame) {
  const standing = frame.post && root.querySelector(`[data-post="${frame.post}"]`);
  if (frame.kind === "posted") {
    if (standing && frame.html) replace(standing, frame.html);
    else arrive(frame);
  } else if (frame.kind === "edited" || frame.kind === "helped") {
    if (standing && frame.html) replace(standing, frame.html);
    tellAround(frame);
  } else if (frame.kind === "changed" && frame.post) {
    if (standing && frame.html) replace(standing, frame.html);
    else if (frame.html) comeBack(frame);
  } else if (frame.kind === "changed" || frame.kind === "moved") {
    tellChanged(frame.kind);
  } else if (frame.kind === "removed") {
    if (standing) take(standing);
  } else if (frame.kind === "locked" || frame.kind === "unlocked") {
    setLocked(frame.kind === "locked");
  } else if (frame.kind === "closed") {
    posts.replaceChildren();
    end("closed");
    tellClosed();
  } else {
    tellAround(frame);
  }
}

function receive(frame) {
  if (frame.seq <= seq) return;
  if (frame.seq > seq + 1) {
    resume();
    return;
  }
  seq = frame.seq;
  root.dataset.since = seq;
  apply(frame);
}

// What the form's own answer brought, in case the socket is slower or away.
document.addEventListener("hallway:answered", ({ detail }) => {
  for (const frame of detail.events ?? []) receive(frame);
  const own = root.dataset.last === "yes" && posts.lastElementChild;
  // What its writer sees of it stands in the next frame.
  if (own?.dataset.author === root.dataset.me) requestAnimationFrame(() => own.scrollIntoView({ block: "nearest" }));
  announcement.textContent = word("sent");
});

// --- What was seen here is not new any more -------------------------------------------------------

let toldSeq = seq;

function tellRead() {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (ended || seq === toldSeq || unseen.size || root.dataset.last !== "yes" || !token) return;
  toldSeq = seq;
  fetch(root.dataset.read, {
    method: "POST",
    keepalive: true,
    headers: { "X-CSRFToken": token, Accept: "application/json" },
  }).catch(() => { toldSeq = 0; });
}

addEventListener("pagehide", tellRead);
document.addEventListener("visibilitychange", () => { if (document.hidden) tellRead(); });

// --- The connection -------------------------------------------------------------------------------

function say(frame) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}

// Frames that no event stands behind: whoever shows them listens.
function tellFrame(frame) {
  document.dispatchEvent(new CustomEvent("hallway:frame", { detail: frame }));
}

document.addEventListener("hallway:say", ({ detail }) => say(detail));

function resume() {
  say({ type: "resume", since: seq });
}

function connect() {
  clearTimeout(retry);
  if (ended || (socket && socket.readyState <= WebSocket.OPEN)) return;
  if (!navigator.onLine) {
    show("offline");
    return;
  }
  show("reconnecting");
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const mine = new WebSocket(`${scheme}://${location.host}${root.dataset.socket}?since=${seq}`);
  socket = mine;
  heard = Date.now();
  let opened = false, greeted = false;
  mine.addEventListener("open", () => { opened = true; });
  mine.addEventListener("message", ({ data }) => {
    if (mine !== socket) return;
    heard = Date.now();
    const frame = JSON.parse(data);
    if (frame.type === "event") receive(frame);
    else if (frame.type === "reload") end("behind");
    else if (frame.type !== "hello" && frame.type !== "beat") tellFrame(frame);
    else if (frame.seq > seq) resume();
    // After a short time without a network the same socket answers again.
    if (!ended && greeted && frame.type === "beat") show("live");
    if (!ended && frame.type === "hello") {
      failures = 0;
      greeted = true;
      show("live");
      document.dispatchEvent(new CustomEvent("hallway:live"));
    }
  });
  mine.addEventListener("close", ({ code }) => {
    if (mine !== socket || ended) return;
    socket = null;
    if (code === 4404) {
      end("ended");
      seeWhetherItIsThere();
    }
    else if (code === 4409) end("crowded");
    else later(opened);
  });
}

async function later(opened) {
  show(navigator.onLine ? "reconnecting" : "offline");
  failures += 1;
  const wait = Math.min(LONGEST_WAIT, 500 * 2 ** failures) * (0.5 + Math.random() / 2);
  clearTimeout(retry);
  retry = setTimeout(connect, wait);
  if (opened) return;
  // A handshake that was refused and a server that is away look alike: the page itself can tell.
  await seeWhetherItIsThere();
}

// A thread that is closed to its reader is missing; whoever is signed out is sent elsewhere.
async function seeWhetherItIsThere() {
  try {
    const answer = await fetch(location.pathname, { method: "HEAD", redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect") end("signed-out");
    if (answer.status !== 404) return;
    end("ended");
    tellClosed();
  } catch {
    // The server is away; the next try will see.
  }
}

function look() {
  if (ended) return;
  if (socket?.readyState === WebSocket.OPEN) {
    if (Date.now() - heard > SILENCE) {
      const dead = socket;
      socket = null;
      dead.close();
      later(true);
    } else say({ type: "beat" });
  } else if (!socket) connect();
}

setInterval(look, BEAT);
addEventListener("online", () => {
  failures = 0;
  if (socket?.readyState !== WebSocket.OPEN) connect();
  else if (!ended) {
    show("reconnecting");
    say({ type: "beat" });
  }
});
addEventListener("offline", () => { if (!ended) show("offline"); });
addEventListener("pageshow", ({ persisted }) => { if (persisted) look(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
connect();
