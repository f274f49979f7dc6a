"""The signed token in the question form: when was this form handed out, and for which key?"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from itsdangerous import BadSignature, URLSafeSerializer

MIN_AGE = 3.0
"""Seconds: nobody fills in the form faster than this."""

MAX_AGE = 24 * 3600.0


class TokenState(StrEnum):
    """What a token says about the form that brings it back."""

    GOOD = "good"
    TOO_FAST = "too-fast"
    """A sign of a robot. The question is kept, under spam."""

    EXPIRED = "expired"
    INVALID = "invalid"
    """Missing, forged, for another key, or from before a restart with another secret."""


class FormTokens:
    """Issues and checks tokens. They bind the time to the form's idempotency key."""

    def __init__(self, secret: str, now: Callable[[], float]) -> None:
        self._serializer = URLSafeSerializer(secret, salt="ask-form")
        self._now = now

    def issue(self, key: str, *, again: bool = False) -> str:
        """A token for a form that is shown now; `again` where a person only has to press the button."""
        return str(self._serializer.dumps([key, int(self._now()), again]))

    def check(self, token: str, key: str) -> TokenState:
        """The state of a token that came back with `key`."""
        try:
            signed_key, issued, again = self._serializer.loads(token)
        except (BadSignature, ValueError):
            return TokenState.INVALID
        if signed_key != key:
            return TokenState.INVALID
        age = self._now() - issued
        if age > MAX_AGE:
            return TokenState.EXPIRED
        return TokenState.TOO_FAST if age < MIN_AGE and not again else TokenState.GOOD
