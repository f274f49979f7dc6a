/* The linter of MERCURY.INI, for a browser: the grammar of mercury/ini.py and the tests of mercury/lint.py.
   tests/mercury/test_in_the_browser.py holds it to the findings of Python, file by file. */
(function (root) {
  "use strict";

  const BARE = new Set(["protocols"]), PAIRS = new Set(["domains", "groups", "rewrite"]);
  const SPACE = new Set("\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    + "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000");  // as Python's str.strip(); trim() differs
  const BRACKETS = new Set("[]"), SLASH = new Set("\\");

  const low = (text) => text.toLowerCase();

  function strip(text, set = SPACE, left = true) {
    let from = 0, to = text.length;
    while (left && from < to && set.has(text[from])) from += 1;
    while (to > from && set.has(text[to - 1])) to -= 1;
    return text.slice(from, to);
  }

  function cutAt(text, mark) {
    const at = text.indexOf(mark);
    return at < 0 ? [text, false] : [text.slice(0, at), true, text.slice(at + 1)];
  }

  /* What is not understood becomes a fault, and the reading goes on. */
  function parse(text) {
    const sections = [], faults = [];
    text.split("\n").forEach((line, index) => {
      const [before, mark] = cutAt(line.replace(/^\ufeff+/, ""), "#");
      const code = strip(before), number = index + 1, section = sections[sections.length - 1];
      const fault = (kind) => faults.push({ kind, line: number, section: section ? section.name : "", value: code });
      if (!code) return;
      if (code[0] === "[") {
        if (!code.endsWith("]") || !strip(code.slice(1, -1))) fault("section");
        sections.push({ name: strip(strip(code, BRACKETS)), line: number, entries: [] });
      } else if (code[0] === ";") fault("semicolon");
      else if (!section) fault("outside");
      else {
        const cut = mark && before !== "" && !SPACE.has(before[before.length - 1]);
        const [key, colon, value] = cutAt(code, ":");
        if (BARE.has(low(section.name))) section.entries.push({ line: number, key: "", value: code, cut });
        else if (colon && strip(key)) section.entries.push({ line: number, key: strip(key), value: strip(value), cut });
        else fault("colon");
      }
    });
    return { sections, faults };
  }

  const named = (file, name) => file.sections.filter((section) => low(section.name) === low(name));
  const entries = (file, name, key = "") => named(file, name).flatMap((section) => section.entries)
    .filter((entry) => !key || low(entry.key) === low(key));
  const found = (pattern, text) => new RegExp(pattern, "is").test(text);

  function value(file, name) {
    const [section, , key] = cutAt(name, ".");
    const first = entries(file, section, key).find((entry) => entry.value);
    return first ? first.value : "";
  }

  /* The values that a rule is about; an empty one is for the rules on what is missing. */
  function values(file, rule) {
    return file.sections.filter((section) => rule.section === "*" || low(section.name) === low(rule.section))
      .flatMap((section) => section.entries
        .filter((entry) => entry.value && (!rule.key || low(entry.key) === low(rule.key)))
        .map((entry) => ({ line: entry.line, section: section.name, key: entry.key, value: entry.value })));
  }

  const bare = (text) => strip(low(text), SLASH, false);

  const OF_VALUES = {
    matches: (file, wanted, hit) => found(wanted, hit.value),
    lists: (file, wanted, hit) => found(wanted, hit.value),
    lacks: (file, wanted, hit) => !found(wanted, hit.value),
    outside: (file, [least, most], hit) =>
      !/^[+-]?[0-9]{1,9}$/.test(hit.value) || Number(hit.value) < least || Number(hit.value) > most,
    days_below(file, [other, days], hit) {
      const factors = [hit.value, value(file, `${hit.section}.${other}`)];
      return factors.every((factor) => /^[0-9]{1,9}$/.test(factor)) && factors[0] * factors[1] < days * 24 * 60;
    },
    same_as: (file, name, hit) => bare(hit.value) === bare(value(file, name)),
    differs_from(file, name, hit) {
      const other = bare(value(file, name));
      return other !== "" && bare(hit.value) !== other;
    },
    absent_from: (file, name, hit) => !entries(file, name).some((entry) => low(entry.value) === low(hit.value)),
    cut: (file, wanted, hit) => entries(file, hit.section, hit.key).some((entry) => entry.cut && entry.line === hit.line),
  };

  const OF_SECTIONS = {
    grammar: (file, rule) => file.faults.filter((fault) => fault.kind === rule.test.grammar)
      .map((fault) => ({ line: fault.line, section: fault.section, key: "", value: fault.value })),
    missing(file, rule) {
      const there = entries(file, rule.section, rule.key);
      if (there.some((entry) => entry.value)) return [];
      const [first] = [...there, ...named(file, rule.section)];
      return [{ line: first ? first.line : 0, section: rule.section, key: rule.key || "", value: "" }];
    },
    lists_none(file, rule) {
      const all = entries(file, rule.section).filter((entry) => entry.value);
      if (!all.length || all.some((entry) => found(rule.test.lists_none, entry.value))) return [];
      return [{ line: named(file, rule.section)[0].line, section: rule.section, key: "", value: "" }];
    },
    repeats(file, rule) {
      const seen = new Set();
      return values(file, rule).filter((hit) => {
        const section = low(hit.section), data = BARE.has(section) || PAIRS.has(section);
        if (rule.section === "*" && (data || ["allow", "refuse"].includes(low(hit.key)))) return false;
        const mark = `${section}\n${low(data ? hit.value : hit.key)}`, twice = seen.has(mark);
        seen.add(mark);
        return twice;
      });
    },
    unknown(file, rule, rules) {
      const known = new Map(Object.entries(rules.sections).map(([name, keys]) => [low(name), new Set(keys.map(low))]));
      return file.sections.flatMap((section) => {
        const keys = known.get(low(section.name));
        if (!rule.key) return keys ? [] : [{ line: section.line, section: section.name, key: "", value: "" }];
        return (keys && keys.size ? section.entries : []).filter((entry) => !keys.has(low(entry.key)))
          .map((entry) => ({ line: entry.line, section: section.name, key: entry.key, value: entry.value }));
      });
    },
  };

  function hits(file, rule, rules) {
    const [kind] = Object.keys(rule.test);
    if (OF_SECTIONS[kind]) return OF_SECTIONS[kind](file, rule, rules);
    return values(file, rule).filter((hit) => OF_VALUES[kind](file, rule.test[kind], hit));
  }

  /* All findings, in the order of the file, told in one language. */
  function lint(text, rules, lang) {
    const file = parse(text), findings = [];
    for (const rule of rules.rules) {
      if (!(rule.when || []).every((condition) => hits(file, condition, rules).length)) continue;
      const words = rule[lang];
      for (const hit of hits(file, rule, rules)) {
        findings.push({
          line: hit.line, rule: rule.id, level: rule.level,
          what: words.what.replace(/\{(section|key|value)\}/g, (whole, name) => hit[name]),
          reason: words.reason, cure: words.cure, source: rules.sources[rule.source],
        });
      }
    }
    return findings.sort((one, other) => one.line - other.line || (one.rule < other.rule ? -1 : Number(one.rule > other.rule)));
  }

  root.mailwijzerLint = lint;
  if (typeof module === "object") module.exports = { lint };
})(typeof window === "object" ? window : globalThis);
