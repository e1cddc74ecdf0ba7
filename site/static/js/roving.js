// One stop of the Tab key for the buttons of a bar: the arrow keys go from one to the next, the way
// the page is read, and Home and End to the first and the last.
export function rove(bar) {
  const buttons = () => [...bar.querySelectorAll("button:not([hidden])")];

  function reach(reached) {
    for (const button of buttons()) button.tabIndex = button === reached ? 0 : -1;
  }

  bar.addEventListener("focusin", ({ target }) => { if (target.matches("button")) reach(target); });
  bar.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const all = buttons();
    const here = all.indexOf(event.target);
    const on = getComputedStyle(bar).direction === "rtl" ? -1 : 1;
    const to = { ArrowRight: here + on, ArrowLeft: here - on, Home: 0, End: all.length - 1 }[event.key];
    if (here < 0 || to === undefined) return;
    event.preventDefault();
    all[(to + all.length) % all.length].focus();
  });
  reach(buttons()[0]);
}
