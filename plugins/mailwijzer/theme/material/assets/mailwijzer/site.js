/* What script adds to a page that is complete without it: colour choice, copying, linked tabs, the current
   section, and search. Classic script, no dependency; works from file:// except for search. */
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

  /* Tabs with the same label move together: who reads for Debian 12 reads it everywhere. */
  document.addEventListener("change", (event) => {
    const label = event.target.closest && event.target.matches(".tabbed-set > input") &&
      document.querySelector(`label[for="${event.target.id}"]`);
    if (!label) return;
    const top = label.getBoundingClientRect().top;
    for (const other of all(".tabbed-labels > label")) {
      if (other.textContent !== label.textContent) continue;
      document.getElementById(other.htmlFor).checked = true;
    }
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

  /* Search: the index is read when the dialog opens for the first time, never before. */
  const dialog = document.getElementById("mw-find");
  if (!dialog || !dialog.showModal) return;
  const input = dialog.querySelector("input");
  const status = dialog.querySelector(".mw-find__status");
  const list = dialog.querySelector(".mw-find__results");
  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const plain = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent.replace(/\s+/g, " ").trim();
  let index;

  const read = () => {
    index = index || fetch(new URL("search/search_index.json", base))
      .then((answer) => answer.ok ? answer.json() : Promise.reject(answer.status))
      .then(({ docs }) => docs.map((doc) => {
        const title = plain(doc.title);
        const text = plain(doc.text);
        return { location: doc.location, title, text, foldedTitle: fold(title), foldedText: fold(text) };
      }));
    return index;
  };
  const score = (doc, terms) => terms.reduce((sum, term) => {
    const start = new RegExp(`(^|[^\\p{L}\\p{N}])${term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`, "u");
    const found = (start.test(doc.foldedTitle) ? 10 : 0) + (start.test(doc.foldedText) ? 2 : 0) ||
      (doc.foldedTitle.includes(term) ? 3 : 0) + (doc.foldedText.includes(term) ? 1 : 0);
    return found && sum !== null ? sum + found : null;
  }, 0);
  const excerpt = (doc, terms) => {
    const at = Math.max(0, Math.min(...terms.map((term) => doc.foldedText.indexOf(term)).filter((i) => i >= 0), 1e6));
    const from = at > 60 && at < 1e6 ? doc.text.indexOf(" ", at - 60) + 1 : 0;
    const piece = doc.text.slice(from, from + 180);
    const whole = doc.text.length <= from + 180;
    return (from ? "… " : "") + (whole ? piece : `${piece.slice(0, piece.lastIndexOf(" "))} …`);
  };
  const marked = (text, terms) => {
    const parts = [];
    const pattern = new RegExp(`(${terms.map((t) => t.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "i");
    text.split(pattern).forEach((part, i) => parts.push(i % 2 ? make("mark", {}, part) : part));
    return parts;
  };
  const search = async () => {
    const terms = fold(input.value).split(/\s+/).filter(Boolean);
    const asked = input.value;
    let docs;
    try {
      if (terms.length) status.textContent = words.searching;
      docs = await read();
    } catch (error) {
      index = undefined;
      status.textContent = words.failed;
      return;
    }
    if (asked !== input.value) return;
    list.replaceChildren();
    if (!terms.length) { status.textContent = ""; return; }
    const hits = docs.map((doc) => ({ doc, points: score(doc, terms) })).filter((hit) => hit.points !== null)
      .sort((a, b) => b.points - a.points).slice(0, 12);
    const pages = new Map(docs.filter((doc) => !doc.location.includes("#")).map((doc) => [doc.location, doc.title]));
    for (const { doc } of hits) {
      const page = pages.get(doc.location.split("#")[0]);
      const link = make("a", { href: new URL(doc.location, base) }, make("strong", {}, ...marked(doc.title, terms)));
      if (page && page !== doc.title) link.append(make("span", { class: "mw-find__page" }, page));
      link.append(make("span", { class: "mw-find__text" }, ...marked(excerpt(doc, terms), terms)));
      list.append(make("li", {}, link));
    }
    status.textContent = hits.length === 0 ? words.none :
      hits.length === 1 ? words.one : words.many.replace("{n}", hits.length);
  };
  const open = () => {
    if (dialog.open) return;
    dialog.showModal();
    input.select();
    search();
  };
  for (const button of all("[data-mw-open-search]")) {
    button.hidden = false;
    button.addEventListener("click", open);
  }
  dialog.querySelector("[data-mw-close-search]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest(".mw-find__results a")) dialog.close();
  });
  input.addEventListener("input", search);
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const first = list.querySelector("a");
    if (first) first.click();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [input, ...all("a", list)];
    const at = stops.indexOf(document.activeElement);
    const next = stops[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.focus();
  });
  addEventListener("keydown", (event) => {
    const writing = event.target.closest && event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || writing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    open();
  });
})();
