/* A term shows its meaning when it is pointed at or focused. Without this script it is a link to the glossary. */
(function () {
  "use strict";
  var tip = null, shown = null, timer = 0;

  function make() {
    tip = document.createElement("span");
    tip.className = "mw-tip";
    tip.id = "mw-tip";
    tip.setAttribute("role", "tooltip");
    tip.hidden = true;
    // Who points at the explanation itself may read on (WCAG 1.4.13).
    tip.addEventListener("pointerenter", function () { clearTimeout(timer); });
    tip.addEventListener("pointerleave", later);
    document.getElementById("mw-content").appendChild(tip);
  }

  function show(term) {
    clearTimeout(timer);
    if (!tip) make();
    if (shown && shown !== term) shown.removeAttribute("aria-describedby");
    shown = term;
    tip.textContent = term.dataset.meaning;
    term.setAttribute("aria-describedby", "mw-tip");
    tip.hidden = false;
    place(term);
  }

  function place(term) {
    var at = term.getClientRects()[0], box = tip.offsetParent ? tip.offsetParent.getBoundingClientRect() : { left: 0, top: 0 };
    var room = document.documentElement.clientWidth - tip.offsetWidth - 16;
    tip.style.left = Math.max(16, Math.min(at.left, room)) - box.left + "px";
    var above = at.top - tip.offsetHeight - 6;
    tip.style.top = (above > 70 ? above : at.bottom + 6) - box.top + "px";
  }

  function hide() {
    clearTimeout(timer);
    if (!shown) return;
    shown.removeAttribute("aria-describedby");
    shown = null;
    tip.hidden = true;
  }

  function later() { clearTimeout(timer); timer = setTimeout(hide, 200); }

  function term(event) { return event.target.closest && event.target.closest(".mw-term"); }

  document.addEventListener("pointerover", function (event) { if (event.pointerType !== "touch" && term(event)) show(term(event)); });
  document.addEventListener("pointerout", function (event) { if (term(event)) later(); });
  document.addEventListener("focusin", function (event) { if (term(event)) show(term(event)); else hide(); });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") hide(); });
})();
