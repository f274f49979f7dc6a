"""Everything from A to Z: where search leads when neither script nor service is there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from mailwijzer.locales import CODES, locale
from mailwijzer.pages import Page
from mailwijzer.search import analysis
from mailwijzer.search.sections import Section
from mailwijzer.shell import BASE
from mailwijzer.templates import render

OTHER = "other"
"""Stands for titles that begin with something else than a letter."""

ONE_PAGE = 1500
"""Titles on one page; where there are more, each letter has a page of its own."""


def page(lang: str, sections: Sequence[Section]) -> Page:
    """The page `find/`: all titles, or the way to the letters. The running service answers it too."""
    words = locale(lang)
    whole = len(sections) <= ONE_PAGE
    content = render(words, "az.html", base=BASE, letters=_by_letter(sections), whole=whole, letter="")
    twins = {code: "find/" for code in CODES if code != lang}
    return Page("find/", words.t("search.az_title"), words.t("search.az_intro"), content, twins)


def letter_page(lang: str, sections: Sequence[Section], letter: str) -> Page:
    """The page of one letter."""
    words = locale(lang)
    shown = words.t("search.az_other") if letter == OTHER else letter.upper()
    content = render(words, "az.html", base=BASE, letters=_by_letter(sections), whole=False, letter=letter)
    title = words.t("search.az_letter", letter=shown)
    return Page(f"find/{letter}/", title, words.t("search.az_intro"), content, {})


def letter_of(heading: str) -> str:
    """The letter under which a title stands."""
    first = _sorted_by(heading)[:1]
    return first if first.isascii() and first.isalpha() else OTHER


def digests(titles: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The letters of titles (address, title) -> what changes with any title under them."""
    letters: dict[str, list[tuple[str, str]]] = {}
    for title in sorted(titles):
        letters.setdefault(letter_of(title[1]), []).append(title)
    return {letter: sha256(repr(letters[letter]).encode()).hexdigest() for letter in sorted(letters)}


def _by_letter(sections: Iterable[Section]) -> dict[str, list[Section]]:
    letters: dict[str, list[Section]] = {}
    for section in sorted(sections, key=lambda s: (_sorted_by(s.heading), s.url)):
        letters.setdefault(letter_of(section.heading), []).append(section)
    return letters


def _sorted_by(heading: str) -> str:
    """A title as it is sorted: without the quotation mark or backtick it may begin with."""
    return analysis.fold(heading).lstrip("\"'`“”‘’«<([ ")
