"""The foot of a chapter: which facts were checked when, and when somebody will look again."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from mailwijzer.locales import Locale
from mailwijzer.reference.model import Fact


def foot(checked: Sequence[Fact], words: Locale) -> Element:
    """A fold with one line for each source: where it is, when it was checked, when it is due again."""
    newest = max(fact.checked for fact in checked)
    box = Element("details", {"class": "mw-facts"})
    key = "reference.checked_one" if len(checked) == 1 else "reference.checked"
    SubElement(box, "summary").text = AtomicString(words.t(key, month=words.month(newest), n=len(checked)))
    listed = SubElement(box, "ul")
    for fact in checked:
        row = SubElement(listed, "li")
        said = SubElement(row, "span", {"lang": "en"} if words.code != "en" else {})
        said.text = AtomicString(fact.fact)
        said.tail = AtomicString(" ")
        link = SubElement(row, "a", {"href": fact.source})
        link.text = AtomicString(urlsplit(fact.source).hostname or fact.source)
        dates = words.t("reference.dates", checked=words.date(fact.checked), again=words.date(fact.again))
        link.tail = AtomicString(f" ({dates})")
    return box
