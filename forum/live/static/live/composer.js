// form[data-draft-form]: keeps what is written until the server has answered for it, and sends it
// without leaving the page. The key in the form makes a retry after a lost answer harmless.
const PREFIX = "hallway-draft";

function keep(name, text) {
  try {
    if (text) localStorage.setItem(name, text);
    else localStorage.removeItem(name);
    return true;
  } catch {
    return false; // storage can be forbidden or full; the field itself still holds the text
  }
}

function kept(name) {
  try {
    return localStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}

function grow(area) {
  if (CSS.supports("field-sizing", "content")) return;
  area.rows = Math.min(24, Math.max(6, area.value.split("\n").length + 1));
}

for (const form of document.querySelectorAll("form[data-draft-form]")) {
  const fields = [...form.querySelectorAll("[data-draft]")];
  const note = form.querySelector("[data-draft-note]");
  const problem = form.querySelector("[data-problem]");
  const words = form.dataset;
  const nameOf = (field) => `${PREFIX}:${words.reader}:${words.draftForm}:${field.name}`;

  function tell(text) {
    problem.textContent = text;
    problem.hidden = !text;
  }

  function store() {
    const stored = fields.map((field) => {
      const changed = field.value !== field.defaultValue || field.dataset.restored;
      return keep(nameOf(field), changed ? field.value : "");
    });
    note.textContent = stored.every(Boolean) && fields.some((field) => field.value) ? words.wordKept : "";
  }

  for (const field of fields) {
    const draft = kept(nameOf(field));
    if (draft && draft !== field.value) {
      // What the page brings (a quotation) stands below what was being written, never over it.
      const brought = words.draftJoin && field.value.trim() ? `${draft.trimEnd()}\n\n${field.value}` : draft;
      field.value = brought;
      field.dataset.restored = "yes";
      note.textContent = words.wordKept;
    }
    if (field.tagName === "TEXTAREA") grow(field);
    field.addEventListener("input", () => {
      store();
      if (field.tagName === "TEXTAREA") grow(field);
    });
  }

  function answered(answer) {
    for (const field of fields) {
      keep(nameOf(field), "");
      delete field.dataset.restored;
    }
    if (!words.stay) {
      location.assign(answer.url);
      return;
    }
    for (const field of fields) field.value = field.defaultValue = "";
    form.elements.key.value = answer.key;
    note.textContent = "";
    document.dispatchEvent(new CustomEvent("hallway:answered", { detail: answer }));
    fields.at(-1).focus({ preventScroll: true });
  }

  function refuse(errors) {
    const said = Object.values(errors).flat().map((error) => error.message);
    tell(said.join(" "));
    for (const field of fields) {
      if (errors[field.name]) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
    fields.find((field) => errors[field.name])?.focus();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    tell("");
    note.textContent = words.wordSending;
    const body = new FormData(form);
    if (words.stay) body.append("since", form.closest("[data-thread]").dataset.since);
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        redirect: "manual",
      });
      if (answer.ok) answered(await answer.json());
      else if (answer.status === 422) refuse((await answer.json()).errors);
      else if (answer.type === "opaqueredirect" || answer.status === 403) tell(words.wordSignedOut);
      else if (answer.status === 404) tell(words.wordGone);
      else tell(words.wordFailed);
    } catch {
      tell(words.wordFailed);
    } finally {
      form.ariaBusy = "false";
      if (note.textContent === words.wordSending) note.textContent = problem.hidden ? "" : words.wordKept;
    }
  });
}

// Quoting puts the words under what is being written, without leaving the page.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-quote]");
  const area = document.querySelector("[data-composer]:not([hidden]) textarea");
  if (!link || !area || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const body = link.closest("[data-post]").querySelector(".post__body");
  const chosen = getSelection().containsNode(body, true) ? String(getSelection()).trim() : "";
  const quoted = (chosen || body.innerText.trim()).split("\n").map((line) => `> ${line}`).join("\n");
  area.value = `${area.value.trimEnd()}${area.value.trim() ? "\n\n" : ""}${quoted}\n\n`;
  area.dispatchEvent(new Event("input"));
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
});
