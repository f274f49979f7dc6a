/* On the form: questions that were answered already, as the title is typed. The form is complete without it. */
(function () {
  "use strict";
  const place = document.querySelector("[data-mw-suggest]");
  const field = document.getElementById("title");
  if (!place || !field) return;
  const heading = place.querySelector("h2"), list = place.querySelector("ul");
  let turns = 0, waiting;
  const show = async () => {
    const turn = ++turns;
    const text = field.value.trim();
    let hits = [];
    if (text.length >= 8) {
      const query = new URLSearchParams({ lang: document.documentElement.lang, q: text });
      try {
        const answer = await fetch(`/api/suggest?${query}`);
        if (answer.ok) hits = (await answer.json()).hits;
      } catch (error) { /* No suggestions, then. */ }
    }
    if (turn !== turns) return;
    list.replaceChildren(...hits.map((hit) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = hit.url;
      link.textContent = hit.heading;
      // What was typed must not be lost to a look at an answer.
      link.target = "_blank";
      item.append(link);
      return item;
    }));
    heading.hidden = list.hidden = !hits.length;
  };
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 250); });
  if (field.value) show();
})();
