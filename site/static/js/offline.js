// A page of ours instead of the browser's own when there is no network.
navigator.serviceWorker?.register("/offline-worker.js").catch(() => {
  // Private windows may refuse; the browser's own page is shown then.
});

// A form that is sent without a network would lead away from what was typed: it stays, and says so.
// One that its own script sends has asked the browser not to already; signing out goes on.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (navigator.onLine || event.defaultPrevented || form.method !== "post" || form.getAttribute("action")?.endsWith("/logout/")) return;
  event.preventDefault();
  form.querySelector("[data-not-sent]")?.remove();
  form.append(document.querySelector("[data-not-sent-words]").content.cloneNode(true));
});

addEventListener("online", () => {
  for (const said of document.querySelectorAll("form [data-not-sent]")) said.remove();
});
