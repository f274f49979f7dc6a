"""Whoosh: stemmers, stop words, the inverted index and BM25F weights. The only module that imports it.

Written against the interface of Whoosh 2.7, which all its forks share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import Any
from uuid import uuid4

from whoosh.fields import FieldType, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.formats import Frequency
from whoosh.lang import stemmer_for_language
from whoosh.lang.stopwords import stoplists
from whoosh.query import Or, Term
from whoosh.scoring import BM25F
from whoosh.util.numeric import byte_to_length, length_to_byte
from whoosh.util.varints import varint

FACTORS = {"all": 1.0, "head": 0.4, "part": 0.4, "code": 1.0}
"""Fields, and what a match in each of them counts for. Chosen on judged queries (tests/search)."""

_B, _K1 = 0.6, 1.2

SETTINGS = (FACTORS, _B, _K1)
"""Everything that weights depend on besides the texts."""

Counts = Mapping[str, int]
Document = Mapping[str, Counts]
"""Field -> term -> how often."""


def stemmer(lang: str) -> Callable[[str], str]:
    """The Snowball stemmer of a language."""
    stem: Callable[[str], str] = stemmer_for_language(lang)
    return stem


def stop_words(lang: str) -> frozenset[str]:
    """Words of a language that say nothing about a text."""
    return frozenset(stoplists[lang])


@dataclass(frozen=True)
class Statistics:
    """What a weight depends on besides its own document; frozen, so that one edit changes one document."""

    documents: int
    averages: Mapping[str, float]
    frequencies: Mapping[str, Mapping[str, int]] = field(repr=False)
    """Field -> term -> in how many documents."""

    def idf(self, name: str, term: str) -> float:
        """Whoosh's inverse document frequency."""
        return log(self.documents / (self.frequencies[name].get(term, 0) + 1)) + 1


Postings = dict[str, list[tuple[int, float]]]
"""Term -> (document, weight), by document."""


class _Counted(FieldType):  # type: ignore[misc] # Whoosh has no types
    """A field that is given as counts of terms, analysed already."""

    scorable = True
    analyzer = None

    def __init__(self) -> None:
        self.format = Frequency()
        self.stored = False
        self.spelling = self.unique = False
        self.vector = None

    def index(self, value: Counts, **_options: object) -> Iterable[tuple[bytes, int, float, bytes]]:
        """(term, frequency, weight, posting) for each term."""
        for term, count in value.items():
            yield term.encode(), count, float(count), varint(count)


class Index:
    """An index of documents in memory: it lives as long as its weights are read."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._schema = Schema(**{name: _Counted() for name in FACTORS})
        # Whoosh sorts in a folder of /tmp named after the index: two builds at one time must not share it.
        self._index = RamStorage().create_index(self._schema, indexname=f"mailwijzer{uuid4().hex}")
        writer = self._index.writer(limitmb=256)
        for document in documents:
            writer.add_document(**{name: counts for name, counts in document.items() if counts})
        writer.commit(optimize=True)
        self._count = len(documents)

    def weigh(self) -> tuple[Postings, Statistics]:
        """The weight of every term in every document, as Whoosh's BM25F gives it, fields added up."""
        postings: Postings = {}
        averages, frequencies = {}, {}
        reader = self._index.reader()
        try:
            for name, factor in FACTORS.items():
                averages[name] = _average(reader, name, self._count)
                norms = [
                    _norm(reader.doc_field_length(n, name, 0) or 0, averages[name])
                    for n in range(self._count)
                ]
                frequencies[name] = _read_field(reader, name, factor, norms, self._count, postings)
        finally:
            reader.close()
        for row in postings.values():
            row.sort()
        merged = {term: _merged(row) for term, row in postings.items()}
        return merged, Statistics(self._count, averages, frequencies)

    def search(self, terms: Mapping[str, float], limit: int = 10) -> list[tuple[int, float]]:
        """Whoosh's own search for any of these terms with factors: (document, score), the best first.

        Nothing of ours asks it at run time; tests compare the looked-up ranking with it.
        """
        fields = FACTORS.items()
        parts = [Term(n, t, boost=f * x) for t, x in terms.items() for n, f in fields]
        with self._index.searcher(weighting=BM25F(B=_B, K1=_K1)) as searcher:
            known = [part for part in parts if (part.fieldname, part.text.encode()) in searcher.reader()]
            hits = searcher.search(Or(known), limit=limit, optimize=False, scored=True)
            return [(hit.docnum, hit.score) for hit in hits]


def _average(reader: Any, name: str, count: int) -> float:
    return float(reader.field_length(name)) / max(count, 1) or 1.0


def _norm(length: int, average: float) -> float:
    return _K1 * ((1 - _B) + _B * length / average)


def _read_field(
    reader: Any, name: str, factor: float, norms: Sequence[float], count: int, postings: Postings
) -> dict[str, int]:
    frequencies = {}
    for term in reader.lexicon(name):
        text = term.decode()
        frequencies[text] = frequency = reader.doc_frequency(name, term)
        top = factor * (log(count / (frequency + 1)) + 1) * (_K1 + 1)
        row = postings.setdefault(text, [])
        matcher = reader.postings(name, term)
        while matcher.is_active():
            document, weight = matcher.id(), matcher.weight()
            row.append((document, top * weight / (weight + norms[document])))
            matcher.next()
    return frequencies


def _merged(row: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """One weight for each document of a sorted row."""
    merged: list[tuple[int, float]] = []
    for document, weight in row:
        if merged and merged[-1][0] == document:
            merged[-1] = (document, merged[-1][1] + weight)
        else:
            merged.append((document, weight))
    return merged


def weigh_more(documents: Iterable[tuple[int, Document]], statistics: Statistics) -> Postings:
    """The weights of further documents (number, document) by the statistics of an index made before."""
    postings: Postings = {}
    for number, document in documents:
        for name, factor in FACTORS.items():
            counts = document.get(name, {})
            length = byte_to_length(length_to_byte(sum(counts.values())))
            norm = _norm(length, statistics.averages[name])
            for term, count in counts.items():
                weight = factor * statistics.idf(name, term) * (_K1 + 1) * count / (count + norm)
                postings.setdefault(term, []).append((number, weight))
    return {term: _merged(sorted(row)) for term, row in postings.items()}
