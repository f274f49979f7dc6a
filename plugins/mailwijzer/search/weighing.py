"""The words of an index: their terms, the postings of these, and what synonyms add to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mailwijzer.search import documents, synonyms
from mailwijzer.search.documents import Language, Lexicon
from mailwijzer.search.engine import Postings
from mailwijzer.search.sections import Section

ENDINGS = {"en": ("", "s", "es", "ed", "ing"), "nl": ("", "s", "en", "n", "t", "e")}
"""Forms of words that synonyms know in one of them: whoever reads an index has no stemmer."""


@dataclass(frozen=True)
class Expanded:
    """What a phrase adds to a query (see synonyms.Expansion), weighed."""

    group: int
    phrase: str
    others: str
    """The other phrases, divided by `|`."""

    postings: list[tuple[int, float]]


@dataclass(frozen=True)
class Words:
    """Tokens, their terms, and the terms' postings: what files of words are made of."""

    tokens: dict[str, str]
    postings: Postings
    expanded: dict[str, list[Expanded]] = field(default_factory=dict)
    """Term -> what its synonyms add."""

    named: set[str] = field(default_factory=set)
    """Words that synonyms name, be they in texts or not."""


def words(
    lexicon: Lexicon,
    postings: Postings,
    numbered: Sequence[tuple[int, Section]],
    groups: Sequence[synonyms.Group] = (),
    language: Language | None = None,
) -> Words:
    """The words of sections (number, section), with the terms of filters, and expanded by synonyms."""
    made = Words(dict(lexicon.terms), dict(postings))
    for number, section in numbered:
        for facet in documents.facets(section):
            made.postings.setdefault(facet, []).append((number, 1.0))
            made.tokens[facet] = facet
    if language is not None:
        _expand(made, groups, language)
    return made


def _expand(made: Words, groups: Sequence[synonyms.Group], language: Language) -> None:
    stop = language.stop_words
    known = made.postings

    def row(word: str) -> list[tuple[int, float]]:
        return known.get(language.term(word), [])

    for expansion in synonyms.expansions(groups, stop, lambda word: len(row(word))):
        postings = synonyms.combined(expansion, stop, row)
        if not postings:
            continue
        # Words and forms that stand in no text are known too, by what means the same.
        term = language.term(expansion.word)
        made.named.add(expansion.word)
        for ending in ENDINGS.get(language.code, ()):
            if language.term(expansion.word + ending) == term:
                made.tokens.setdefault(expansion.word + ending, term)
        others = "|".join(" ".join(phrase) for phrase in expansion.others)
        found = Expanded(expansion.group, " ".join(expansion.phrase), others, postings)
        made.expanded.setdefault(term, []).append(found)
