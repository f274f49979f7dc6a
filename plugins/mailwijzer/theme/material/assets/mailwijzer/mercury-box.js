/* A box for a MERCURY.INI, with what mercury-lint.js finds in it. Without this script the page tells the command.
   Nothing is sent and nothing is kept: no form, no name, and no spelling checker that asks a server. */
(function () {
  "use strict";
  const box = document.querySelector(".mw-lint");
  if (!box) return;
  const LIMIT = 256000, SHOWN = 200, LEVELS = ["error", "warning", "note"];
  const words = JSON.parse(document.getElementById("mw-words-lint").textContent), lang = document.documentElement.lang;

  function say(name, values = {}) {
    return words[name].replace(/\{(\w+)\}/g, (whole, key) => values[key]);
  }

  function make(tag, settings = {}, ...children) {
    const { class: name, ...rest } = settings, element = Object.assign(document.createElement(tag), rest);
    if (name) element.className = name;
    element.append(...children);
    return element;
  }

  const area = make("textarea", { id: "mw-lint-text", class: "mw-lint__text", rows: 10, spellcheck: false, autocomplete: "off", wrap: "off" });
  for (const [name, value] of [["autocapitalize", "off"], ["aria-describedby", "mw-lint-privacy"]]) area.setAttribute(name, value);
  const file = make("input", { type: "file", id: "mw-lint-file", accept: ".ini,.txt,text/plain" });
  const example = make("button", { type: "button", class: "mw-button mw-button--quiet" }, say("example"));
  const clear = make("button", { type: "button", class: "mw-button mw-button--quiet" }, say("clear"));
  const status = make("p", { class: "mw-lint__status" }), list = make("ol", { class: "mw-lint__findings" });
  status.setAttribute("role", "status");
  const seven = document.querySelector("#snippet-mercury-seven code");
  let timer = 0, reading = 0;

  function fault(name) {
    list.replaceChildren();
    list.hidden = true;
    status.textContent = say(name, { limit: LIMIT / 1000 });
    status.classList.add("mw-lint__status--wrong");
  }

  /* Where a finding is: a button that puts the cursor there, or words when something is missing altogether. */
  function place(line) {
    if (!line) return make("span", { class: "mw-lint__place" }, say("whole"));
    const button = make("button", { type: "button", class: "mw-lint__place" }, say("line", { line }));
    button.addEventListener("click", () => {
      const lines = area.value.split("\n"), from = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
      area.focus();
      area.setSelectionRange(from, from + lines[line - 1].length);
      area.scrollTop = (line - 3) * area.scrollHeight / lines.length;
    });
    return button;
  }

  function row(finding) {
    const level = make("span", { class: `mw-lint__level mw-lint__level--${finding.level}` }, say(finding.level));
    const why = make("details", { class: "mw-lint__why" }, make("summary", {}, say("why")), make("p", {}, finding.reason),
      make("p", {}, make("a", { href: finding.source }, say("source")), " · ", make("code", {}, finding.rule)));
    return make("li", {}, make("p", { class: "mw-lint__what" }, level, " ", place(finding.line), " ", finding.what),
      make("p", { class: "mw-lint__cure" }, `→ ${finding.cure}`), why);
  }

  function check() {
    clearTimeout(timer);
    const text = area.value;
    if (text.length > LIMIT) return fault("too_large");
    if (text.includes("\0")) return fault("binary");
    const found = text.trim() ? mailwijzerLint(text, mailwijzerRules, lang) : [];
    const count = Object.fromEntries(LEVELS.map((level) => [level, found.filter((one) => one.level === level).length]));
    list.replaceChildren(...found.slice(0, SHOWN).map(row));
    if (found.length > SHOWN) list.append(make("li", {}, say("more", { count: found.length - SHOWN })));
    list.hidden = !found.length;
    status.classList.remove("mw-lint__status--wrong");
    const name = found.length ? "found" : "clean";
    status.textContent = text.trim() ? say(name, { ...count, rules: mailwijzerRules.rules.length }) : say("none_yet");
  }

  function put(text) {
    reading += 1;
    area.value = text;
    check();
  }

  /* UTF-8 or what Windows wrote before it, as the command reads it. */
  function decode(bytes) {
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      return new TextDecoder("windows-1252").decode(bytes);
    }
  }

  async function open(chosen) {
    if (!chosen) return;
    const turn = (reading += 1);
    area.value = "";
    if (chosen.size > LIMIT) return fault("too_large");
    try {
      const bytes = new Uint8Array(await chosen.arrayBuffer());
      if (turn !== reading) return;
      if (bytes.includes(0)) fault("binary");
      else put(decode(bytes));
    } catch {
      if (turn === reading) fault("unreadable");
    }
  }

  area.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(check, 300); });
  file.addEventListener("change", () => open(file.files[0]));
  example.addEventListener("click", () => put(seven.textContent));
  clear.addEventListener("click", () => { file.value = ""; put(""); area.focus(); });
  box.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) event.preventDefault(); });
  box.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    open(event.dataTransfer.files[0]);
  });

  const actions = make("div", { class: "mw-lint__actions" },
    make("label", { htmlFor: "mw-lint-file" }, say("open")), file, seven ? example : "", clear);
  box.replaceChildren(make("label", { htmlFor: "mw-lint-text", class: "mw-lint__label" }, say("label")),
    make("p", { class: "mw-hint", id: "mw-lint-privacy" }, say("privacy")), area, actions, status, list);
  list.setAttribute("aria-label", say("findings"));
  check();
})();
