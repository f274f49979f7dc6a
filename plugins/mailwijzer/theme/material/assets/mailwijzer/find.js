/* The search dialog: what search.js finds, shown as the reader types. Loaded when search is first used. The search
   itself runs in a worker, so that typing stays fluent, or beside it where there are none: in pages from a file.
   Keeps the last searches in localStorage "mailwijzer.searches", on this device alone, until they are cleared. */
(function (find) {
  "use strict";
  const { base, words, make, all } = find;
  const own = document.documentElement.lang;
  const dialog = document.getElementById("mw-find");
  const part = (name) => dialog.querySelector(`.mw-find__${name}`);
  const input = dialog.querySelector("input[type=search]");
  const status = part("status"), note = part("note"), list = part("results"), recent = part("recent");
  const ask = part("ask"), filters = part("filters");
  const selects = all("select", filters);
  const KEPT = "mailwijzer.searches", KEEP = 8;

  /* A partner answers {query, filters} by what was found, and by excerpts later; `ready` says what can be filtered.
     `talk` sends it a message. */
  const partner = (ready, talk) => {
    const waiting = new Map();
    let last = 0;
    return {
      ready,
      hear({ id, found, excerpts, failed }) {
        const { done, late, fail } = waiting.get(id) || {};
        if (found) {
          const pieces = new Promise((yes, no) => { late.yes = yes; late.no = no; });
          pieces.catch(() => {});
          done({ ...found, excerpts: pieces });
        } else if (excerpts) late.yes(excerpts);
        else if (late) (late.no || fail)(new Error(failed));
        if (!found) waiting.delete(id);
      },
      find: (query, chosen) => new Promise((done, fail) => {
        waiting.set(++last, { done, late: {}, fail });
        talk({ id: last, query, filters: chosen });
      }),
    };
  };
  const asWorker = (url) => new Promise((done, failed) => {
    const worker = new Worker(url);
    let talking;
    worker.onmessage = ({ data }) => {
      if (talking) talking.hear(data);
      else if (data.ready) done(talking = partner(data.ready, (message) => worker.postMessage(message)));
      else failed(Object.assign(new Error(data.failed), { heard: true }));
    };
    worker.onerror = failed;
  });
  /* Files are scripts, so that they can be read from a file: too. */
  const onPage = async (lang, url) => {
    await find.script(url);
    const { Finder, converse, arrived } = window.MailwijzerSearch;
    const load = async (name) => {
      const file = new URL(`${name}.js${url.search}`, url);
      if (name !== "manifest") await find.script(file);
      const key = `${lang}/${name}`;
      if (!arrived.has(key)) throw new Error(`${file} is damaged`);
      return arrived.get(key);
    };
    const finder = await Finder.open(load);
    const talking = partner(finder.filters, (message) => answer(message));
    const answer = converse(finder, (message) => talking.hear(message));
    return talking;
  };
  const open = async (lang, again) => {
    const url = new URL(`search/start.js${again}`, lang === own ? base : new URL(`../${lang}/`, base));
    if (location.protocol !== "file:" && window.Worker) {
      try { return await asWorker(url); } catch (error) { if (error.heard) throw error; }
    }
    return onPage(lang, url);
  };
  const partners = new Map();
  const partnerOf = (lang) => {
    if (!partners.has(lang)) {
      // A cached manifest beside a new delta: ask once more, past the cache.
      const opened = open(lang, "").catch(() => open(lang, `?again=${Date.now()}`));
      partners.set(lang, opened);
      opened.catch(() => partners.delete(lang));
    }
    return partners.get(lang);
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
  const item = (hit, lang) => {
    const link = make("a", { href: address(hit, lang) });
    if (lang !== own) { link.lang = lang; link.hreflang = lang; }
    link.append(make("strong", {}, ...marked(hit.heading)));
    const about = make("span", { class: "mw-find__trail" });
    about.append(make("span", { class: "mw-find__kind" }, words[`kind_${hit.kind}`]));
    if (hit.trail.length && hit.kind !== "question") about.append(` ${hit.trail.join(" › ")}`);
    if (hit.appliesTo) about.append(` ${fill(words.holds, { what: hit.appliesTo })}`);
    if (lang !== own) about.append(" ", make("span", { class: "mw-language-mark" }, words.only));
    const text = make("span", { class: "mw-find__text" });
    link.append(about, text);
    return { node: make("li", {}, link), text };
  };
  const explain = (result, foreign) => {
    const lines = result.corrected.map(([typed, used]) => fill(words.instead, { typed, used }));
    if (result.hits.length && result.unknown.length) lines.push(fill(words.unknown, { words: result.unknown.join(", ") }));
    if (foreign) lines.push(words.foreign);
    note.textContent = lines.join(" ");
    note.hidden = !lines.length;
  };
  const show = async (result, lang, turn) => {
    const rows = result.hits.map((hit) => item(hit, lang));
    list.replaceChildren(...rows.map((row) => row.node));
    explain(result, lang !== own);
    status.textContent = !result.tokens.length ? words.nothing
      : result.total === 0 ? words.none : result.total === 1 ? words.one : fill(words.many, { n: result.total });
    const excerpts = await result.excerpts;
    if (turn === turns) excerpts.forEach((parts, i) => rows[i].text.replaceChildren(...marked(parts)));
  };

  const chosen = () => {
    const kind = dialog.querySelector("input[name=kind]:checked");
    const listed = [kind && kind.value && `kind/${kind.value}`, ...selects.map(({ name, value }) => value && `${name}/${value}`)];
    return listed.filter(Boolean);
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
      const here = await partnerOf(lang);
      offer(here.ready);
      let result = await here.find(text, chosen());
      if (turn !== turns) return;
      if (!result.total && result.tokens.length) {
        for (const other of dialog.dataset.languages.split(" ")) {
          const found = await (await partnerOf(other)).find(text, chosen());
          if (found.total) { lang = other; result = found; break; }
        }
      }
      if (turn === turns && !result.total) missed(result.tokens);
      if (turn === turns) await show(result, lang, turn);
    } catch (error) {
      if (turn !== turns) return;
      list.replaceChildren();
      note.hidden = true;
      status.textContent = words.failed;
    }
  };

  /* Filters: only those that this site's sections have. */
  const offer = (ready) => {
    if (filters.dataset.offered) return;
    filters.dataset.offered = "yes";
    for (const radio of all("input[name=kind]", filters)) {
      radio.closest("label").hidden = radio.value !== "" && !ready.kinds.includes(radio.value);
    }
    for (const select of selects) {
      const rows = ready[`${select.name}s`];
      select.append(...rows.map(([id, name]) => make("option", { value: id }, name)));
      select.closest("label").hidden = !rows.length;
    }
    filters.hidden = ready.kinds.length < 2 && selects.every((select) => select.length < 2);
  };

  find.show = (text) => {
    if (typeof text === "string" && text) input.value = text;
    if (!dialog.open) dialog.showModal();
    input.focus();
    if (!text) input.select();
    search();
    partnerOf(own).then(({ ready }) => offer(ready)).catch(() => { status.textContent = words.failed; });
  };

  partnerOf(own).catch(() => {});
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
