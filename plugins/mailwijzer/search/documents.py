"""From sections to what the engine weighs: counted terms, and the lexicon that leads to them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mailwijzer.search import analysis, compounds, engine, stopwords
from mailwijzer.search.sections import Section

FACET = "~"
"""Begins the terms that filters use: `~kind/question`, `~topic/dns`, `~product/debian-13`."""

_SENTENCE = re.compile(r".{30,400}?[.!?:](?= )")
_LINES = 200

COMPOUNDING = frozenset(("nl",))
"""Languages that write compounds as one word."""


class Language:
    """How the words of a language become terms. Keeps what it has stemmed."""

    def __init__(self, code: str) -> None:
        self.code = code
        words = (*engine.stop_words(code), *stopwords.MORE.get(code, "").split())
        self.stop_words = frozenset(map(analysis.fold, words))
        self._stem: Callable[[str], str] = engine.stemmer(code)
        self._terms: dict[str, str] = {}

    def term(self, token: str) -> str:
        """The term of a token: its stem, or the token itself where it is a code."""
        found = self._terms.get(token)
        if found is None:
            found = token if analysis.is_code(token) or not token.isalpha() else self._stem(token) or token
            self._terms[token] = found
        return found


@dataclass
class Lexicon:
    """The words that texts are written with."""

    terms: dict[str, str] = field(default_factory=dict)
    """Token, as it stands in texts -> its term."""

    frequencies: Counter[str] = field(default_factory=Counter)
    """Token -> in how many sections."""


@dataclass(frozen=True)
class Analysed:
    """Sections as counted terms, in the order of the sections."""

    documents: list[engine.Document]
    lexicon: Lexicon


def analyse(
    sections: Sequence[Section], language: Language, known: Callable[[str], bool] | None = None
) -> Analysed:
    """Count the terms of sections.

    `known` tells which words compounds may be made of; by default those of the sections themselves.
    """
    lexicon = Lexicon()
    counted = [_tokens(section, language) for section in sections]
    for whole, _ in counted:
        lexicon.frequencies.update(whole.keys())
    lexicon.terms.update((token, language.term(token)) for token in lexicon.frequencies)
    parts_of = _splitter(lexicon, language, known)
    documents = [_document(whole, head, lexicon, parts_of) for whole, head in counted]
    return Analysed(documents, lexicon)


def weighed(postings: engine.Postings, sections: Mapping[int, Section]) -> engine.Postings:
    """The same postings, minor sections by their weight. `sections`: number -> section."""
    factors = {number: section.weight for number, section in sections.items()}
    return {term: [(n, weight * factors[n]) for n, weight in row] for term, row in postings.items()}


def facets(section: Section) -> tuple[str, ...]:
    """The filters that a section answers to."""
    topics = (f"{FACET}topic/{topic}" for topic in section.topics)
    products = (f"{FACET}product/{product_id(product)}" for product in section.products)
    return (f"{FACET}kind/{section.kind}", *topics, *products)


def product_id(product: str) -> str:
    """How a product, or a release of it, is named in a filter: `debian 13` is `debian-13`."""
    return re.sub(r"[^\w.]+", "-", product.lower()).strip("-")


def _tokens(section: Section, language: Language) -> tuple[Counter[str], Counter[str]]:
    """Tokens of the whole section, its headings and first sentence twice; and those of its heading alone."""
    stop = language.stop_words
    # How else it was asked is no part of the heading: it is long, and would win by that.
    also = _counted(section.also, stop)
    head = _counted((section.heading,), stop)
    whole = _counted((section.text, opening(section.text)), stop) + also + also
    for part in (head, head, _counted(section.trail, stop), _counted(section.trail, stop)):
        whole.update(part)
    # Addresses are made of terms too, the same in every language: `dns/#null-mx`.
    whole.update(_counted((section.applies_to, re.sub(r"\W|\d{4,}", " ", section.url)), stop))
    return whole, head


def opening(text: str) -> str:
    """The first sentence of a text, in which it mostly says what it is about; a few lines where none ends."""
    if found := _SENTENCE.match(text):
        return found[0]
    return text if len(text) <= _LINES else text[:_LINES].rpartition(" ")[0]


def _counted(texts: Iterable[str], stop: frozenset[str]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for text in texts:
        if text:
            counted.update(analysis.tokens(analysis.fold(text)))
    for word in stop.intersection(counted):
        del counted[word]
    return counted


def parts(lexicon: Lexicon) -> frozenset[str]:
    """The words that compounds may be made of: all that are common enough to be no accident."""
    least = 2 if len(lexicon.terms) > 2000 else 1
    frequencies = lexicon.frequencies
    return frozenset(w for w, n in frequencies.items() if n >= least and len(w) >= compounds.SHORTEST)


def _splitter(
    lexicon: Lexicon, language: Language, known: Callable[[str], bool] | None
) -> Callable[[str], tuple[str, ...]]:
    if language.code not in COMPOUNDING:
        return lambda _token: ()
    found: dict[str, tuple[str, ...]] = {}
    check = known or parts(lexicon).__contains__

    def parts_of(token: str) -> tuple[str, ...]:
        if token not in found:
            split = compounds.split(token, check) if token.isalpha() else ()
            found[token] = tuple(language.term(part) for part in split)
        return found[token]

    return parts_of


def _document(
    whole: Counter[str],
    head: Counter[str],
    lexicon: Lexicon,
    parts_of: Callable[[str], tuple[str, ...]],
) -> engine.Document:
    words: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    for token, count in whole.items():
        term = lexicon.terms[token]
        (codes if analysis.is_code(term) else words)[term] += count
        for part in parts_of(token):
            parts[part] += count
    heads: Counter[str] = Counter()
    for token, count in head.items():
        heads[lexicon.terms[token]] += count
    return {"all": words, "head": heads, "part": parts, "code": codes}
