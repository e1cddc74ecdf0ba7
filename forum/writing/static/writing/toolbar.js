// template[data-toolbar]: buttons above the text they act on, and the keys that do the same.
// Without this script the marks are typed; "How to format" shows them.
import { rove } from "../js/roving.js";
import { put } from "./typing.js";

const MARKS = {
  list: { is: /^[-*+] /, add: () => "- " },
  numbers: { is: /^\d{1,9}[.)] /, add: (index) => `${index + 1}. ` },
  quote: { is: /^> ?/, add: () => "> " },
};
const ITEM = /^(\s*)(?:([-*+])|(\d{1,9})([.)]))( +)/;

function wrap(area, mark) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const chosen = value.slice(start, end);
  const size = mark.length;
  const around = value.slice(start - size, start) === mark && value.slice(end, end + size) === mark;
  const within = chosen.length > 2 * size && chosen.startsWith(mark) && chosen.endsWith(mark);
  // One star beside another is half of a bold mark.
  const bold = size === 1 && (value[start - 2] === mark || chosen.startsWith(mark + mark));
  if (around && !bold) {
    put(area, start - size, end + size, chosen, start - size, end - size);
  } else if (within && !bold) {
    const bare = chosen.slice(size, -size);
    put(area, start, end, bare, start, start + bare.length);
  } else if (!chosen.trim()) {
    put(area, start, end, `${mark}${mark}${chosen}`, start + size);
  } else {
    // A mark holds within one paragraph, and not beside a space.
    const text = chosen.replace(/^([ \t]*(?:[-*+] |\d+[.)] |> )?)(\S.*?)([ \t]*)$/gm, `$1${mark}$2${mark}$3`);
    const single = !chosen.includes("\n") && chosen.trim() === chosen;
    put(area, start, end, text, single ? start + size : start, start + text.length - (single ? size : 0));
  }
}

function mark(area, kind) {
  const { value } = area;
  const start = value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const last = area.selectionEnd > area.selectionStart && value[area.selectionEnd - 1] === "\n";
  const found = value.indexOf("\n", last ? area.selectionEnd - 1 : area.selectionEnd);
  const end = found < 0 ? value.length : found;
  const lines = value.slice(start, end).split("\n");
  const { is, add } = MARKS[kind];
  const filled = lines.filter((line) => line.trim());
  const off = filled.length > 0 && filled.every((line) => is.test(line));
  let index = 0;
  const changed = lines.map((line) => {
    if (off) return line.replace(is, "");
    if (!line.trim() && lines.length > 1 && kind !== "quote") return line;
    const bare = kind === "quote" ? line : line.replace(ITEM, "");
    return add(index++) + bare;
  });
  // A list or a quotation begins after an empty line, or it runs on from the paragraph above.
  const above = value.slice(0, start).split("\n").at(-2) ?? "";
  const gap = !off && above.trim() && !is.test(above) ? "\n" : "";
  const text = gap + changed.join("\n");
  const one = lines.length === 1;
  put(area, start, end, text, one ? start + text.length : start + gap.length, start + text.length);
}

function link(area) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const chosen = value.slice(start, end);
  if (/^(https?:\/\/|www\.)\S+$/.test(chosen)) {
    const address = chosen.replace(/^www\./, "https://www.");
    put(area, start, end, `[](${address})`, start + 1);
    return;
  }
  const text = `[${chosen.replaceAll("\n", " ")}](https://)`;
  // First the words, then the address: whichever is missing is selected.
  if (chosen) put(area, start, end, text, start + text.length - 9, start + text.length - 1);
  else put(area, start, end, text, start + 1);
}

function goOn(area, event) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  if (start !== end) return;
  const from = value.lastIndexOf("\n", start - 1) + 1;
  const line = value.slice(from, start);
  const item = ITEM.exec(line);
  if (!item) return;
  const [whole, indent, bullet, number, dot, gap] = item;
  event.preventDefault();
  const rest = value.slice(start).split("\n", 1)[0];
  // Enter in an empty item ends the list; without an empty line the next one would belong to it.
  if (line.length === whole.length && !rest.trim()) put(area, from, start, "\n");
  else put(area, start, end, `\n${indent}${bullet ?? `${Number(number) + 1}${dot}`}${gap}`);
}

for (const template of document.querySelectorAll("template[data-toolbar]")) {
  const area = document.getElementById(template.dataset.toolbar);
  if (!area) continue;
  const bar = template.content.querySelector("[role=toolbar]").cloneNode(true);
  rove(bar);
  bar.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    const { mark: around, lines } = button.dataset;
    if (around) wrap(area, around);
    else if (lines) mark(area, lines);
    else link(area);
  });
  area.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    const around = (event.ctrlKey || event.metaKey) && !event.shiftKey && { b: "**", i: "*" }[event.key.toLowerCase()];
    if (around) {
      event.preventDefault();
      wrap(area, around);
    } else if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
      goOn(area, event);
    }
  });
  area.before(bar);
}
