/* Runs the browser's linter. Each line of standard input is [text, language] as JSON; each answer a line. */
"use strict";
const path = require("node:path");
const readline = require("node:readline");
const vm = require("node:vm");
const fs = require("node:fs");

const [linter, rules] = process.argv.slice(2).map((name) => path.resolve(name));
const { lint } = require(linter);
const page = {};
vm.runInNewContext(fs.readFileSync(rules, "utf-8"), page);

readline.createInterface({ input: process.stdin, crlfDelay: Infinity }).on("line", (line) => {
  const [text, lang] = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(lint(text, page.mailwijzerRules, lang))}\n`);
});
