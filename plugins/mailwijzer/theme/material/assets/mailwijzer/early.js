/* Before the first paint: tell the style sheet that script runs, and which colours the reader chose.
   The choice is kept in localStorage "mailwijzer.scheme": light or dark. */
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.replace("no-js", "js");
  try {
    var scheme = localStorage.getItem("mailwijzer.scheme");
    if (scheme === "light" || scheme === "dark") root.dataset.scheme = scheme;
  } catch (error) { /* Storage is closed: the system's scheme holds. */ }
})();
