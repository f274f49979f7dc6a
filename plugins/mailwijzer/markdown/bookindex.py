"""The contents and the index of the book: chapters with sections, error lines, terms, RFCs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from mailwijzer.locales import Locale
from mailwijzer.markdown import errorlines
from mailwijzer.reference.citing import Place
from mailwijzer.reference.model import ErrorLine, Rfc, Term
from mailwijzer.reference.outline import Outline

CLASS = "mw-index"
"""Search leaves out what bears it: it would find each chapter's headings twice."""


def contents(outlines: Iterable[Outline], fixed: Container[str]) -> Element:
    """The chapters and their sections; `fixed` are the anchors of those that every chapter has."""
    listed = Element("ol", {"class": f"{CLASS} mw-index__chapters"})
    for outline in outlines:
        item = SubElement(listed, "li")
        _link(item, f"{outline.page}.md", outline.title)
        below: dict[int, Element] = {1: item}
        for section in outline.sections[1:]:
            if section.anchor and section.anchor not in fixed:
                under = below.get(section.level - 1, item)
                inner = under.find("ul")
                inner = SubElement(under, "ul") if inner is None else inner
                below[section.level] = SubElement(inner, "li")
                _link(below[section.level], outline.link(section), section.title)
    return listed


def lines(known: Sequence[ErrorLine], words: Locale, page: str) -> Element:
    """Each error line, by group, as a link to where it is explained."""
    box = Element("div", {"class": f"{CLASS} mw-index__lines"})
    for group, members in errorlines.grouped(known):
        SubElement(box, "h3", {"id": f"lines-{group}"}).text = words.t(f"reference.group_{group}")
        listed = SubElement(box, "ul")
        for line in members:
            item = SubElement(listed, "li")
            link = SubElement(item, "a", {"href": f"{page}.md#e-{line.id}"})
            SubElement(link, "code").text = AtomicString(line.text)
            _aside(item, link, line.says)
    return box


def terms(known: Sequence[Term], words: Locale, places: Mapping[str, Sequence[Place]]) -> Element:
    """Each term, with the first section of every chapter that uses it."""
    listed = Element("dl", {"class": f"{CLASS} mw-index__terms"})
    used_ones = [term for term in known if places[term.id]]
    for term in sorted(used_ones, key=lambda term: term.of(words.code).term.casefold()):
        _link(SubElement(listed, "dt"), f"glossary.md#{term.id}", term.of(words.code).term)
        used = SubElement(listed, "dd")
        for number, (outline, section) in enumerate(places[term.id]):
            _after_comma(used, number)
            _link(used, outline.link(section), outline.title)
    return listed


def rfcs(known: Iterable[Rfc], words: Locale, places: Mapping[int, Sequence[Place]]) -> Element:
    """Each RFC that is cited: what it is, what took its place, and the sections that cite it."""
    listed = Element("dl", {"class": f"{CLASS} mw-index__rfcs"})
    for rfc in sorted(known, key=lambda rfc: rfc.number):
        if rfc.number in places:
            name = SubElement(listed, "dt", {"id": rfc.id})
            link = SubElement(name, "a", {"href": f"https://www.rfc-editor.org/rfc/{rfc.id}.html"})
            link.text = f"RFC {rfc.number}"
            link.tail = " "
            SubElement(name, "span", {"lang": "en"}).text = AtomicString(rfc.title)
            body = SubElement(listed, "dd")
            SubElement(body, "p", {"class": "mw-index__status"}).text = _status(rfc, words)
            _cited(SubElement(body, "p"), places[rfc.number])
    return listed


def _status(rfc: Rfc, words: Locale) -> str:
    month = words.month(dt.date.fromisoformat(f"{rfc.month}-01"))
    told = f"{words.t(f'reference.status_{rfc.status}')}, {month}."
    if rfc.obsoleted_by:
        after = ", ".join(f"RFC {number}" for number in rfc.obsoleted_by)
        told += f" {words.t('reference.obsoleted_by', rfcs=after)}"
    return told


def _cited(parent: Element, places: Sequence[Place]) -> None:
    """Chapter by chapter: its title, and behind it the sections."""
    before = ""
    for number, (outline, section) in enumerate(places):
        if outline.page != before:
            if number:
                _text(parent, "; ")
            SubElement(parent, "strong").text = _plain(outline.title)
            _text(parent, ": ")
        else:
            _text(parent, ", ")
        _link(parent, outline.link(section), section.title)
        before = outline.page


def _link(parent: Element, href: str, title: str) -> None:
    errorlines.prose(SubElement(parent, "a", {"href": href}), title)


def _after_comma(parent: Element, number: int) -> None:
    if number:
        _text(parent, ", ")


def _text(parent: Element, text: str) -> None:
    last = parent[-1]
    last.tail = AtomicString(f"{last.tail or ''}{text}")


def _aside(parent: Element, after: Element, text: str) -> None:
    after.tail = " "
    SubElement(parent, "span", {"class": "mw-errors__says"}).text = AtomicString(text)


def _plain(title: str) -> AtomicString:
    return AtomicString(title.replace("`", ""))
