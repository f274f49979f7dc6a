/* Makes a Pagefind index of {lang, docs, folder}: one record for each section. Its work is done by a program that
   it starts: wait for its end, so that its processor time is counted with ours. */
"use strict";
const fs = require("node:fs");
const processes = require("node:child_process");
const { syncBuiltinESMExports } = require("node:module");

const ends = [];
const { spawn } = processes;
processes.spawn = (...options) => {
  const child = spawn(...options);
  ends.push(new Promise((done) => child.once("exit", done)));
  return child;
};
syncBuiltinESMExports();

(async () => {
  const { lang, docs, folder } = JSON.parse(fs.readFileSync(0, "utf-8"));
  const pagefind = await import("pagefind");
  const { index } = await pagefind.createIndex({});
  for (const { id, title, text } of docs) {
    await index.addCustomRecord({ url: `/${id}`, content: `${title}. ${text}`, language: lang, meta: { title } });
  }
  await index.writeFiles({ outputPath: folder });
  await pagefind.close();
  if (!ends.length) throw new Error("Pagefind started no program: its processor time would not be counted");
  await Promise.all(ends);
})();
