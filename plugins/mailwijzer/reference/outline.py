"""A chapter as a list of sections: headings, anchors, and the running text below each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_META = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_FENCE = re.compile(r" *(`{3,}|~{3,})")
_HEADING = re.compile(r"(#{1,3}) +(?P<title>.*?)(?: *\{:? *(?:#(?P<anchor>[\w-]+))?[^{}]*\})?")
_ADDRESS = re.compile(r"(?<=\])\([^)\s]*\)|<https?://[^>]*>")
_MARKUP = re.compile(r"`[^`]*`|<[^>]*>")


@dataclass(frozen=True)
class Section:
    """From one heading to the next."""

    level: int
    title: str
    """As it is written, backticks included."""

    anchor: str
    """Empty for what stands before the first heading below the title."""

    text: str
    """The Markdown below it, without its code."""

    @property
    def words(self) -> str:
        """What a reader reads of it: no addresses, no code, no HTML."""
        return _MARKUP.sub(" ", _ADDRESS.sub("", self.text))


@dataclass(frozen=True)
class Outline:
    """A chapter."""

    page: str
    """Name of its file, without `.md`."""

    title: str
    sections: tuple[Section, ...]
    """The first one is the opening: level 1, no anchor."""

    def link(self, section: Section) -> str:
        """Source file and anchor, as other chapters name it."""
        return f"{self.page}.md#{section.anchor}" if section.anchor else f"{self.page}.md"


def read(page: str, markdown: str) -> Outline:
    """The outline of a chapter's source."""
    sections = tuple(_sections(_META.sub("", markdown, count=1).split("\n")))
    return Outline(page, sections[0].title or page, sections)


def _sections(lines: list[str]) -> Iterator[Section]:
    level, title, anchor, text, closing = 1, "", "", list[str](), ""
    for line in lines:
        fence = _FENCE.match(line)
        if closing:
            closing = "" if line.strip() == closing else closing
        elif fence:
            closing = fence[1]
        elif (found := _HEADING.fullmatch(line.rstrip())) and len(found[1]) == 1:
            title = found["title"]
        elif found:
            yield Section(level, title, anchor, "\n".join(text))
            level, title, anchor, text = len(found[1]), found["title"], found["anchor"] or "", []
        else:
            text.append(line)
    yield Section(level, title, anchor, "\n".join(text))
