// Puts `text` in the place of what stands from `start` to `end`, as if it were typed: the browser's
// own undo takes it back. Then what lies from `from` to `to` is selected.
export function put(area, start, end, text, from = start + text.length, to = from) {
  const wanted = area.value.slice(0, start) + text + area.value.slice(end);
  area.focus({ preventScroll: true });
  area.setSelectionRange(start, end);
  // The only way to write into a field that keeps its history; where it is gone, the field is set.
  if (start !== end || text) document.execCommand(text ? "insertText" : "delete", false, text);
  if (area.value !== wanted) {
    area.value = wanted;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.setSelectionRange(from, to);
}
