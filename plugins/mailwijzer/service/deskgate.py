"""Who may enter the desk: someone at this machine, with the link from the terminal."""

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
    """Hands out one session for the one-time token, and knows its sessions again by their signature."""

    def __init__(self, token: str, secret: str, now: Callable[[], float]) -> None:
        self._token = token
        self._unused = bool(token)
        self._lock = Lock()
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
        return str(self._serializer.dumps([secrets.token_hex(16), int(self._now())]))

    def knows(self, session: str) -> bool:
        """Whether this is a session of ours that has not ended."""
        try:
            _, begun = self._serializer.loads(session)
        except (BadSignature, ValueError):
            return False
        return bool(self._now() - begun < SESSION_SECONDS)

    def csrf(self, session: str) -> str:
        """The value that a form of this session must bring back."""
        return hmac.new(self._key.encode(), session.encode(), sha256).hexdigest()

    def is_csrf(self, session: str, value: str) -> bool:
        """Whether a form brought the right value back."""
        return hmac.compare_digest(self.csrf(session).encode(), value.encode("utf-8", "replace"))
