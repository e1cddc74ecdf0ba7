// [data-preview]: the text as the server will show it, while it is open. [data-count]: how much more
// fits, once the end is near. What comes back is the server's own HTML of a post, and no more.
const PAUSE = 500;
const NEAR = 0.9;

for (const preview of document.querySelectorAll("[data-preview]")) {
  const form = preview.closest("form");
  const area = form.elements.content;
  const body = preview.querySelector("[data-preview-body]");
  const { preview: address, wordEmpty, wordFailed } = preview.dataset;
  let shown = null;
  let asked = null;
  let pause = null;

  function say(text) {
    const line = document.createElement("p");
    line.textContent = text;
    body.replaceChildren(line);
  }

  async function look() {
    clearTimeout(pause);
    const text = area.value;
    if (!preview.open || text === shown) return;
    asked?.abort();
    asked = new AbortController();
    if (!text.trim()) {
      shown = text;
      say(wordEmpty);
      return;
    }
    const data = new FormData();
    data.append("content", text);
    data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    try {
      const answer = await fetch(address, {
        method: "POST", body: data, redirect: "manual", signal: asked.signal, headers: { Accept: "application/json" },
      });
      if (answer.status === 422) {
        const { errors } = await answer.json();
        say(Object.values(errors).flat().map(({ message }) => message).join(" "));
      } else if (answer.ok) {
        body.innerHTML = (await answer.json()).html;
      } else {
        throw new Error(answer.status);
      }
      shown = text;
    } catch (problem) {
      if (problem.name === "AbortError") return;
      shown = null;
      say(wordFailed);
    }
  }

  preview.addEventListener("toggle", look);
  area.addEventListener("input", () => {
    clearTimeout(pause);
    if (preview.open) pause = setTimeout(look, PAUSE);
  });
  // Emptied by the composer once it was posted.
  document.addEventListener("hallway:emptied", look);
}

for (const count of document.querySelectorAll("[data-count]")) {
  const area = count.closest("form").elements.content;
  const longest = Number(area.dataset.longest);
  const { wordLeft, wordOver } = count.dataset;

  function tell() {
    // The server counts characters, not the halves of an emoji.
    const length = area.value.length < longest * NEAR ? 0 : [...area.value].length;
    const left = longest - length;
    const words = left < 0 ? wordOver : wordLeft;
    count.textContent = length < longest * NEAR ? "" : words.replace("%(count)s", Math.abs(left).toLocaleString());
    count.classList.toggle("composer__count--over", left < 0);
  }

  area.addEventListener("input", tell);
  tell();
}
