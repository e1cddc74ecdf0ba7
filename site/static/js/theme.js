// data-theme-switch: a fieldset of radio buttons "system", "light", "dark".
const root = document.documentElement;

function choose(theme) {
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
    meta.media = theme === "system" ? `(prefers-color-scheme: ${meta.dataset.scheme})` : theme === meta.dataset.scheme ? "all" : "not all";
  }
}

function remember(theme) {
  try {
    if (theme === "system") localStorage.removeItem("hallway-theme");
    else localStorage.setItem("hallway-theme", theme);
  } catch {
    // Private windows may refuse; the choice then lasts for this page.
  }
}

for (const group of document.querySelectorAll("[data-theme-switch]")) {
  const now = root.dataset.theme ?? "system";
  const radio = group.querySelector(`input[value="${now}"]`);
  if (radio) radio.checked = true;
  choose(now);
  group.addEventListener("change", ({ target }) => {
    choose(target.value);
    remember(target.value);
  });
}
