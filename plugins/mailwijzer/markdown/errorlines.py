"""Error lines as a table: the literal line, what it means, who must act, the cure, and how we know."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from mailwijzer.locales import Locale
from mailwijzer.reference.model import ErrorLine

_COLUMNS = ("line", "meaning", "who", "cure", "known")


def render(lines: Sequence[ErrorLine], words: Locale, *, grouped: bool) -> Element:
    """One table, or one under a heading for each group, in the order in which groups first appear."""
    box = Element("div", {"class": "mw-errors"})
    if not grouped:
        _table(box, lines, words)
        return box
    order = {group: at for at, group in reversed(list(enumerate(line.group for line in lines)))}
    ordered = sorted(lines, key=lambda line: order[line.group])
    for group, members in groupby(ordered, key=lambda line: line.group):
        SubElement(box, "h2", {"id": group}).text = words.t(f"reference.group_{group}")
        _table(box, list(members), words)
    return box


def _table(box: Element, lines: Sequence[ErrorLine], words: Locale) -> None:
    table = SubElement(box, "table")
    head = SubElement(SubElement(table, "thead"), "tr")
    for column in _COLUMNS:
        SubElement(head, "th").text = words.t(f"reference.column_{column}")
    body = SubElement(table, "tbody")
    for line in lines:
        told = line.of(words.code)
        row = SubElement(body, "tr", {"id": f"e-{line.id}"})
        cell = SubElement(row, "td")
        SubElement(cell, "code").text = AtomicString(line.text)
        SubElement(row, "td").text = AtomicString(told.meaning)
        SubElement(row, "td").text = words.t(f"reference.who_{line.who}")
        SubElement(row, "td").text = AtomicString(told.cure)
        _known(SubElement(row, "td"), line, words)


def _known(cell: Element, line: ErrorLine, words: Locale) -> None:
    said = AtomicString(f"{line.says}: ")
    cell.text = said
    if line.seen and line.pages:
        link = SubElement(cell, "a", {"href": f"{line.pages[0]}.md#{line.seen}"})
        link.text = words.t("reference.seen")
        link.tail = ", " if line.source else ""
    elif line.seen:
        cell.text = AtomicString(f"{said}{words.t('reference.seen')}")
    if line.source:
        link = SubElement(cell, "a", {"href": line.source})
        link.text = AtomicString(urlsplit(line.source).hostname or line.source)
