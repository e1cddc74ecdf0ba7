// Signing out takes every draft with it: the computer may be somebody else's.
document.addEventListener("submit", ({ target }) => {
  if (!target.action?.endsWith("/accounts/logout/")) return;
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith("hallway-draft")) localStorage.removeItem(name);
    }
  } catch {
    // Storage that is forbidden holds no draft.
  }
});
