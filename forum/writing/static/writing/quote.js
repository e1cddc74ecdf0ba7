// [data-quote]: puts a post's words, or those of them that are selected, under what is being
// written, as Markdown and with the name of who wrote them. Without this script the link opens the
// reply form with the whole post in it.
import { put } from "./typing.js";

const words = document.querySelector("template[data-quoting]");

function composer() {
  return document.querySelector("[data-composer]:not([hidden]) textarea");
}

// --- From what is shown back to Markdown --------------------------------------------------------

function literally(text) {
  return text.replace(/([\\`*[\]<]|(?<!\w)_|_(?!\w)|~(?=~))/g, "\\$1");
}

function inline(node) {
  if (node.nodeType === Node.TEXT_NODE) return literally(node.data.replace(/\s+/g, " "));
  if (node.nodeType !== Node.ELEMENT_NODE && node.nodeType !== Node.DOCUMENT_FRAGMENT_NODE) return "";
  const inner = [...node.childNodes].map(inline).join("");
  const around = { STRONG: "**", EM: "*", S: "~~" }[node.tagName];
  if (around) return inner.trim() ? `${around}${inner.trim()}${around}` : inner;
  if (node.tagName === "BR") return "\n";
  if (node.tagName === "CODE") return `\`${node.textContent.replaceAll("`", "'")}\``;
  if (node.tagName !== "A") return inner;
  const address = node.getAttribute("href");
  if (address.endsWith(node.textContent)) return node.textContent;
  // The server says where a link leads; it will say so again.
  const bare = node.textContent.replace(/ \([^\s()]+\)$/, "").trim();
  return `[${literally(bare).replace(/\s+/g, " ")}](${address})`;
}

const BLOCKS = new Set(["P", "UL", "OL", "LI", "BLOCKQUOTE", "PRE", "TABLE", "HR", "DIV"]);

function indented(text, first, further) {
  return text.split("\n").map((line, index) => (index ? (line && further + line) : first + line)).join("\n");
}

function block(node) {
  const start = Number(node.getAttribute("start") ?? 1);
  switch (node.tagName) {
    case "UL":
    case "OL":
      return [...node.children]
        .map((item, index) => (node.tagName === "UL" ? ["- ", item] : [`${start + index}. `, item]))
        .map(([marker, item]) => indented(blocks(item, "\n"), marker, " ".repeat(marker.length)))
        .join("\n");
    case "LI":
      return indented(blocks(node, "\n"), "- ", "  ");
    case "BLOCKQUOTE":
      return indented(blocks(node), "> ", "> ").replace(/^$/gm, ">");
    case "PRE":
      return `\`\`\`\n${node.textContent.replace(/\n$/, "")}\n\`\`\``;
    case "HR":
      return "* * *";
    case "TABLE": {
      const rows = [...node.rows].map((row) => [...row.cells].map((cell) => inline(cell).replace(/\s+/g, " ").trim()));
      const lines = rows.map((cells) => `| ${cells.join(" | ")} |`);
      return [lines[0], `|${"---|".repeat(rows[0]?.length ?? 0)}`, ...lines.slice(1)].join("\n");
    }
    default:
      return blocks(node);
  }
}

function paragraph(text) {
  // What would begin a list or a quotation at the start of a line is a word there.
  return text.replace(/ *\n */g, "\n").trim().replace(/^(\d{1,9})([.)] )/gm, "$1\\$2").replace(/^([-+#=])/gm, "\\$1");
}

function blocks(node, between = "\n\n") {
  const parts = [];
  let run = "";
  for (const child of node.childNodes) {
    if (child.nodeType === Node.ELEMENT_NODE && (BLOCKS.has(child.tagName) || child.querySelector("p, li, blockquote, pre, table"))) {
      parts.push(paragraph(run), block(child));
      run = "";
    } else run += inline(child);
  }
  parts.push(paragraph(run));
  return parts.filter((part) => part.trim()).join(between);
}

// --- Which words, and whose ---------------------------------------------------------------------

function chosenRange() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const [first, last] = [range.startContainer, range.endContainer].map(
    (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest("[data-post]"),
  );
  const body = first?.querySelector(".post__body");
  // Words of two people are nobody's words.
  if (!body || first !== last || !range.intersectsNode(body)) return null;
  const within = range.cloneRange();
  if (!body.contains(within.startContainer)) within.setStart(body, 0);
  if (!body.contains(within.endContainer)) within.setEnd(body, body.childNodes.length);
  return within.toString().trim() ? { range: within, body, post: first } : null;
}

function markdownOf({ range, body }) {
  const holder = document.createElement("div");
  holder.append(range.cloneContents());
  // Words from the middle of a list or a quotation are still of it.
  const common = range.commonAncestorContainer;
  const element = common.nodeType === Node.ELEMENT_NODE ? common : common.parentElement;
  const list = element.closest("ol, ul");
  if (list && body.contains(list) && element === list) {
    const outer = list.cloneNode(false);
    outer.append(...holder.childNodes);
    holder.append(outer);
  }
  return blocks(holder);
}

function quote(post, said) {
  const area = composer();
  const name = post.querySelector(".person-tag__name").textContent.trim();
  const address = new URL(post.querySelector(".post__time").href);
  const wrote = words.dataset.wordWrote.replace("%(name)s", literally(name));
  const lines = [`**[${wrote}](${address.pathname}${address.search})**`, "", ...said.split("\n")];
  const before = area.value.trimEnd();
  const text = `${before ? "\n\n" : ""}${lines.map((line) => `> ${line}`.trimEnd()).join("\n")}\n\n`;
  put(area, before.length, area.value.length, text);
  area.scrollTop = area.scrollHeight;
  area.closest("[data-composer]").scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-quote]");
  if (!link || !composer() || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const post = link.closest("[data-post]");
  const chosen = chosenRange();
  if (chosen?.post === post) quote(post, markdownOf(chosen));
  else quote(post, blocks(post.querySelector(".post__body")));
});

// --- The button beside the words ----------------------------------------------------------------

const button = words.content.querySelector("button").cloneNode(true);
let chosen = null;

function offer() {
  if (document.activeElement === button) return;
  chosen = composer() ? chosenRange() : null;
  if (!chosen) {
    button.remove();
    return;
  }
  const { range, body, post } = chosen;
  // After the words in the order of Tab, too.
  if (button.previousElementSibling !== body) body.after(button);
  const place = post.getBoundingClientRect();
  const lines = [...range.getClientRects()];
  const at = lines.at(-1) ?? range.getBoundingClientRect();
  // Below the words; above them where the composer covers that.
  const { height } = button.getBoundingClientRect();
  const dock = composer().closest("[data-composer]").getBoundingClientRect();
  const covered = at.bottom + height + 6 > Math.min(dock.top, innerHeight);
  const top = covered ? (lines[0] ?? at).top - height - 6 : at.bottom + 6;
  button.style.insetBlockStart = `${top - place.top}px`;
  // Within the post, also once that is narrower.
  button.style.left = `clamp(0px, ${at.right - place.left - 24}px, calc(100% - ${button.offsetWidth}px))`;
}

// Pressing the button must not take the selection away before it is read.
button.addEventListener("pointerdown", (event) => event.preventDefault());
button.addEventListener("click", () => {
  if (!chosen) return;
  const { post } = chosen;
  const said = markdownOf(chosen);
  chosen = null;
  getSelection().removeAllRanges();
  button.remove();
  quote(post, said);
});
let soon = null;
function offerSoon() {
  clearTimeout(soon);
  soon = setTimeout(offer, 150);
}
document.addEventListener("selectionchange", offerSoon);
addEventListener("resize", offerSoon);
