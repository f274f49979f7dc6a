"""The pieces of a text that show most of the words that were looked for.

The browser cuts in the same way (search.js).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from mailwijzer.search import analysis

WIDTHS = (200, 115, 80)
"""Characters of a piece where one, two or three are shown: as few as hold all words."""

BEFORE = 25
"""Characters that a piece shows before its first word, at least."""

SPOTS = 400
"""Words that are looked at: enough for any section that a person reads."""

Marks = Mapping[str, int]
"""A word as it stands in texts -> the number of what it was looked for as."""


@dataclass(frozen=True)
class Excerpt:
    """A piece of text in parts: (text, whether it is to be marked)."""

    parts: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        """The piece without marks."""
        return "".join(part for part, _ in self.parts)


@dataclass(frozen=True)
class _Spot:
    start: int
    end: int
    number: int


def _spots(text: str, marks: Marks) -> Iterator[_Spot]:
    """Every word of `marks` in a text, in order."""
    for chunk in analysis.CHUNK.finditer(text):
        folded = analysis.fold(chunk[0])
        done = 0
        for token in analysis.tokens(folded):
            at = folded.find(token, done) if token in marks else -1
            if at >= 0:
                done = at + len(token)
                yield _Spot(chunk.start() + at, min(chunk.start() + done, chunk.end()), marks[token])


def cut(text: str, marks: Marks) -> Excerpt:
    """One to three pieces with as many different words as possible. Whole words at both ends."""
    spots = list(islice(_spots(text, marks), SPOTS))
    pieces = [(0, _end(text, 0, WIDTHS[0]))]
    for count, width in enumerate(WIDTHS, 1):
        chosen, missing = _choose(spots, count, width)
        if chosen:
            pieces = _apart((_start(text, at), _end(text, _start(text, at), width)) for at in chosen)
        if not missing:
            break
    return _marked(text, spots, pieces)


def _choose(spots: list[_Spot], count: int, width: int) -> tuple[list[int], set[int]]:
    """Where pieces begin: each time at the spot with the most words that are not shown yet."""
    missing = {spot.number for spot in spots}
    chosen: list[int] = []
    while missing and len(chosen) < count:
        best, at = (0, 0), -1
        for index, first in enumerate(spots):
            inside = []
            for spot in spots[index:]:
                if spot.end > first.start + width - BEFORE - 15:
                    break
                inside.append(spot.number)
            value = (len(missing.intersection(inside)), len(inside))
            if value[0] and value > best:
                best, at = value, index
        if at < 0:
            break
        chosen.append(spots[at].start)
        reach = spots[at].start + width - BEFORE - 15
        missing -= {spot.number for spot in spots[at:] if spot.end <= reach}
    return chosen, missing


def _start(text: str, at: int) -> int:
    return 0 if at < BEFORE + 15 else text.rfind(" ", 0, at - BEFORE) + 1


def _end(text: str, start: int, width: int) -> int:
    if len(text) <= start + width:
        return len(text)
    return max(text.rfind(" ", 0, start + width), start + 1)


def _apart(pieces: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pieces in order, those that touch as one."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(pieces):
        if apart and start <= apart[-1][1] + 1:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _marked(text: str, spots: list[_Spot], pieces: list[tuple[int, int]]) -> Excerpt:
    parts: list[tuple[str, bool]] = []
    for number, (start, end) in enumerate(pieces):
        parts.append((" … " if number else "… " if start else "", False))
        at = start
        for spot in spots:
            if spot.start >= at and spot.end <= end:
                parts += [(text[at : spot.start], False), (text[spot.start : spot.end], True)]
                at = spot.end
        parts.append((text[at:end], False))
    parts.append((" …" if pieces[-1][1] < len(text) else "", False))
    return Excerpt(tuple(part for part in parts if part[0]))


def mark(text: str, marks: Marks) -> Excerpt:
    """The whole text, with the words marked: for headings."""
    return _marked(text, list(_spots(text, marks)), [(0, len(text))])
