"""What signs of spam weigh together. Nothing is dropped: what weighs enough waits in the spam view."""

from __future__ import annotations

from collections.abc import Iterable

WEIGHTS = {"honeypot": 3, "too-fast": 2}
"""Signs that the form sees. Other signs, those of mail, weigh enough by themselves."""

ENOUGH = 2
PROOF = -1
"""A browser that did the work weighs against one weak sign, never against a strong one."""


def filed(signs: Iterable[str], *, proved: bool = False) -> tuple[str, ...]:
    """The signs to file a question under spam for; none where they weigh too little."""
    found = tuple(signs)
    score = sum(WEIGHTS.get(sign, ENOUGH) for sign in found) + (PROOF if proved else 0)
    return found if score >= ENOUGH else ()
