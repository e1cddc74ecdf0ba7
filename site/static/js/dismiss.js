// details[data-dismiss]: a menu that also closes on Escape, on a click elsewhere and when focus leaves.
// Asked of the whole document, so that a menu in a post that arrives later is one too.
const menuOf = (element) => element.closest?.("details[data-dismiss][open]");

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && menuOf(event.target);
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("focusout", ({ target, relatedTarget }) => {
  const menu = menuOf(target);
  if (menu && relatedTarget && !menu.contains(relatedTarget)) menu.open = false;
});

document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("details[data-dismiss][open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
});
