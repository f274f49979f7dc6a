/* On the form, where the site asks for it: a short calculation in a worker, begun with the first letter. It makes it
   less likely that a question lands among spam. Nobody waits for it: without its result the form goes all the same. */
(function () {
  "use strict";
  const field = document.querySelector("input[data-mw-proof]"), status = document.querySelector("[data-mw-proof-status]");
  if (!field || !status || !window.Worker || !window.crypto || !crypto.subtle) return;
  const asked = JSON.parse(field.dataset.mwProof);
  const begin = () => {
    const worker = new Worker(new URL("proof-worker.js", field.dataset.mwAt));
    status.textContent = status.dataset.working;
    worker.addEventListener("message", (event) => {
      worker.terminate();
      status.textContent = event.data === null ? "" : status.dataset.done;
      if (event.data === null) return;
      const { algorithm, challenge, salt, signature } = asked;
      field.value = btoa(JSON.stringify({ algorithm, challenge, number: event.data, salt, signature }));
    });
    worker.addEventListener("error", () => { status.textContent = ""; });
    worker.postMessage(asked);
  };
  field.dataset.mwAt = new URL("./", document.currentScript.src);
  field.form.addEventListener("input", begin, { once: true });
  if (field.form.querySelector("#text").value) begin();
})();
