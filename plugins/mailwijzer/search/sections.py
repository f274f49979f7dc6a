"""What search finds: sections of rendered pages, from heading to heading."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

CHAPTER, QUESTION, TERM, LINE = "chapter", "question", "term", "line"
KINDS = (CHAPTER, QUESTION, LINE, TERM)
"""A section of a chapter, a reader's question, a line of a log or a bounce, an entry of the glossary."""

HIDDEN = frozenset(
    (
        *("headerlink", "mw-byline", "mw-toc-box", "mw-page-end", "mw-neighbours"),
        *("mw-asked", "mw-related", "mw-beside", "mw-badge", "mw-prompt"),
        *("mw-index", "mw-errors__repeat"),
    )
)
"""Classes of elements that are no part of a section's text."""

_SILENT = frozenset(("script", "style", "svg", "nav", "button", "form", "template"))
_VOID = frozenset(re.findall(r"\w+", "area base br col embed hr img input link meta source track wbr"))
_INLINE = frozenset(
    re.findall(
        r"\w+", "a abbr b bdi bdo cite code dfn em i kbd mark q s samp small span strong sub sup u var"
    )
)
_LEVELS = {"h1": 1, "h2": 2, "h3": 3}


@dataclass(frozen=True)
class Section:
    """One place that a search can lead to."""

    url: str
    """Address relative to the language's root, with the anchor: `smtp-session/#ports`."""

    heading: str
    trail: tuple[str, ...]
    """The headings above it, the page's title first; empty for the page itself."""

    text: str
    """Its whole text, code included, white space collapsed."""

    kind: str = CHAPTER
    topics: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    """Other headings for the same: the ways in which a question was asked."""

    applies_to: str = ""
    """Products and releases that the text holds for: "Postfix >=3.4"."""

    products: tuple[str, ...] = ()
    """The products that it is about, and their releases where it holds for these: `dovecot`, `debian 13`."""

    weight: float = 1.0
    """Less than 1 for a section that repeats others: aims, exercises, sources."""

    @property
    def digest(self) -> str:
        """Changes with anything that search shows or weighs."""
        return sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


def dump(sections: Iterable[Section]) -> str:
    """Sections as text, for a cache."""
    return json.dumps([asdict(section) for section in sections], ensure_ascii=False)


def parse(text: str) -> list[Section]:
    """What `dump` wrote."""
    rows: list[dict[str, Any]] = json.loads(text)
    lists = ("trail", "topics", "also", "products")
    return [Section(**{**row, **{name: tuple(row[name]) for name in lists}}) for row in rows]


MINOR = 0.7
"""Weight of a minor section. Chosen on judged queries (tests/search); 0.4 to 0.8 make little difference."""


WEIGHTS = {CHAPTER: 1.0, QUESTION: 1.0, LINE: 0.7, TERM: 0.6}
"""Short texts are overrated by any measure that looks at length: a definition is not yet an answer."""


def read(
    html: str,
    url: str,
    topics: tuple[str, ...] = (),
    minor: frozenset[str] = frozenset(),
    products: tuple[str, ...] = (),
) -> list[Section]:
    """The sections of a rendered page: one for each h1, h2, h3 and `dt` with an id.

    What stands in a `dt` is a line where it begins with code, else a term.

    `url` is the page's address relative to the language's root. Only `<main>` is read, if there is one.
    `minor` names the anchors of minor sections.
    """
    reader = _Reader(HIDDEN)
    start = html.find("<main")
    end = html.rfind("</main>")
    reader.feed(html[max(start, 0) : end if end >= 0 else len(html)])
    reader.close()
    made, above = [], dict[int, str]()
    # A heading right above a list of terms or lines has no text of its own; it is where the list is found.
    lists = {place.anchor for place, below in pairwise(reader.places) if below.tag == "dt" != place.tag}
    for place in reader.places:
        heading = _collapsed(place.heading)
        above = {level: title for level, title in above.items() if level < place.level}
        # The page's own heading is the page: its address needs no anchor.
        address = url if place.level == 1 else f"{url}#{place.anchor}"
        kind = place.kind
        text = _collapsed(place.text)
        bare = kind == CHAPTER and not text
        weight = MINOR if bare or place.anchor in minor else WEIGHTS[kind]
        trail = tuple(above.values())
        if heading and not (bare and place.anchor not in lists):
            made.append(
                Section(address, heading, trail, text, kind, topics, products=products, weight=weight)
            )
        above[place.level] = heading
    return made


def text_of(html: str) -> str:
    """The text of a piece of HTML without headings of its own, such as an answer."""
    reader = _Reader(HIDDEN)
    reader.places.append(_Place("", ""))
    reader.feed(html)
    reader.close()
    return _collapsed([part for place in reader.places for part in (*place.heading, " ", *place.text, " ")])


def _collapsed(parts: list[str]) -> str:
    return " ".join("".join(parts).split())


class _Place:
    """A heading that has been met, and what follows it."""

    def __init__(self, tag: str, anchor: str) -> None:
        self.tag, self.anchor = tag, anchor
        self.level = _LEVELS.get(tag, 4)
        self.kind = TERM if tag == "dt" else CHAPTER
        self.heading: list[str] = []
        self.text: list[str] = []


class _Reader(HTMLParser):
    """Divides a page at its headings; leaves out what is hidden."""

    def __init__(self, hidden: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.places: list[_Place] = []
        self._hidden = hidden
        self._skip: list[str] = []
        self._in_heading = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skip:
            if tag not in _VOID:
                self._skip.append(tag)
            return
        values = {name: value or "" for name, value in attrs}
        if tag in _SILENT or self._hidden.intersection(values.get("class", "").split()):
            if tag not in _VOID:
                self._skip.append(tag)
            return
        if self._in_heading == "dt":
            # What is defined is code: a line that somebody pastes. What follows it is another word.
            if tag == "code" and not _collapsed(self.places[-1].heading):
                self.places[-1].kind = LINE
            self._add(" ")
        elif (tag in _LEVELS or tag == "dt") and values.get("id"):
            self.places.append(_Place(tag, values["id"]))
            self._in_heading = tag
        elif tag not in _INLINE:
            self._add(" ")

    def handle_endtag(self, tag: str) -> None:
        if self._skip:
            if tag in self._skip:
                while self._skip.pop() != tag:
                    pass
            return
        if tag == self._in_heading:
            self._in_heading = ""
        elif tag not in _INLINE:
            self._add(" ")

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self._add(data)

    def _add(self, data: str) -> None:
        if self.places:
            place = self.places[-1]
            (place.heading if self._in_heading else place.text).append(data)
