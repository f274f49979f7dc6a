/* Keys at the desk. Each control says its own key (data-mw-key); this script presses it. Everything can be done
   without. Keys rest while somebody types, and where the reader switched single keys off (site.js). */
(function () {
  "use strict";
  const dialog = document.getElementById("mw-keys");
  if (!dialog || !window.HTMLDialogElement) return;
  const opener = document.querySelector("[data-mw-open-keys]");
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const typing = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
  const on = () => document.documentElement.dataset.keys !== "off";

  /* Assistive technology is told of the keys only while they work. */
  const tell = () => {
    for (const control of all("[data-mw-key]")) {
      if (on()) control.setAttribute("aria-keyshortcuts", control.dataset.mwKey);
      else control.removeAttribute("aria-keyshortcuts");
    }
  };
  document.addEventListener("mailwijzer:keys", tell);

  /* The list. A modal dialog keeps the focus inside, closes by Escape, and gives the focus back. */
  const open = () => { if (!document.querySelector("dialog[open]")) dialog.showModal(); };
  opener.hidden = false;
  opener.addEventListener("click", open);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

  /* In the queue: from one question to the next. */
  const rows = all(".mw-desk-table tbody tr");
  const here = () => rows.findIndex((row) => row.contains(document.activeElement));
  const go = (step) => {
    const next = here() < 0 && step < 0 ? -1 : here() + step;
    if (next < 0 || next >= rows.length) return;
    const link = rows[next].querySelector("a");
    link.focus();
    link.scrollIntoView({ block: "nearest" });
  };
  const tick = () => {
    const box = here() >= 0 && rows[here()].querySelector("input[type=checkbox]");
    if (box) box.click();
  };
  const follow = () => { if (here() >= 0) rows[here()].querySelector("a").click(); };
  const moves = rows.length ? { j: () => go(1), k: () => go(-1), x: tick, o: follow } : {};
  moves["?"] = open;

  /* All on this page at once; what is chosen stands ticked before anything happens to it. */
  const everything = document.querySelector("[data-mw-tick-all]");
  if (everything) {
    everything.hidden = false;
    everything.addEventListener("click", () => {
      const boxes = all(".mw-desk-table input[type=checkbox]"), some = boxes.some((box) => !box.checked);
      boxes.forEach((box) => { box.checked = some; });
    });
  }

  /* Publishing takes a moment: say so, and take the second click away. */
  const progress = document.querySelector("[data-mw-progress]");
  if (progress) {
    progress.closest("form").addEventListener("submit", (event) => {
      const button = event.submitter;
      if (!button || button.value !== "publish") return;
      progress.textContent = progress.dataset.mwProgress;
      setTimeout(() => { button.disabled = true; });  // after the form has taken its value
    });
    addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      progress.textContent = "";
      all("button[value=publish]").forEach((button) => { button.disabled = false; });
    });
  }

  const press = (key) => {
    if (moves[key]) { moves[key](); return true; }
    const control = all("[data-mw-key]").find((one) => one.dataset.mwKey === key && one.getClientRects().length);
    if (!control) return false;
    control.focus();
    // What cannot be taken back, or needs a word first, waits for Enter.
    if (!("mwKeyFocus" in control.dataset)) control.click();
    return true;
  };
  addEventListener("keydown", (event) => {
    if (!on() || event.defaultPrevented || event.isComposing || event.repeat && !/^[jk]$/.test(event.key)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const field = event.target.closest && event.target.closest(typing);
    if (field && event.key === "Escape") field.blur();
    else if (!field && press(event.key)) event.preventDefault();
  });
  tell();
})();
