"""Proof of work in the format of ALTCHA, version 1: a number that only trying finds, checked by one hash.

The challenge is signed, not stored: it says itself until when, and for which form, it is good.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

ALGORITHM = "SHA-256"
PAYLOAD_MAX = 2000
DIGITS_MAX = 9


@dataclass(frozen=True)
class Proof:
    """A proof that holds; whether it was used before is for the inbox to say."""

    signature: str
    until: dt.datetime


class Proofs:
    """Issues challenges and checks what comes back."""

    def __init__(self, secret: str, now: Callable[[], float], most: int, seconds: float) -> None:
        self._key = hashlib.sha256(f"proof of work {secret}".encode()).digest()
        self._now, self._most, self._seconds = now, most, seconds

    @property
    def wanted(self) -> bool:
        """Whether forms carry a challenge."""
        return self._most > 0

    def issue(self, key: str) -> dict[str, Any]:
        """A challenge for the form with this idempotency key."""
        until = int(self._now() + self._seconds)
        # The last "&" keeps digits of the number from being read as digits of the salt.
        salt = f"{secrets.token_hex(12)}?expires={until}&key={key}&"
        challenge = _hash(salt, secrets.randbelow(self._most) + 1)
        asked = {"algorithm": ALGORITHM, "challenge": challenge, "salt": salt, "maxnumber": self._most}
        return {**asked, "signature": self._sign(challenge)}

    def check(self, payload: str, key: str) -> Proof | None:
        """The proof in the field of a form; None for what is wrong, too old or another form's."""
        brought = _read(payload)
        if not self.wanted or brought is None:
            return None
        challenge, salt, number, signature = brought
        said = parse_qs(salt.partition("?")[2])
        right = hmac.compare_digest(self._sign(challenge), signature)
        if not right or not salt.endswith("&") or not hmac.compare_digest(_hash(salt, number), challenge):
            return None
        until = float(said.get("expires", ["0"])[0])
        if until < self._now() or said.get("key") != [key]:
            return None
        return Proof(signature, dt.datetime.fromtimestamp(until, dt.UTC))

    def _sign(self, challenge: str) -> str:
        return hmac.new(self._key, challenge.encode(), hashlib.sha256).hexdigest()


def _hash(salt: str, number: int) -> str:
    return hashlib.sha256(f"{salt}{number}".encode()).hexdigest()


def _read(payload: str) -> tuple[str, str, int, str] | None:
    """Challenge, salt, number and signature; None for what is no payload."""
    if not payload or len(payload) > PAYLOAD_MAX:
        return None
    try:
        found = json.loads(base64.b64decode(payload, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("algorithm") != ALGORITHM:
        return None
    texts = [found.get(name) for name in ("challenge", "salt", "signature")]
    number = found.get("number")
    good = all(isinstance(text, str) and text.isascii() for text in texts)
    if not good or not isinstance(number, int) or not 0 <= number < 10**DIGITS_MAX:
        return None
    return str(texts[0]), str(texts[1]), number, str(texts[2])
