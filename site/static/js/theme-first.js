// A classic script on purpose: it runs before the first paint, so a chosen theme never flashes.
try {
  const chosen = localStorage.getItem("hallway-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage can be forbidden; the reader's system decides then.
}
