/* What script adds to a page that is complete without it: colour choice, copying, linked tabs, the current
   section, and the way into search. Classic script, no dependency; works from file://. */
(function () {
  "use strict";
  const root = document.documentElement;
  const words = JSON.parse(document.getElementById("mw-words").textContent);
  // Where the language's site starts, told by the address of this very file: right at any depth.
  const base = new URL("../../", document.currentScript.src);
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  /* From a file, a folder's address shows the folder: name its page. */
  if (location.protocol === "file:") {
    for (const link of all("a[href]")) {
      if (link.protocol === "file:" && link.pathname.endsWith("/")) link.pathname += "index.html";
    }
  }

  /* Colours: as the system, light, dark, and round again. */
  const schemes = ["auto", "light", "dark"];
  const switches = all("[data-mw-scheme]");
  const tell = () => switches.forEach((button) => {
    const text = words[root.dataset.scheme || "auto"];
    button.querySelector(".mw-tool__label").textContent = button.title = text;
    button.hidden = false;
  });
  switches.forEach((button) => button.addEventListener("click", () => {
    const next = schemes[(schemes.indexOf(root.dataset.scheme || "auto") + 1) % schemes.length];
    if (next === "auto") delete root.dataset.scheme;
    else root.dataset.scheme = next;
    try {
      if (next === "auto") localStorage.removeItem("mailwijzer.scheme");
      else localStorage.setItem("mailwijzer.scheme", next);
    } catch (error) { /* The choice then lasts as long as the page. */ }
    tell();
  }));
  tell();

  /* Code: a copy button. data-copy holds what the reader would type: no prompt, no output. */
  const typed = (pre) => {
    const snippet = pre.closest("[data-copy]");
    return snippet ? snippet.dataset.copy : pre.textContent;
  };
  if (navigator.clipboard) {
    for (const pre of all(".md-typeset pre")) {
      const button = make("button", { type: "button", class: "mw-copy" }, words.copy);
      const status = make("span", { class: "mw-hidden", role: "status" });
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(typed(pre));
        button.textContent = status.textContent = words.copied;
        setTimeout(() => { button.textContent = words.copy; status.textContent = ""; }, 2000);
      });
      const holder = make("div", { class: "mw-copy-holder" });
      pre.before(holder);
      holder.append(pre, button, status);
    }
  }

  /* What scrolls sideways must be reachable by keyboard, and have a name then. */
  const reachable = (element, name) => {
    if (element.scrollWidth <= element.clientWidth || element.hasAttribute("tabindex")) return;
    element.tabIndex = 0;
    element.setAttribute("role", "region");
    element.setAttribute("aria-label", name);
  };
  let regions = 0;
  const reach = () => {
    all(".md-typeset pre").forEach((pre) => reachable(pre, `${words.code} ${++regions}`));
    all(".mw-scroll").forEach((box) => reachable(box, `${words.table} ${++regions}`));
  };
  all(".md-typeset table").forEach((table) => {
    const box = make("div", { class: "mw-scroll" });
    table.before(box);
    box.append(table);
  });
  reach();
  addEventListener("resize", reach);
  document.addEventListener("change", reach);
  document.addEventListener("toggle", reach, true);

  /* Tabs with the same label move together: who reads for Debian 12 reads it everywhere, and on the next page.
     Kept on this device alone, in localStorage "mailwijzer.tab". */
  const choose = (text) => {
    for (const other of all(".tabbed-labels > label")) {
      if (other.textContent === text) document.getElementById(other.htmlFor).checked = true;
    }
  };
  try { choose(localStorage.getItem("mailwijzer.tab")); } catch (error) { /* Storage is closed: the first tab. */ }
  document.addEventListener("change", (event) => {
    const label = event.target.closest && event.target.matches(".tabbed-set > input") &&
      document.querySelector(`label[for="${event.target.id}"]`);
    if (!label) return;
    const top = label.getBoundingClientRect().top;
    choose(label.textContent);
    try { localStorage.setItem("mailwijzer.tab", label.textContent); } catch (error) { /* For this page alone. */ }
    scrollBy(0, label.getBoundingClientRect().top - top);
  });

  /* The list of sections shows where the reader is. */
  const links = new Map(all(".mw-side--toc a").map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  if (links.size) {
    const headings = all(".mw-main [id]").filter((heading) => links.has(heading.id));
    const mark = () => {
      const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 4);
      const here = passed.pop();
      for (const [id, link] of links) {
        if (!here || here.id !== id) { link.removeAttribute("aria-current"); continue; }
        link.setAttribute("aria-current", "location");
        const side = link.closest(".mw-side");
        const at = link.getBoundingClientRect().top - side.getBoundingClientRect().top;
        if (at < 0 || at > side.clientHeight - 60) side.scrollTop += at - side.clientHeight / 2;
      }
    };
    let waiting = false;
    addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; mark(); });
    }, { passive: true });
    mark();
  }

  /* The menu of narrow screens closes as menus do. */
  for (const menu of all(".mw-menu")) {
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target) || event.target.closest("a")) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }

  /* An error summary speaks first. */
  const summary = document.querySelector(".mw-error-summary");
  if (summary) summary.focus();

  /* Single keys, "/" here and more at the desk, can be switched off on this device (WCAG 2.1.4). It is one setting,
     data-keys, kept in localStorage "mailwijzer.keys" as "off"; its switches stand in the search dialog and in the
     desk's list of keys. Who shows keys listens for "mailwijzer:keys". */
  const keySwitches = all("[data-mw-use-keys]");
  const useKeys = (on) => {
    if (on) delete root.dataset.keys;
    else root.dataset.keys = "off";
    keySwitches.forEach((box) => { box.checked = on; });
    document.dispatchEvent(new Event("mailwijzer:keys"));
  };
  const readKeys = () => {
    try { useKeys(localStorage.getItem("mailwijzer.keys") !== "off"); } catch (error) { /* It stays as it is. */ }
  };
  for (const box of keySwitches) {
    box.addEventListener("change", () => {
      useKeys(box.checked);
      try {
        if (box.checked) localStorage.removeItem("mailwijzer.keys");
        else localStorage.setItem("mailwijzer.keys", "off");
      } catch (error) { /* It then holds for this page. */ }
    });
  }
  addEventListener("storage", readKeys);  // another page of this site
  addEventListener("pageshow", readKeys);  // gone back to, or filled in again by the browser
  readKeys();

  /* Search: nothing of it is fetched before the reader turns to it. The dialog's script then takes over. */
  if (!window.HTMLDialogElement) return;
  const find = {
    base, words, make, all,
    load() {
      this.loading = this.loading || this.script(new URL("assets/mailwijzer/find.js", base));
      return this.loading;
    },
    script(url) {
      return new Promise((done, failed) => {
        const script = make("script", { src: url });
        script.addEventListener("load", done);
        script.addEventListener("error", () => { script.remove(); failed(new Error(`cannot read ${url}`)); });
        document.head.append(script);
      });
    },
    open(text) {
      this.load().then(() => this.show(text), () => {
        this.loading = undefined;
        location.href = new URL(`find/?q=${encodeURIComponent(text || "")}`, base);
      });
    },
  };
  window.mailwijzerFind = find;
  for (const opener of all("[data-mw-open-search]")) {
    opener.hidden = false;
    for (const sign of ["pointerenter", "focusin"]) opener.addEventListener(sign, () => find.load().catch(() => {}), { once: true });
    opener.addEventListener("click", (event) => { event.preventDefault(); find.open(); });
  }
  /* The field in the header: a click or the first letter goes on in the dialog; merely passing by does not. */
  for (const field of all("[data-mw-search-field]")) {
    field.addEventListener("focus", () => find.load().catch(() => {}), { once: true });
    field.addEventListener("click", () => find.open(field.value));
    field.addEventListener("input", () => { find.open(field.value); field.value = ""; });
    field.form.addEventListener("submit", (event) => { event.preventDefault(); find.open(field.value); });
  }
  addEventListener("keydown", (event) => {
    const control = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k";
    const writing = event.target.closest && event.target.closest("input, textarea, select, [contenteditable]");
    const slash = event.key === "/" && root.dataset.keys !== "off" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!control && !slash) return;
    event.preventDefault();
    find.open();
  });
  /* The list from A to Z stands where the results would be, were the service here: search in the browser then. */
  const asked = document.querySelector("[data-mw-search-here]") && new URLSearchParams(location.search).get("q");
  if (asked) find.open(asked);
})();
