"""Everything from A to Z: where search leads when neither script nor service is there."""

from __future__ import annotations

from collections.abc import Sequence

from mailwijzer.locales import CODES, locale
from mailwijzer.pages import Page
from mailwijzer.search import analysis
from mailwijzer.search.sections import Section
from mailwijzer.shell import BASE
from mailwijzer.templates import render

OTHER = "#"
"""Stands for titles that begin with something else than a letter."""


def page(lang: str, sections: Sequence[Section]) -> Page:
    """The page; the running service answers the same address itself."""
    words = locale(lang)
    letters: dict[str, list[Section]] = {}
    for section in sorted(sections, key=lambda s: (_sorted_by(s.heading), s.url)):
        key = _sorted_by(section.heading)[:1]
        letters.setdefault(key if key.isascii() and key.isalpha() else OTHER, []).append(section)
    content = render(words, "az.html", base=BASE, letters=letters, other=OTHER)
    twins = {code: "find/" for code in CODES if code != lang}
    return Page("find/", words.t("search.az_title"), words.t("search.az_intro"), content, twins)


def _sorted_by(heading: str) -> str:
    """A title as it is sorted: without the quotation mark or backtick it may begin with."""
    return analysis.fold(heading).lstrip("\"'`“”‘’«<([ ")
