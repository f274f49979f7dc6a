"""Who may enter the desk: with the link from the terminal at this machine, or by a passkey."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from hashlib import sha256
from threading import Lock

from itsdangerous import BadSignature, URLSafeSerializer

COOKIE = "mailwijzer-desk"
SESSION_SECONDS = 12 * 3600


class DeskGate:
    """Hands out sessions, one for the one-time token, and knows them again by their signature."""

    def __init__(self, token: str, secret: str, now: Callable[[], float]) -> None:
        self._token = token
        self._unused = bool(token)
        self._lock = Lock()
        self._ended: set[str] = set()
        # Part of the key is made here: a session never outlives the process, whatever the secret is.
        self._key = f"{secret}{secrets.token_hex(16)}"
        self._serializer = URLSafeSerializer(self._key, salt="desk-session")
        self._now = now

    def enter(self, token: str) -> str | None:
        """A new session for the right token, the first time it is shown; else None."""
        right = hmac.compare_digest(token.encode(), self._token.encode())
        with self._lock:
            if not (right and self._unused):
                return None
            self._unused = False
        return self.open()

    def open(self, passkey: str = "") -> str:
        """A new session, of who was let in by a passkey or by the link."""
        return str(self._serializer.dumps([secrets.token_hex(16), int(self._now()), passkey]))

    def end(self, session: str) -> None:
        """Know a session no more."""
        with self._lock:
            self._ended.add(session)

    def knows(self, session: str) -> bool:
        """Whether this is a session of ours that has not ended."""
        return self.passkey(session) is not None

    def passkey(self, session: str) -> str | None:
        """The passkey that opened a session, "" for the link; None for no session of ours."""
        try:
            _, begun, passkey = self._serializer.loads(session)
        except (BadSignature, ValueError):
            return None
        if session in self._ended or self._now() - begun >= SESSION_SECONDS:
            return None
        return str(passkey)

    def csrf(self, session: str) -> str:
        """The value that a form of this session must bring back."""
        return hmac.new(self._key.encode(), session.encode(), sha256).hexdigest()

    def is_csrf(self, session: str, value: str) -> bool:
        """Whether a form brought the right value back."""
        return hmac.compare_digest(self.csrf(session).encode(), value.encode("utf-8", "replace"))
