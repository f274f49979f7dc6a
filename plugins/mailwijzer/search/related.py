"""Which sections are about the same: those that share the words that say most about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import nlargest
from math import sqrt

from mailwijzer.search.engine import Postings

TERMS = 24
"""Terms that stand for a section: its heaviest."""


COMMON = 0.2
"""Share of all sections above which a term tells nothing."""

Vector = dict[str, float]


def vectors(postings: Postings, count: int) -> list[Vector]:
    """Each section's heaviest terms, as a vector of length 1."""
    heavy: list[list[tuple[float, str]]] = [[] for _ in range(count)]
    most = max(COMMON * count, 5)
    for term, row in postings.items():
        if len(row) <= most:
            for section, weight in row:
                heavy[section].append((weight, term))
    made = []
    for terms in heavy:
        best = nlargest(TERMS, terms)
        length = sqrt(sum(weight * weight for weight, _ in best)) or 1.0
        made.append({term: weight / length for weight, term in best})
    return made


def nearest(
    vectors: Mapping[int, Vector], sources: Iterable[int], targets: Iterable[int], limit: int, least: float
) -> dict[int, list[int]]:
    """For each source the targets that are most alike, the best first; without itself.

    `least` is the cosine below which likeness is chance.
    """
    listed: dict[str, list[tuple[int, float]]] = {}
    for target in targets:
        for term, weight in vectors[target].items():
            listed.setdefault(term, []).append((target, weight))
    found = {}
    for source in sources:
        scores: dict[int, float] = {}
        for term, weight in vectors[source].items():
            for target, other in listed.get(term, ()):
                scores[target] = scores.get(target, 0.0) + weight * other
        scores.pop(source, None)
        near = [(-score, target) for target, score in scores.items() if score >= least]
        found[source] = [target for _, target in sorted(near)[:limit]]
    return found
