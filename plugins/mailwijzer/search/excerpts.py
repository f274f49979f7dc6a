"""The piece of a text that shows most of the words that were looked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mailwijzer.search import analysis

LENGTH = 200
"""Characters of an excerpt."""


@dataclass(frozen=True)
class Excerpt:
    """A piece of text in parts: (text, whether it is to be marked)."""

    parts: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        """The piece without marks."""
        return "".join(part for part, _ in self.parts)


def spots(text: str, marks: frozenset[str]) -> Iterator[tuple[int, int, str]]:
    """(start, end, word) of every word of `marks` in a text, in order."""
    for chunk in analysis.CHUNK.finditer(text):
        folded = analysis.fold(chunk[0])
        done = 0
        for token in analysis.tokens(folded):
            at = folded.find(token, done) if token in marks else -1
            if at >= 0:
                done = at + len(token)
                yield chunk.start() + at, min(chunk.start() + done, chunk.end()), token


def cut(text: str, marks: frozenset[str], length: int = LENGTH) -> Excerpt:
    """The window with the most different words of `marks`; the first of equals. Whole words at both ends."""
    found = list(spots(text, marks))
    start, best = 0, (-1, -1)
    for index, (at, _, _) in enumerate(found):
        inside = [spot for spot in found[index:] if spot[1] <= at + length - 40]
        value = (len({word for _, _, word in inside}), len(inside))
        if value > best:
            start, best = at, value
    start = 0 if start < 40 else text.rfind(" ", 0, start - 30) + 1
    end = len(text) if len(text) <= start + length else max(text.rfind(" ", 0, start + length), start + 1)
    parts: list[tuple[str, bool]] = [("… ", False)] if start else []
    at = start
    for begin, stop, _ in found:
        if begin >= at and stop <= end:
            parts += [(text[at:begin], False), (text[begin:stop], True)]
            at = stop
    parts += [(text[at:end], False), (" …" if end < len(text) else "", False)]
    return Excerpt(tuple(part for part in parts if part[0]))


def mark(text: str, marks: frozenset[str]) -> Excerpt:
    """The whole text, with the words marked: for headings."""
    return cut(text, marks, max(len(text), 1) + 40)
