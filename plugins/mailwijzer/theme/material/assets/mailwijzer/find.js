/* The search dialog: what search.js finds, shown as the reader types. Loaded when search is first used.
   Keeps the last searches in localStorage "mailwijzer.searches", on this device alone, until they are cleared. */
(function (find) {
  "use strict";
  const { base, words, make, all } = find;
  const { Finder, mark } = window.MailwijzerSearch;
  const own = document.documentElement.lang;
  const dialog = document.getElementById("mw-find");
  const part = (name) => dialog.querySelector(`.mw-find__${name}`);
  const input = dialog.querySelector("input[type=search]");
  const status = part("status"), note = part("note"), list = part("results"), recent = part("recent");
  const ask = part("ask"), filters = part("filters");
  const topic = dialog.querySelector("select");
  const KEPT = "mailwijzer.searches", KEEP = 8;

  /* Files are scripts, so that they can be read from a file: too. Each hands its content to this function. */
  const arrived = new Map();
  window.mailwijzerSearch = (lang, name, content) => arrived.set(`${lang}/${name}`, content);
  const loader = (lang, again) => (name) => {
    const root = lang === own ? base : new URL(`../${lang}/`, base);
    const url = new URL(`search/${name}.js`, root);
    if (again) url.search = `again=${again}`;
    return find.script(url).then(() => {
      const key = `${lang}/${name}`;
      if (!arrived.has(key)) throw new Error(`${url} is damaged`);
      return arrived.get(key);
    });
  };
  const finders = new Map();
  const finderOf = (lang) => {
    if (!finders.has(lang)) {
      // A cached manifest beside a new delta: ask once more, past the cache.
      const opened = Finder.open(loader(lang)).catch(() => Finder.open(loader(lang, Date.now())));
      finders.set(lang, opened);
      opened.catch(() => finders.delete(lang));
    }
    return finders.get(lang);
  };

  /* Recent searches */
  const kept = () => {
    try { return JSON.parse(localStorage.getItem(KEPT)) || []; } catch (error) { return []; }
  };
  const keep = (rows) => {
    try {
      if (rows.length) localStorage.setItem(KEPT, JSON.stringify(rows.slice(0, KEEP)));
      else localStorage.removeItem(KEPT);
    } catch (error) { /* Storage is closed: nothing is kept. */ }
  };
  const remember = (text) => { if (text.trim()) keep([text.trim(), ...kept().filter((row) => row !== text.trim())]); };
  const showRecent = () => {
    const rows = kept();
    recent.hidden = !rows.length || input.value.trim() !== "";
    const buttons = rows.map((row) => {
      const button = make("button", { type: "button" }, row);
      button.addEventListener("click", () => { input.value = row; input.focus(); search(); });
      return make("li", {}, button);
    });
    recent.querySelector("ul").replaceChildren(...buttons);
  };

  /* Results */
  const marked = (parts) => parts.map(([text, is]) => (is ? make("mark", {}, text) : text));
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  const address = (hit, lang) => {
    const url = new URL(hit.url, lang === own ? base : new URL(`../${lang}/`, base));
    if (url.protocol === "file:" && url.pathname.endsWith("/")) url.pathname += "index.html";
    return url;
  };
  const item = (hit, marks, lang) => {
    const link = make("a", { href: address(hit, lang) });
    if (lang !== own) { link.lang = lang; link.hreflang = lang; }
    link.append(make("strong", {}, ...marked(mark(hit.heading, marks))));
    const about = make("span", { class: "mw-find__trail" });
    about.append(make("span", { class: "mw-find__kind" }, words[`kind_${hit.kind}`]));
    if (hit.trail.length && hit.kind !== "question") about.append(` ${hit.trail.join(" › ")}`);
    if (hit.appliesTo) about.append(` ${fill(words.holds, { what: hit.appliesTo })}`);
    if (lang !== own) about.append(" ", make("span", { class: "mw-language-mark" }, words.only));
    const text = make("span", { class: "mw-find__text" }, hit.text);
    link.append(about, text);
    return { node: make("li", {}, link), text };
  };
  const explain = (result, foreign) => {
    const lines = [...result.plan.corrected].map(([typed, used]) => fill(words.instead, { typed, used }));
    if (result.hits.length && result.plan.unknown.length) lines.push(fill(words.unknown, { words: result.plan.unknown.join(", ") }));
    if (foreign) lines.push(words.foreign);
    note.textContent = lines.join(" ");
    note.hidden = !lines.length;
  };
  const show = async (result, finder, lang, turn) => {
    const rows = result.hits.map((hit) => item(hit, result.marks, lang));
    list.replaceChildren(...rows.map((row) => row.node));
    explain(result, lang !== own);
    status.textContent = !result.plan.tokens.length ? words.nothing
      : result.total === 0 ? words.none : result.total === 1 ? words.one : fill(words.many, { n: result.total });
    await Promise.all(result.hits.map(async (hit, i) => {
      const parts = await finder.excerpt(hit, result.marks);
      if (turn === turns) rows[i].text.replaceChildren(...marked(parts));
    }));
  };

  const chosen = () => {
    const kind = dialog.querySelector("input[name=kind]:checked");
    return [kind && kind.value && `kind/${kind.value}`, topic.value && `topic/${topic.value}`].filter(Boolean);
  };
  const filled = (text) => {
    const url = new URL("ask/", base);
    url.search = new URLSearchParams({ title: text.trim().slice(0, 150) });
    return url;
  };
  /* Where the site's owner wants it: words that found nothing are counted, once the reader has stopped typing.
     What is sent are the words, without what may be somebody's; the service keeps no more (inbox/misses.py). */
  let pause;
  const missed = (listed) => {
    if (!("countMisses" in dialog.dataset) || !listed.length || !navigator.sendBeacon) return;
    pause = setTimeout(() => {
      const query = new URLSearchParams({ lang: own, q: listed.join(" ") });
      navigator.sendBeacon(new URL(`../api/missed?${query}`, base));
    }, 2000);
  };
  let turns = 0;
  const search = async () => {
    const turn = ++turns;
    clearTimeout(pause);
    const text = input.value;
    showRecent();
    ask.hidden = text.trim() === "";
    ask.querySelector("a").href = filled(text);
    if (text.trim() === "") {
      list.replaceChildren();
      note.hidden = true;
      status.textContent = "";
      return;
    }
    try {
      let lang = own;
      let finder = await finderOf(lang);
      offer(finder.files.manifest);
      let result = await finder.find(text, { filters: chosen() });
      if (turn !== turns) return;
      if (!result.total && result.plan.tokens.length) {
        for (const other of dialog.dataset.languages.split(" ")) {
          const there = await finderOf(other);
          const found = await there.find(text, { filters: chosen() });
          if (found.total) { lang = other; finder = there; result = found; break; }
        }
      }
      if (turn === turns) await show(result, finder, lang, turn);
      if (turn === turns && !result.total) missed(result.plan.tokens);
    } catch (error) {
      if (turn !== turns) return;
      list.replaceChildren();
      note.hidden = true;
      status.textContent = words.failed;
    }
  };

  /* Filters: only those that this site's sections have. */
  const offer = (manifest) => {
    if (filters.dataset.offered) return;
    filters.dataset.offered = "yes";
    for (const radio of all("input[name=kind]", filters)) {
      radio.closest("label").hidden = radio.value !== "" && !manifest.kinds.includes(radio.value);
    }
    for (const [id, name] of manifest.topics) topic.append(make("option", { value: id }, name));
    topic.closest("label").hidden = !manifest.topics.length;
    filters.hidden = manifest.kinds.length < 2 && !manifest.topics.length;
  };

  find.show = (text) => {
    if (typeof text === "string" && text) input.value = text;
    if (!dialog.open) dialog.showModal();
    input.focus();
    if (!text) input.select();
    search();
    finderOf(own).then((finder) => offer(finder.files.manifest)).catch(() => { status.textContent = words.failed; });
  };

  input.addEventListener("input", search);
  filters.addEventListener("change", search);
  dialog.querySelector("[data-mw-close-search]").addEventListener("click", () => dialog.close());
  recent.querySelector("[data-mw-forget]").addEventListener("click", () => { keep([]); showRecent(); input.focus(); });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
    if (!event.target.closest(".mw-find__results a")) return;
    remember(input.value);
    dialog.close();
  });
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const first = list.querySelector("a");
    if (first) first.click();
  });
  dialog.addEventListener("keydown", (event) => {
    // A search field would only be emptied.
    if (event.key === "Escape") { event.preventDefault(); dialog.close(); return; }
    const typing = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && event.key !== " ";
    if (typing && event.target.closest(".mw-find__results")) { input.focus(); return; }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [input, ...all(".mw-find__results a, .mw-find__ask a", dialog)].filter((stop) => stop.offsetParent);
    const at = stops.indexOf(document.activeElement);
    const next = stops[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.focus();
  });
})(window.mailwijzerFind);
