// A page of ours instead of the browser's own when there is no network.
navigator.serviceWorker?.register("/offline-worker.js").catch(() => {
  // Private windows may refuse; the browser's own page is shown then.
});
