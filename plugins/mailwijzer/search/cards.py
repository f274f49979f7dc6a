"""Cards: what a result shows besides its text. A file of them names each page once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from mailwijzer.search.sections import Section

_UNTOLD: list[Any] = [[], [], ""]


def packed(made: Iterable[Section]) -> list[Any]:
    """Sections as [pages, rows].

    A page is [address, its title or what stands above it, kind, topics, products, releases]; a row is
    [page, anchor, heading, further headings above it ...]. What is empty at a page's end is left out.
    """
    pages: dict[str, int] = {}
    listed: list[list[Any]] = []
    rows: list[list[Any]] = []
    for section in made:
        address, _, anchor = section.url.partition("#")
        about: list[Any] = [list(section.topics), list(section.products), section.applies_to]
        while about and not about[-1]:
            about.pop()
        page = [address, section.trail[0] if section.trail else "", section.kind, *about]
        number = pages.setdefault(repr(page), len(pages))
        if number == len(listed):
            listed.append(page)
        rows.append([number, anchor, section.heading, *section.trail[1:]])
    return [listed, rows]


def unpacked(content: Sequence[Any], number: int, text: str) -> Section:
    """The section of a row, with its text."""
    pages, rows = content
    page, anchor, heading, *above = rows[number]
    told: list[Any] = pages[page]
    address, title, kind, topics, products, applies_to = [*told, *_UNTOLD[len(told) - 3 :]]
    url = f"{address}#{anchor}" if anchor else address
    trail = (title, *above) if title else ()
    return Section(url, heading, trail, text, kind, tuple(topics), (), applies_to, products=tuple(products))
