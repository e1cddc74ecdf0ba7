// details[data-dismiss]: a menu that also closes on Escape, on a click elsewhere and when focus leaves.
const menus = document.querySelectorAll("details[data-dismiss]");

for (const menu of menus) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !menu.contains(relatedTarget)) menu.open = false;
  });
}

document.addEventListener("click", ({ target }) => {
  for (const menu of menus) if (menu.open && !menu.contains(target)) menu.open = false;
});
