// [data-summary]: what lasts of a thread, placed anew whenever a facilitator changes it.
const place = document.querySelector("[data-summary]");

document.addEventListener("hallway:event", ({ detail }) => {
  if (detail.kind !== "summed") return;
  const open = place.querySelector("details")?.open ?? true;
  place.innerHTML = detail.summary;
  const shown = place.querySelector("details");
  if (!shown) return;
  shown.open = open;
  shown.dispatchEvent(new CustomEvent("hallway:placed", { bubbles: true }));
});
