// [data-reactions]: with script, what one can say of a post is one stop of the Tab key and not
// three. Of one's own post there is nothing to press: its numbers stay a list.
import { rove } from "../js/roving.js";

function gather(bar) {
  if (!bar.querySelector("button:not([hidden])")) return;
  bar.setAttribute("role", "toolbar");
  for (const item of bar.children) item.setAttribute("role", "none");
  rove(bar);
}

function gatherIn(part) {
  for (const bar of part.querySelectorAll("[data-reactions]")) gather(bar);
}

gatherIn(document);
document.addEventListener("hallway:placed", ({ target }) => gatherIn(target));
