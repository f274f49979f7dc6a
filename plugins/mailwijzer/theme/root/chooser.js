/* Takes the reader to the language the browser asks for. Remembers nothing; `?choose` shows the page itself. */
(function () {
  "use strict";
  if (new URLSearchParams(location.search).has("choose")) return;
  var here = { en: "en/", nl: "nl/" };
  var wanted = (navigator.languages || [navigator.language || ""]).map(function (tag) {
    return here[tag.toLowerCase().split("-")[0]];
  }).filter(Boolean)[0];
  if (!wanted) return;
  // From a file the folder itself would be shown, not its first page.
  location.replace(location.protocol === "file:" ? wanted + "index.html" : wanted);
})();
