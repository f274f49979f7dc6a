/* Tries one number after another until its hash is the challenge (ALTCHA, version 1). Batches, because each call of
   SubtleCrypto costs more in waiting than in work. */
"use strict";
const BATCH = 256;

addEventListener("message", async (event) => {
  const { challenge, salt, maxnumber } = event.data;
  const encoder = new TextEncoder();
  const hash = async (number) => {
    const digest = await crypto.subtle.digest("SHA-256", encoder.encode(salt + number));
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  for (let start = 0; start <= maxnumber; start += BATCH) {
    const numbers = Array.from({ length: BATCH }, (_, index) => start + index);
    const found = (await Promise.all(numbers.map(hash))).indexOf(challenge);
    if (found >= 0) { postMessage(start + found); return; }
  }
  postMessage(null);
});
