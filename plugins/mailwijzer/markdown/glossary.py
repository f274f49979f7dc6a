"""Terms: a link with its meaning at the first use on a page, and the page on which all stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from mailwijzer.locales import Locale, others
from mailwijzer.reference import citing
from mailwijzer.reference.model import Term

_PLAIN = frozenset(("p", "li", "td", "em", "strong", "dd"))
"""Elements whose own text is running text."""

_CLOSED = frozenset(
    ("a", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "summary", "th", "button", "svg")
)
"""Elements in which nothing is explained."""


def page(terms: Sequence[Term], words: Locale) -> Element:
    """The glossary, in the alphabet of its language."""
    listed = Element("dl", {"class": "mw-glossary"})
    for term in sorted(terms, key=lambda term: term.of(words.code).term.casefold()):
        meaning = term.of(words.code)
        name = SubElement(listed, "dt", {"id": term.id})
        name.text = AtomicString(meaning.term)
        for other in others(words.code):
            twin = term.of(other).term
            if twin.casefold() != meaning.term.casefold():
                name.text = AtomicString(f"{meaning.term} ")
                beside = SubElement(name, "span", {"lang": other, "class": "mw-glossary__twin"})
                beside.text = AtomicString(twin)
        SubElement(listed, "dd").text = AtomicString(meaning.meaning)
    return listed


def explain(root: Element, terms: Iterable[Term], words: Locale, link: str) -> None:
    """Make each term's first use in running text a link to the glossary that carries its meaning."""
    left = {
        form.casefold(): term
        for term in terms
        for form in (term.of(words.code).term, *term.of(words.code).also)
    }
    _walk(root, left, words, link)


def _walk(element: Element, left: dict[str, Term], words: Locale, link: str) -> None:
    if element.tag in _CLOSED or not left:
        return
    if element.tag in _PLAIN:
        _split(element, None, left, words, link)
    for child in list(element):
        _walk(child, left, words, link)
        if element.tag in _PLAIN:
            _split(element, child, left, words, link)


def _split(parent: Element, after: Element | None, left: dict[str, Term], words: Locale, link: str) -> None:
    """Put links into the text before the first child, or behind the child `after`."""
    text = (parent.text if after is None else after.tail) or ""
    if isinstance(text, AtomicString) or not left:
        return
    at = 0 if after is None else list(parent).index(after) + 1
    while (found := citing.anywhere(left).search(text)) is not None:
        term = left[found.group().casefold()]
        for form in [form for form, other in left.items() if other is term]:
            del left[form]
        made = Element("a", _attributes(term, words, link))
        made.text = AtomicString(found.group())
        _put(parent, after, text[: found.start()])
        parent.insert(at, made)
        after, at, text = made, at + 1, text[found.end() :]
        if not left:
            break
    _put(parent, after, text)


def _put(parent: Element, after: Element | None, text: str) -> None:
    if after is None:
        parent.text = text
    else:
        after.tail = text


def _attributes(term: Term, words: Locale, link: str) -> dict[str, str]:
    return {"class": "mw-term", "href": f"{link}#{term.id}", "data-meaning": term.of(words.code).meaning}
