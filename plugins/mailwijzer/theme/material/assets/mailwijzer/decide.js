/* A table of questions answered with yes or no: behind each no stands the highest step that is left.
   Without this script the table says the same, and the reader counts. Nothing that is answered leaves the page. */
(function () {
  "use strict";

  function choice(row, name, value, text) {
    var label = document.createElement("label"), input = document.createElement("input");
    input.type = "radio";
    input.name = name;
    input.value = value;
    label.append(input, " " + text);
    row.append(label);
  }

  function start(box, number) {
    var words = box.dataset, steps = words.rungs.split("|"), form = document.createElement("form");
    var rows = Array.from(box.querySelectorAll("tbody tr")).map(function (row, index) {
      var question = row.cells[1], group = document.createElement("span"), name = "decide-" + number + "-" + index;
      var text = document.createElement("span");
      text.id = name;
      text.append.apply(text, Array.from(question.childNodes));
      group.className = "mw-decide__answers";
      group.setAttribute("role", "radiogroup");
      group.setAttribute("aria-labelledby", name);
      choice(group, name, "yes", words.yes);
      choice(group, name, "no", words.no);
      question.append(text, group);
      return { name: name, limit: Number(row.cells[2].textContent), row: row };
    });
    var result = document.createElement("p"), again = document.createElement("button");
    result.className = "mw-decide__result";
    result.setAttribute("role", "status");
    result.textContent = words.none;
    again.type = "reset";
    again.className = "mw-button";
    again.textContent = words.again;
    form.append.apply(form, Array.from(box.childNodes));
    form.append(result, again);
    box.append(form);

    function count() {
      var rung = steps.length, answered = 0;
      rows.forEach(function (row) {
        var picked = form.elements[row.name].value;
        row.row.classList.toggle("mw-decide__no", picked === "no");
        if (picked) answered += 1;
        if (picked === "no") rung = Math.min(rung, row.limit);
      });
      var all = answered === rows.length;
      if (!answered) result.textContent = words.none;
      else if (!rung) result.textContent = words.zero;
      else result.textContent = (all ? words.result : words.soFar) + steps[rung - 1];
    }
    form.addEventListener("change", count);
    form.addEventListener("reset", function () { setTimeout(count); });
    form.addEventListener("submit", function (event) { event.preventDefault(); });
  }

  document.querySelectorAll(".mw-decide").forEach(start);
})();
