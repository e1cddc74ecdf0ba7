// [data-waiting]: says on every page that posts of its reader wait in this browser, and leads to the
// list of them. What the page itself shows is not counted.
import { entries, shelf } from "./waiting.js";

const line = document.querySelector("[data-waiting]");
const words = line.dataset;
const shown = document.querySelector("[data-outbox]")?.dataset.outbox;

function draw() {
  const here = shown === undefined ? null : shelf(words.waiting, shown);
  const count = entries(shelf(words.waiting)).filter(({ name }) => here === null || !name.startsWith(here)).length;
  line.hidden = !count;
  line.querySelector("a").textContent = count === 1 ? words.wordOne : words.wordMany.replace("%(count)s", count);
}

addEventListener("storage", draw);
addEventListener("pageshow", draw);
draw();
