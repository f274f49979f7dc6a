/* Search, without a page: reads a query and ranks sections as mailwijzer/search/ does on the server, over the
   same files (format: mailwijzer/search/shards.py). No dependency. The build puts it before the manifest as
   search/start.js, which is read as a worker, or as a script where there are none (file:); in Node, where the
   tests run it beside the server, it is a module. */
(function (place) {
  "use strict";
  if (place.MailwijzerSearch) return;
  const FORMAT = 3;
  const LONGEST = 60, QUERY_MAX = 2000, TOKENS_MAX = 40;
  const SYNONYM = 0.5, ALONE = 0.8, CODE = 1.5, EXAMPLE = 0.5, PART = 0.7;
  const COVERAGE = 0.5;
  const PREFIXES = 5, PREFIX_MIN = 3, TWICE = 7;
  const SHORTEST = 4, LINKS = ["", "s", "en", "e", "n", "-"];
  const WIDTHS = [200, 115, 80], BEFORE = 25, SPOTS = 400;

  /* Analysis (analysis.py) */
  const VARYING = new RegExp([
    "\\b\\d{4}-\\d\\d-\\d\\d[t ]\\d\\d:\\d\\d(?::\\d\\d)?(?:[.,]\\d+)?(?:z|[+-]\\d\\d:?\\d\\d)?",
    "^\\s*[a-z]{3}\\s+\\d{1,2}\\s+\\d\\d:\\d\\d:\\d\\d\\s+\\S+",
    "\\[[0-9a-f]*[:.][0-9a-f:.]+\\](?::\\d+)?",
    "\\[\\d+\\]",
    "<[^<>\\s]*@[^<>\\s]*>",
    "[^\\s<>@=]+@[^\\s<>@]+\\.[a-z]+",
    "\\b(?=[0-9a-f]*\\d)[0-9a-f]{7,}\\b",
    "\\b[0-9a-z]{12,}:(?=\\s)",
  ].join("|"), "g");
  const CHUNK = /[^\s\x1c-\x1f\x85<>()[\]{}"'`,;|\u2018-\u201f\u00ab\u00bb]+/g;
  const WORD = /[\p{L}\p{N}]+/gu;
  const IS_CODE = /^[a-z0-9_.\-/:@=+]*$/;
  const MADE_UP = new RegExp("\\.(?:test|example)(?![\\w.-])|\\bexample\\.(?:com|net|org)\\b"
    + "|\\b(?:192\\.0\\.2|198\\.51\\.100|203\\.0\\.113)\\.\\d|\\b2001:db8:");
  const IS_ALPHA = /^\p{L}+$/u;

  const fold = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "")
    .replace(/[\u{10000}-\u{10ffff}]/gu, " ");
  const bare = (text) => text.replace(/^[.:!?\-/=+@]+|[.:!?\-/=+@]+$/g, "");
  const isCode = (text) => {
    if (text.length <= 2 || text.length > LONGEST || !IS_CODE.test(text)) return false;
    return /[_.]/.test(text) || (/[0-9]/.test(text) && /[-/:@=+]/.test(text));
  };
  const wordsOf = (text) => (text.match(WORD) || []).filter((word) => word.length > 1 && word.length <= LONGEST);
  const ofChunk = (chunk) => {
    const stripped = bare(chunk);
    if (!isCode(stripped)) return [...new Set(wordsOf(chunk))];
    const parts = stripped.split(/[/=@+]/).map(bare);
    const pieces = parts.flatMap((part) => [part, ...part.split(/[-/:@=+]/)]).map(bare).filter(isCode);
    const made = MADE_UP.test(stripped);
    const told = made ? stripped.split(".").filter((label) => label.startsWith("_")).join(" ") : stripped;
    const plain = wordsOf(told).filter((word) => word.length > 2 || !/^[0-9]/.test(word));
    return [...new Set([...pieces, ...plain])];
  };
  const tokens = (folded) => (folded.match(CHUNK) || []).flatMap(ofChunk);
  const fixed = (folded) => folded.replace(VARYING, " ");

  /* Postings (codec.py) */
  const DIGITS = new Map();
  for (let code = 33, value = 0; code < 127; code++) {
    const digit = String.fromCharCode(code);
    if (!'"\\<'.includes(digit)) DIGITS.set(digit, value++);
  }
  const BASE = DIGITS.size;
  const eachWeight = (term, act) => {
    const text = term.postings;
    const digit = (at) => {
      const value = DIGITS.get(text[at]);
      if (value === undefined) throw new Error("damaged postings");
      return value;
    };
    const step = term.highest / BASE;
    for (let at = 0, last = -1; at < text.length;) {
      let value = digit(at++);
      if (value >= 90) { value = (digit(at) * BASE + digit(at + 1)) * BASE + digit(at + 2); at += 3; }
      else if (value >= 80) value = (value - 80) * BASE + digit(at++) + 80;
      last += value + 1;
      act(last, (digit(at++) + 1) * step);
    }
  };

  /* Files (reading.py). `load(name)` promises the content of a file. */
  const asExpansion = (term, [group, phrase, others, highest, postings]) => ({
    group, phrase: phrase ? phrase.split(" ") : [], others: others.split("|").map((other) => other.split(" ")),
    term: { term: `${term} ${group}`, highest, postings },
  });
  const asRange = ([listed, written]) => {
    const tokens = new Map(), first = [];
    for (const line of listed ? listed.split("\n") : []) {
      const [token, number] = line.split(" ");
      tokens.set(token, number === undefined ? first.length : Number(number));
      if (number === undefined) first.push(token);
    }
    const terms = written.map(([short, highest, postings, ...more], i) => {
      const term = typeof short === "number" ? first[i].slice(0, short) : short;
      return { term, highest, postings, expansions: more.map((row) => asExpansion(term, row)) };
    });
    return { tokens, terms };
  };
  const unfronted = (text) => {
    const words = [];
    for (const line of text ? text.split("\n") : []) {
      words.push((words[words.length - 1] || "").slice(0, Number(line[0])) + line.slice(1));
    }
    return words;
  };
  const inRange = (range, token) => range.tokens.has(token) ? range.terms[range.tokens.get(token)] : undefined;

  class Files {
    static async open(load) {
      const [manifest, delta] = await Promise.all([load("manifest"), load("delta")]);
      if (manifest.format !== FORMAT || delta.format !== FORMAT) throw new Error("another format");
      if (delta.base !== manifest.version) throw new Error("another version");
      return new Files(load, manifest, delta);
    }
    constructor(load, manifest, delta) {
      Object.assign(this, { load, manifest, change: delta, kept: new Map() });
      this.borders = unfronted(manifest.borders);
      this.delta = asRange(delta.words);
      this.gone = new Set(delta.gone);
      this.stop = new Set(manifest.stop.split(" "));
      this.letters = [...manifest.letters];
    }
    file(name, make) {
      if (!this.kept.has(name)) {
        const made = this.load(`${this.manifest.version}/${name}`).then(make);
        made.catch(() => this.kept.delete(name));
        this.kept.set(name, made);
      }
      return this.kept.get(name);
    }
    words(number) { return this.file(`w${number}`, asRange); }
    /* All files at once: each after the other would be as many round trips. */
    async prefetch(listed) {
      if (this.borders.length) await Promise.all(listed.map((token) => this.words(this.place(token))));
    }
    place(token) {
      let low = 0, high = this.borders.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (token < this.borders[middle]) high = middle; else low = middle + 1;
      }
      return Math.max(low - 1, 0);
    }
    async terms(token) {
      const found = [];
      if (this.borders.length) found.push(inRange(await this.words(this.place(token)), token));
      return [...found, inRange(this.delta, token)].filter(Boolean);
    }
    async spellings(letter) {
      const number = this.letters.indexOf(letter);
      return number < 0 ? [] : this.file(`s${number}`, (text) => text.split(" "));
    }
    /* The file with a section and its place there. */
    async at(number, letter, name) {
      if (number >= this.change.first) return [this.change[name], number - this.change.first];
      const size = this.manifest[name];
      return [await this.file(`${letter}${Math.floor(number / size)}`, (rows) => rows), number % size];
    }
    async card(number) {
      const [[pages, rows], at] = await this.at(number, "c", "cards");
      const [page, anchor, heading, ...above] = rows[at];
      const [address, title, kind, topics = [], products = [], appliesTo = ""] = pages[page];
      const url = anchor ? `${address}#${anchor}` : address;
      return { number, url, heading, trail: title ? [title, ...above] : [], kind, topics, products, appliesTo };
    }
    async text(number) {
      const [texts, at] = await this.at(number, "t", "texts");
      return texts[at];
    }
  }

  /* Planning (planning.py, compounds.py, synonyms.py) */
  const distance = (one, other, limit) => {
    let before = [], row = Array.from({ length: other.length + 1 }, (_, i) => i);
    for (let i = 1; i <= one.length; i++) {
      const older = before;
      before = row;
      row = [i];
      for (let j = 1; j <= other.length; j++) {
        let cost = Math.min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
          cost = Math.min(cost, older[j - 2] + 1);
        }
        row.push(cost);
      }
      if (Math.min(...row) >= limit) return limit;
    }
    return row[other.length];
  };
  const nearest = (token, words) => {
    let best = (token.length < TWICE ? 1 : 2) + 1, found = "";
    for (const word of words) {
      if (Math.abs(word.length - token.length) >= best) continue;
      const far = distance(token, word, best);
      if (far < best) {
        best = far;
        found = word;
        if (far <= 1) break;
      }
    }
    return found;
  };
  const split = async (word, known) => {
    for (let end = word.length - SHORTEST; end >= SHORTEST; end--) {
      const head = word.slice(0, end);
      if (!await known(head)) continue;
      const rest = word.slice(end);
      for (const link of LINKS) {
        if (!rest.startsWith(link)) continue;
        const tail = rest.slice(link.length);
        if (tail.length < SHORTEST) continue;
        if (await known(tail)) return [head, tail];
        const further = await split(tail, known);
        if (further.length) return [head, ...further];
      }
    }
    return [];
  };
  const stands = (phrase, listed) => listed.some((_, at) => phrase.every((word, i) => listed[at + i] === word));

  class Plan {
    constructor(listed) {
      Object.assign(this, { tokens: listed, groups: [], corrected: new Map(), unknown: [], read: [], seen: new Set() });
    }
    add(terms, factor, words) {
      const fresh = terms.filter((term) => !this.seen.has(term.term));
      fresh.forEach((term) => this.seen.add(term.term));
      if (fresh.length) this.groups.push({ terms: fresh, factor, tokens: words, counted: true });
      return fresh.length > 0;
    }
  }

  const beginningWith = async (files, prefix) => {
    const ranges = [files.delta];
    const borders = files.borders;
    if (borders.length) {
      const first = files.place(prefix);
      ranges.push(await files.words(first));
      if (first + 1 < borders.length && borders[first + 1].startsWith(prefix)) ranges.push(await files.words(first + 1));
    }
    const sizes = new Map(), words = new Map();
    for (const range of ranges) {
      for (const [token, number] of range.tokens) {
        const { term, postings } = range.terms[number];
        if (!postings || !token.startsWith(prefix)) continue;
        if (!words.has(term) || token < words.get(term)) words.set(term, token);
        sizes.set(term, Math.max(sizes.get(term) || 0, postings.length));
      }
    }
    const order = (a, b) => sizes.get(b) - sizes.get(a) || (a < b ? -1 : 1);
    return [...sizes.keys()].sort(order).slice(0, PREFIXES).map((term) => words.get(term));
  };

  const factorOf = (token) => (!isCode(token) ? 1 : MADE_UP.test(token) ? EXAMPLE : CODE);

  /* The terms of a token that stand in texts; of a word that only synonyms know, none. */
  const inTexts = async (files, token) => (await files.terms(token)).filter((term) => term.postings);

  const resolve = async (files, made, token, unfinished) => {
    if (unfinished && token.length >= PREFIX_MIN) {
      const words = await beginningWith(files, token);
      if (words.length) return made.add((await Promise.all(words.map((word) => inTexts(files, word)))).flat(), 1, words);
    }
    if (!IS_ALPHA.test(token)) return made.unknown.push(token);
    const listed = new Map();
    const known = async (word) => {
      if (!listed.has(word[0])) listed.set(word[0], new Set(await files.spellings(word[0])));
      return listed.get(word[0]).has(word);
    };
    const parts = await split(token, known);
    made.read.push(...parts);
    await files.prefetch(parts);
    for (const part of parts) made.add(await inTexts(files, part), PART, [part]);
    if (parts.length) return undefined;
    const word = nearest(token, await files.spellings(token[0]));
    if (!word || !(await files.terms(word)).length) return made.unknown.push(token);
    made.corrected.set(token, word);
    made.read.push(word);
    return made.add(await inTexts(files, word), 1, [word]);
  };

  const expanded = (files, { term, others }, counted) => {
    const terms = [term], words = new Set();
    for (const phrase of others) {
      const sought = phrase.filter((word) => !files.stop.has(word));
      sought.forEach((word) => words.add(word));
      const found = sought.map((word) => inRange(files.delta, word));
      if (found.every(Boolean)) found.forEach((one) => terms.push({ ...one, highest: one.highest / found.length }));
    }
    return { terms, factor: counted ? ALONE : SYNONYM, tokens: [...words], expanded: true, counted };
  };

  /* What synonyms say: of each group once, whichever of its phrases stands in the query. */
  const expand = async (files, made, typed) => {
    const done = new Set(), beside = new Set(made.groups.flatMap((group) => group.tokens));
    for (const token of new Set([...made.tokens, ...made.read])) {
      for (const expansion of (await files.terms(token)).flatMap((term) => term.expansions)) {
        const { phrase, group } = expansion;
        if (done.has(group) || (phrase.length && !stands(phrase, typed) && !stands(phrase, made.read))) continue;
        done.add(group);
        const counted = !(phrase.length ? phrase : [token]).some((word) => beside.has(word));
        made.groups.push(expanded(files, expansion, counted));
      }
    }
  };

  const coveredBy = async (files, listed, typed) => {
    const covered = new Set();
    for (const token of listed) {
      for (const { phrase } of (await files.terms(token)).flatMap((term) => term.expansions)) {
        if (!phrase.length) covered.add(token);
        else if (stands(phrase, typed)) phrase.forEach((word) => covered.add(word));
      }
    }
    return covered;
  };

  const plan = async (files, query) => {
    // A cut through a pair of surrogates would leave half a character; Array.from keeps pairs together.
    const folded = fold(Array.from(query).slice(0, QUERY_MAX).join(""));
    const typed = tokens(fixed(folded));
    const listed = [...new Set(typed)].filter((token) => !files.stop.has(token)).slice(0, TOKENS_MAX);
    const made = new Plan(listed);
    const last = listed[listed.length - 1];
    const unfinished = last && folded.endsWith(last) ? last : "";
    await files.prefetch(listed);
    const covered = await coveredBy(files, listed, typed);
    for (const token of listed) {
      const terms = await inTexts(files, token);
      if (terms.length) made.add(terms, factorOf(token), [token]);
      if (terms.length || covered.has(token)) made.read.push(token);
      else await resolve(files, made, token, token === unfinished);
    }
    await expand(files, made, typed);
    return made;
  };

  /* Ranking (finding.py) */
  const rank = async (files, made, filters) => {
    const scores = new Map(), covered = new Map();
    let whole = 0;
    for (const group of made.groups) {
      const best = new Map();
      for (const term of group.terms) {
        eachWeight(term, (section, weight) => {
          if (weight > (best.get(section) || 0)) best.set(section, weight);
        });
      }
      for (const [section, weight] of best) scores.set(section, (scores.get(section) || 0) + group.factor * weight);
      if (!group.counted) continue;
      let most = 0;
      for (const weight of best.values()) if (weight > most) most = weight;
      most *= group.factor;
      whole += most;
      for (const section of best.keys()) covered.set(section, (covered.get(section) || 0) + most);
    }
    for (const [section, score] of scores) {
      scores.set(section, score * (1 - COVERAGE + COVERAGE * (covered.get(section) || 0) / (whole || 1)));
    }
    let kept = null;
    for (const name of filters) {
      const having = new Set();
      for (const term of await files.terms(`~${name}`)) {
        eachWeight(term, (section) => { if (!kept || kept.has(section)) having.add(section); });
      }
      kept = having;
    }
    return [...scores]
      .filter(([section]) => (section >= files.manifest.sections || !files.gone.has(section)) && (!kept || kept.has(section)))
      .sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  };

  const formsOf = async (files, group) => {
    const found = new Set(group.tokens);
    for (const token of group.tokens) {
      const ranges = [files.delta];
      if (files.borders.length && !group.expanded) ranges.push(await files.words(files.place(token)));
      for (const range of ranges) {
        const term = inRange(range, token);
        if (!term) continue;
        for (const [other, number] of range.tokens) if (range.terms[number].term === term.term) found.add(other);
      }
    }
    return found;
  };
  const marksOf = async (files, made) => {
    const marks = new Map();
    for (const [number, group] of made.groups.entries()) {
      for (const form of await formsOf(files, group)) if (!marks.has(form)) marks.set(form, number);
    }
    return marks;
  };

  /* Excerpts (excerpts.py): parts of text, each with whether it is to be marked. */
  const spotsOf = (text, marks) => {
    const found = [];
    for (const chunk of text.matchAll(CHUNK)) {
      const folded = fold(chunk[0]);
      let done = 0;
      for (const token of ofChunk(folded)) {
        const at = marks.has(token) ? folded.indexOf(token, done) : -1;
        if (at < 0) continue;
        done = at + token.length;
        const end = Math.min(chunk.index + done, chunk.index + chunk[0].length);
        found.push({ start: chunk.index + at, end, number: marks.get(token) });
      }
    }
    return found;
  };
  const choose = (spots, count, width) => {
    const missing = new Set(spots.map((spot) => spot.number));
    const chosen = [];
    while (missing.size && chosen.length < count) {
      let best = [0, 0], at = -1;
      spots.forEach((first, index) => {
        const fresh = new Set();
        let size = 0;
        for (const spot of spots.slice(index)) {
          if (spot.end > first.start + width - BEFORE - 15) break;
          size++;
          if (missing.has(spot.number)) fresh.add(spot.number);
        }
        if (fresh.size && (fresh.size > best[0] || (fresh.size === best[0] && size > best[1]))) {
          best = [fresh.size, size];
          at = index;
        }
      });
      if (at < 0) break;
      chosen.push(spots[at].start);
      const reach = spots[at].start + width - BEFORE - 15;
      for (const spot of spots.slice(at)) if (spot.end <= reach) missing.delete(spot.number);
    }
    return { chosen, missing };
  };
  const startOf = (text, at) => (at < BEFORE + 15 ? 0 : text.slice(0, at - BEFORE).lastIndexOf(" ") + 1);
  const endOf = (text, start, width) => (text.length <= start + width ? text.length
    : Math.max(text.slice(0, start + width).lastIndexOf(" "), start + 1));
  const apart = (pieces) => {
    const found = [];
    for (const [start, end] of pieces.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
      const last = found[found.length - 1];
      if (last && start <= last[1] + 1) last[1] = Math.max(end, last[1]);
      else found.push([start, end]);
    }
    return found;
  };
  const marked = (text, spots, pieces) => {
    const parts = [];
    pieces.forEach(([start, end], number) => {
      parts.push([number ? " … " : start ? "… " : "", false]);
      let at = start;
      for (const spot of spots) {
        if (spot.start < at || spot.end > end) continue;
        parts.push([text.slice(at, spot.start), false], [text.slice(spot.start, spot.end), true]);
        at = spot.end;
      }
      parts.push([text.slice(at, end), false]);
    });
    parts.push([pieces[pieces.length - 1][1] < text.length ? " …" : "", false]);
    return parts.filter((part) => part[0]);
  };
  const cut = (text, marks) => {
    const spots = spotsOf(text, marks).slice(0, SPOTS);
    let pieces = [[0, endOf(text, 0, WIDTHS[0])]];
    for (const [index, width] of WIDTHS.entries()) {
      const { chosen, missing } = choose(spots, index + 1, width);
      if (chosen.length) pieces = apart(chosen.map((at) => [startOf(text, at), endOf(text, startOf(text, at), width)]));
      if (!missing.size) break;
    }
    return marked(text, spots, pieces);
  };
  const mark = (text, marks) => marked(text, spotsOf(text, marks), [[0, text.length]]);

  class Finder {
    static async open(load) { return new Finder(await Files.open(load)); }
    constructor(files) { this.files = files; }
    get filters() {
      const { kinds, topics, products } = this.files.manifest;
      return { kinds, topics, products };
    }
    /* {plan, total, marks, hits}: hits are cards with their score. Texts come later, by excerpt(). */
    async find(query, { limit = 10, filters = [] } = {}) {
      const made = await plan(this.files, query);
      const ranked = await rank(this.files, made, filters);
      const top = ranked.slice(0, limit);
      const hits = await Promise.all(top.map(async ([number, score]) => ({ ...await this.files.card(number), score })));
      return { plan: made, total: ranked.length, marks: await marksOf(this.files, made), hits };
    }
    async excerpt(hit, marks) { return cut(await this.files.text(hit.number), marks); }
  }

  /* A conversation: {id, query, filters} is answered by {id, found}, then by {id, excerpts} unless they are not
     wanted, or by {id, failed}. */
  const converse = (finder, answer) => async ({ id, query, filters, excerpts = true }) => {
    try {
      const { plan: made, total, marks, hits } = await finder.find(query, { filters });
      const shown = hits.map(({ url, heading, trail, kind, appliesTo }) =>
        ({ url, heading: mark(heading, marks), trail, kind, appliesTo }));
      const { tokens: sought, unknown } = made;
      answer({ id, found: { tokens: sought, unknown, corrected: [...made.corrected], total, hits: shown } });
      if (excerpts) answer({ id, excerpts: await Promise.all(hits.map((hit) => finder.excerpt(hit, marks))) });
    } catch (error) { answer({ id, failed: String(error) }); }
  };

  /* What came as scripts: the manifest at the end of this file, and without a worker every other file. */
  const arrived = new Map();
  place.mailwijzerSearch = (lang, name, content) => arrived.set(`${lang}/${name}`, content);
  place.MailwijzerSearch = { Finder, analysis: { fold, fixed, tokens }, mark, converse, arrived };

  if (typeof WorkerGlobalScope !== "function") return;
  const load = async (name) => {
    if (name === "manifest") return [...arrived.values()][0];
    const url = new URL(`${name}.js`, place.location);
    url.search = place.location.search;
    const text = await (await fetch(url)).text();
    if (!text.startsWith("mailwijzerSearch(") || !text.endsWith(");\n")) throw new Error(`${url} is damaged`);
    return JSON.parse(`[${text.slice(17, -3)}]`)[2];
  };
  // The manifest stands below: it has arrived when this file has been read to its end.
  const opened = Promise.resolve().then(() => Finder.open(load)).then((finder) => {
    place.postMessage({ ready: finder.filters });
    return converse(finder, (message) => place.postMessage(message));
  });
  opened.catch((error) => place.postMessage({ failed: String(error) }));
  place.onmessage = (event) => opened.then((answer) => answer(event.data), () => {});
})(typeof module === "object" && module.exports ? module.exports : self);
