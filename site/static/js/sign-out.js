// Signing out, and closing an account, takes every draft with it: the computer may be somebody else's.
document.addEventListener("submit", ({ target }) => {
  if (!/\/(accounts\/logout|me\/close)\/$/.test(target.action)) return;
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith("hallway-")) localStorage.removeItem(name);
    }
  } catch {
    // Storage that is forbidden holds no draft.
  }
});
