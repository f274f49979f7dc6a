/* Other search engines over the same sections. Reads {lang, docs: [{id, title, text}], queries} from standard input;
   writes for each engine: results by query, bytes, and processor milliseconds. */
"use strict";
const fs = require("node:fs");
const zlib = require("node:zlib");
const lunr = require("lunr");
const MiniSearch = require("minisearch");

const { lang, docs, queries } = JSON.parse(fs.readFileSync(0, "utf-8"));
const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
const packed = (text) => zlib.gzipSync(text, { level: 9 }).length;
const file = (name) => packed(fs.readFileSync(require.resolve(name)));

if (lang !== "en") {
  require("lunr-languages/lunr.stemmer.support")(lunr);
  require(`lunr-languages/lunr.${lang}`)(lunr);
}

/* As Material for MkDocs sets it: the title counts a thousand times, words are joined by OR, the last one may go
   on. It is built in the browser from the texts of all sections. */
const material = () => {
  const begun = cpu();
  const index = lunr(function () {
    this.ref("id");
    this.pipeline.reset();
    this.searchPipeline.reset();
    this.pipeline.add(lang === "en" ? lunr.stopWordFilter : lunr[lang].stopWordFilter);
    this.field("title", { boost: 1000 });
    this.field("text");
    docs.forEach((doc) => this.add(doc));
  });
  const built = cpu();
  const found = queries.map((query) => {
    const words = query.replace(/[*+\-:^~"]/g, " ").trim().split(/\s+/);
    try {
      return index.search(words.map((word, i) => (i === words.length - 1 ? `${word}*` : word)).join(" "))
        .slice(0, 10).map((hit) => hit.ref);
    } catch (error) { return []; }
  });
  const bytes = packed(JSON.stringify({ config: { lang: [lang] }, docs })) + file("lunr/lunr.min.js");
  return { found, bytes, requests: 2, build: built - begun, query: (cpu() - built) / queries.length };
};

/* Prefixes and one error in five letters, headings twice as heavy; the index is made beforehand and loaded whole. */
const minisearch = () => {
  const options = { fields: ["title", "text"], searchOptions: { boost: { title: 2 }, fuzzy: 0.2, prefix: true } };
  const made = new MiniSearch(options);
  const begun = cpu();
  made.addAll(docs);
  const built = cpu();
  const text = JSON.stringify(made);
  const loading = cpu();
  const index = MiniSearch.loadJSON(text, options);
  const loaded = cpu();
  const found = queries.map((query) => index.search(query).slice(0, 10).map((hit) => hit.id));
  const query = (cpu() - loaded) / queries.length;
  const bytes = packed(text) + packed(JSON.stringify(docs.map((doc) => doc.title))) + file("minisearch");
  return { found, bytes, requests: 3, build: built - begun, load: loaded - loading, query };
};

process.stdout.write(JSON.stringify({ "Material's lunr": material(), MiniSearch: minisearch() }));
