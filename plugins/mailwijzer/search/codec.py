"""Postings as text that compresses well: one character for a small gap, one for a weight."""

from __future__ import annotations

from collections.abc import Iterable

DIGITS = "".join(chr(c) for c in range(33, 127) if chr(c) not in '"\\<')
"""91 characters that JSON and a script leave as they are."""

BASE = len(DIGITS)
LEVELS = BASE
"""Steps of a weight, from the lowest above nothing to the term's highest."""

_VALUES = {digit: value for value, digit in enumerate(DIGITS)}
_ONE, _TWO = 80, 90
_TWO_ENDS = _ONE + (_TWO - _ONE) * BASE


def number(value: int) -> str:
    """A number from 0: one character below 80, two below 990, else four."""
    if value < _ONE:
        return DIGITS[value]
    if value < _TWO_ENDS:
        high, low = divmod(value - _ONE, BASE)
        return DIGITS[_ONE + high] + DIGITS[low]
    if value >= BASE**3:
        raise ValueError(f"{value} is too large for three digits of base {BASE}")
    high, rest = divmod(value, BASE * BASE)
    return DIGITS[_TWO] + DIGITS[high] + DIGITS[rest // BASE] + DIGITS[rest % BASE]


def encode(postings: Iterable[tuple[int, int]]) -> str:
    """(document, level) pairs, by rising document, as gaps and levels."""
    parts = []
    last = -1
    for document, level in postings:
        parts.append(number(document - last - 1) + DIGITS[level])
        last = document
    return "".join(parts)


def decode(text: str) -> list[tuple[int, int]]:
    """What `encode` wrote. Raises ValueError for a damaged text."""
    found = []
    last, at = -1, 0
    try:
        while at < len(text):
            value = _VALUES[text[at]]
            at += 1
            if value >= _TWO:
                value = (_VALUES[text[at]] * BASE + _VALUES[text[at + 1]]) * BASE + _VALUES[text[at + 2]]
                at += 3
            elif value >= _ONE:
                value = (value - _ONE) * BASE + _VALUES[text[at]] + _ONE
                at += 1
            last += value + 1
            found.append((last, _VALUES[text[at]]))
            at += 1
    except (KeyError, IndexError):
        raise ValueError("damaged postings") from None
    return found


def levels(weights: Iterable[tuple[int, float]], highest: float) -> list[tuple[int, int]]:
    """Weights in steps of the highest: level n stands for (n + 1) / 91 of it."""
    return [(d, min(max(round(w / highest * LEVELS) - 1, 0), LEVELS - 1)) for d, w in weights]
