/* Runs the browser's search over files on disk. Reads {folder, queries} or {texts} as JSON from standard input. */
"use strict";
const fs = require("node:fs");
const path = require("node:path");

const [script] = process.argv.slice(2);
const { MailwijzerSearch } = require(path.resolve(script));
const asked = JSON.parse(fs.readFileSync(0, "utf-8"));

const reader = (folder) => async (name) => {
  const text = fs.readFileSync(path.join(folder, `${name}.js`), "utf-8");
  let content;
  new Function("mailwijzerSearch", text)((_lang, _name, given) => { content = given; });
  return content;
};

(async () => {
  if (asked.texts) {
    const { fold, fixed, tokens } = MailwijzerSearch.analysis;
    process.stdout.write(JSON.stringify(asked.texts.map((text) => tokens(fixed(fold(text))))));
    return;
  }
  const finder = await MailwijzerSearch.Finder.open(reader(asked.folder));
  const answers = [];
  for (const { query, filters } of asked.queries) {
    const { plan, total, hits, marks } = await finder.find(query, { filters: filters || [] });
    const excerpts = await Promise.all(hits.map((hit) => finder.excerpt(hit, marks)));
    answers.push({
      tokens: plan.tokens, corrected: Object.fromEntries(plan.corrected), unknown: plan.unknown, total,
      hits: hits.map((hit, i) => ({ url: hit.url, score: hit.score, excerpt: excerpts[i] })),
    });
  }
  process.stdout.write(JSON.stringify(answers));
})();
