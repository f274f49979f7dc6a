"""Error lines as a list: the literal line, what it means, who must act, the cure, and how we know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from mailwijzer.locales import Locale
from mailwijzer.reference.model import ErrorLine

REPEATED = "mw-errors__repeat"
"""Search leaves out what bears it: the same line stands in a chapter as well."""


def render(lines: Sequence[ErrorLine], words: Locale, *, heading: str = "", own: bool = True) -> Element:
    """One list, or with a heading (`h2`, `h3`) one for each group, in the order of their first lines.

    `own` is false on a page that only repeats what chapters show.
    """
    box = Element("div", {"class": "mw-errors"})
    if not heading:
        _list(box, lines, words, own)
        return box
    for group, members in grouped(lines):
        SubElement(box, heading, {"id": f"errors-{group}"}).text = words.t(f"reference.group_{group}")
        _list(box, members, words, own)
    return box


def grouped(lines: Sequence[ErrorLine]) -> Iterator[tuple[str, list[ErrorLine]]]:
    """The lines by group, the groups in the order of their first lines."""
    order = {group: at for at, group in reversed(list(enumerate(line.group for line in lines)))}
    ordered = sorted(lines, key=lambda line: order[line.group])
    for group, members in groupby(ordered, key=lambda line: line.group):
        yield group, list(members)


def _list(box: Element, lines: Sequence[ErrorLine], words: Locale, own: bool) -> None:
    listed = SubElement(box, "dl")
    for line in lines:
        told = line.of(words.code)
        repeated = {} if own or not line.pages else {"class": REPEATED}
        term = SubElement(listed, "dt", {"id": f"e-{line.id}", **repeated})
        SubElement(term, "code").text = AtomicString(line.text)
        says = SubElement(term, "span", {"class": "mw-errors__says"})
        says.text = AtomicString(line.says)
        says.tail = " "
        body = SubElement(listed, "dd", repeated)
        prose(SubElement(body, "p"), told.meaning)
        act = SubElement(body, "p")
        who = SubElement(act, "strong")
        who.text = AtomicString(words.t(f"reference.who_{line.who}") + ".")
        prose(act, f" {told.cure}", who)
        _known(SubElement(body, "p", {"class": "mw-errors__known"}), line, words)


def _known(cell: Element, line: ErrorLine, words: Locale) -> None:
    cell.text = f"{words.t('reference.column_known')}: "
    if line.seen:
        seen = SubElement(cell, "a", {"href": line.place}) if line.place else SubElement(cell, "span")
        seen.text = words.t("reference.seen")
        seen.tail = ", " if line.source else ""
    if line.source:
        link = SubElement(cell, "a", {"href": line.source})
        link.text = AtomicString(urlsplit(line.source).hostname or line.source)


def prose(parent: Element, text: str, after: Element | None = None) -> None:
    """Text into `parent`, behind its child `after`; what stands between backticks becomes code."""
    for number, part in enumerate(text.split("`")):
        if number % 2:
            after = SubElement(parent, "code")
            after.text = AtomicString(part)
        elif after is None:
            parent.text = AtomicString(part)
        else:
            after.tail = AtomicString(part)
