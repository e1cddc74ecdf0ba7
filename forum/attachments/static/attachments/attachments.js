// [data-attach]: files that are chosen, pasted or dropped go up at once, one after another, and
// stand in the form's list as they would without this script. What was added is remembered with
// the draft; the server decides what of it is still there.
const PREFIX = "hallway-files";

function storage(act) {
  try {
    return act();
  } catch {
    return null; // forbidden or full: the list in the page still holds
  }
}

function parse(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.firstElementChild;
}

function carriesFiles(transfer) {
  return [...(transfer?.types ?? [])].includes("Files");
}

for (const field of document.querySelectorAll("[data-attach]")) {
  const form = field.closest("form");
  const input = field.querySelector("input[type=file]");
  const list = field.querySelector("[data-attach-list]");
  const problems = field.querySelector("[data-attach-problems]");
  const status = field.querySelector("[data-attach-status]");
  const words = field.dataset;
  const name = `${PREFIX}:${form.dataset.reader}:${form.dataset.draftForm}`;
  const waiting = [];
  let sending = false;
  let submitter = null;

  for (const plain of form.querySelectorAll("[data-attach-plain]")) plain.remove();
  for (const script of form.querySelectorAll("[data-attach-script]")) script.hidden = false;

  function say(word, file) {
    return words[word].replace("%(name)s", file);
  }

  function complain(text) {
    const line = document.createElement("li");
    line.textContent = text;
    problems.append(line);
    line.scrollIntoView({ block: "nearest" });
  }

  const ticks = () => [...list.querySelectorAll("input[name=attachments]")];
  const nameIn = (row) => row.querySelector("[data-attach-name]").textContent;

  function remember() {
    const kept = {};
    for (const tick of ticks()) {
      if (tick.checked) kept[tick.value] = form.elements[`alt-${tick.value}`]?.value ?? "";
    }
    storage(() =>
      Object.keys(kept).length ? localStorage.setItem(name, JSON.stringify(kept)) : localStorage.removeItem(name),
    );
  }

  // --- One row of the list ------------------------------------------------------------------------

  function dress(row) {
    const tick = row.querySelector("input[name=attachments]");
    const button = row.querySelector("[data-attach-remove]");
    function draw() {
      row.classList.toggle("attach__row--out", !tick.checked);
      button.querySelector("[data-attach-act]").textContent = tick.checked ? words.wordRemove : words.wordUndo;
    }
    tick.hidden = true;
    button.hidden = false;
    button.addEventListener("click", () => {
      tick.checked = !tick.checked;
      draw();
      status.textContent = say(tick.checked ? "wordBack" : "wordRemoved", nameIn(row));
      remember();
    });
    row.addEventListener("input", remember);
    draw();
    return row;
  }

  // --- Sending --------------------------------------------------------------------------------------

  function offer(files) {
    problems.replaceChildren();
    for (const file of files) {
      const taken = ticks().filter((tick) => tick.checked).length + waiting.length + Number(sending);
      if (file.size > Number(words.largest)) complain(say("wordLarge", file.name));
      else if (taken >= Number(words.most)) complain(say("wordMany", file.name));
      else waiting.push({ file, row: placeholder(file) });
    }
    next();
  }

  function placeholder(file) {
    const row = document.createElement("li");
    row.className = "attach__row attach__row--going";
    const said = document.createElement("span");
    said.className = "attach__name";
    said.textContent = say("wordAdding", file.name);
    const progress = document.createElement("progress");
    progress.max = 1;
    progress.value = 0;
    progress.setAttribute("aria-label", said.textContent);
    row.append(said, progress);
    list.append(row);
    row.scrollIntoView({ block: "nearest" });
    return row;
  }

  function next() {
    if (sending) return;
    const going = waiting.shift();
    if (going) send(going);
    else if (submitter) resubmit();
  }

  function resubmit() {
    const pressed = submitter;
    submitter = null;
    if (!problems.childElementCount) form.requestSubmit(pressed.isConnected ? pressed : undefined);
  }

  function send({ file, row }) {
    sending = true;
    status.textContent = say("wordAdding", file.name);
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.append(input.name, file, file.name);
    const request = new XMLHttpRequest(); // fetch does not tell how far an upload has come
    request.open("POST", words.attach);
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      row.querySelector("progress").value = total ? loaded / total : 0;
    });
    request.addEventListener("loadend", () => {
      sending = false;
      taken(request, file, row);
      next();
    });
    request.send(body);
  }

  function taken({ status: code, response }, file, row) {
    for (const error of response?.errors ?? []) complain(error);
    const made = response?.rows?.[0];
    if (made) {
      const fresh = dress(parse(made));
      row.replaceWith(fresh);
      fresh.scrollIntoView({ block: "nearest" });
      status.textContent = say("wordAdded", nameIn(fresh));
      remember();
      return;
    }
    row.remove();
    if (response?.errors?.length) return;
    if (code === 413) complain(say("wordLarge", file.name));
    else complain(say(code === 403 || code === 404 || code === 200 ? "wordGone" : "wordFailed", file.name));
  }

  // --- Where files come from ------------------------------------------------------------------------

  input.addEventListener("change", () => {
    const chosen = [...input.files];
    input.value = ""; // they are on their way: the form itself does not carry them again
    offer(chosen);
  });

  form.addEventListener("paste", (event) => {
    const { files, types } = event.clipboardData ?? {};
    // What a word processor copies comes as text and as a picture of it: the text is meant.
    if (!files?.length || types.includes("text/plain")) return;
    event.preventDefault();
    offer([...files]);
  });

  form.addEventListener("dragover", ({ dataTransfer }) => {
    if (carriesFiles(dataTransfer)) field.classList.add("attach--over");
  });
  for (const end of ["dragleave", "drop"]) {
    form.addEventListener(end, (event) => {
      if (end === "drop" || !form.contains(event.relatedTarget)) field.classList.remove("attach--over");
    });
  }
  form.addEventListener("drop", (event) => {
    if (carriesFiles(event.dataTransfer)) offer([...event.dataTransfer.files]);
  });

  // --- The form's own life --------------------------------------------------------------------------

  form.addEventListener("submit", (event) => {
    if (!sending && !waiting.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    submitter = event.submitter ?? form.querySelector("[type=submit]");
  });

  document.addEventListener("hallway:emptied", () => {
    if (!form.dataset.stay) return;
    list.replaceChildren();
    problems.replaceChildren();
    remember();
  });

  // A post that waited to be sent came back to be changed: its files with it.
  document.addEventListener("hallway:returned", ({ detail }) => {
    if (!form.dataset.stay) return;
    const kept = JSON.parse(storage(() => localStorage.getItem(name)) ?? "{}");
    storage(() => localStorage.setItem(name, JSON.stringify({ ...kept, ...detail.files })));
    recall().catch(() => {});
  });

  for (const row of list.children) dress(row);

  async function recall() {
    const kept = JSON.parse(storage(() => localStorage.getItem(name)) ?? "{}");
    const here = new Set(ticks().map((tick) => tick.value));
    const missing = Object.keys(kept).filter((pk) => !here.has(pk));
    if (!missing.length) return;
    const query = new URLSearchParams(missing.map((pk) => ["pk", pk]));
    const answer = await fetch(`${words.attach}?${query}`, { redirect: "manual" });
    if (!answer.ok) return;
    for (const html of (await answer.json()).rows) {
      const row = dress(parse(html));
      list.append(row);
      const alt = form.elements[`alt-${row.dataset.attached}`];
      if (alt && !alt.value) alt.value = kept[row.dataset.attached] ?? "";
    }
    remember();
  }
  recall().catch(() => {}); // without a network the draft's files come back another time
}

// A file that misses the form would otherwise replace the page, and with it what was written.
if (document.querySelector("[data-attach]")) {
  for (const kind of ["dragover", "drop"]) {
    document.addEventListener(kind, (event) => {
      if (carriesFiles(event.dataTransfer)) event.preventDefault();
    });
  }
}
