/* Enter the desk by a passkey, or make one with an invitation. The browser does the cryptography and asks its user;
   this carries its answer to the service. Without script the way in goes through the machine itself. */
(function () {
  "use strict";
  const button = document.querySelector("[data-mw-passkey]"), status = document.querySelector("[data-mw-passkey-status]");
  const failed = document.querySelector("[data-mw-passkey-failed]");
  if (!window.PublicKeyCredential) { status.textContent = status.dataset.none; return; }
  const invite = button.dataset.invite, lang = document.documentElement.lang;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const ask = async (name, body) => {
    const answer = await fetch(`/desk/passkey/${name}?lang=${lang}`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    const found = await answer.json();
    if (!answer.ok) throw new Error(found.error);
    return found;
  };
  const make = async (options) => {
    const publicKey = { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) } };
    publicKey.excludeCredentials = [];
    const made = await navigator.credentials.create({ publicKey });
    return { made, response: { attestationObject: text(made.response.attestationObject) } };
  };
  const use = async (options) => {
    const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: [] };
    const made = await navigator.credentials.get({ publicKey });
    const { authenticatorData, signature, userHandle } = made.response;
    const response = { authenticatorData: text(authenticatorData), signature: text(signature) };
    if (userHandle) response.userHandle = text(userHandle);
    return { made, response };
  };
  const enter = async () => {
    const options = await ask("options", invite ? { invite } : {});
    const { made, response } = await (invite ? make(options) : use(options));
    response.clientDataJSON = text(made.response.clientDataJSON);
    const credential = { id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: {} };
    const body = { credential, challenge: options.challenge };
    return ask(invite ? "register" : "login", invite ? { ...body, invite } : body);
  };
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    failed.hidden = true;
    status.textContent = status.dataset.waiting;
    try {
      location.replace((await enter()).next);
    } catch (error) {
      /* What the browser says of a user who said no is English and for programmers. */
      const told = error instanceof DOMException || error instanceof TypeError ? status.dataset.failed : error.message;
      failed.querySelector("p").textContent = told;
      failed.hidden = false;
      status.textContent = "";
      button.disabled = false;
      failed.focus();
    }
  });
})();
