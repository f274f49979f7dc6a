/* Before the first paint: tell the style sheet that script runs, which colours the reader chose, and whether single
   keys are off. Kept in localStorage "mailwijzer.scheme", light or dark, and "mailwijzer.keys", off. */
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.replace("no-js", "js");
  try {
    var scheme = localStorage.getItem("mailwijzer.scheme");
    if (scheme === "light" || scheme === "dark") root.dataset.scheme = scheme;
    if (localStorage.getItem("mailwijzer.keys") === "off") root.dataset.keys = "off";
  } catch (error) { /* Storage is closed: the system's scheme holds. */ }
})();
