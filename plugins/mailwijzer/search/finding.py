"""The one ranking: sections by the sum of the weights of what was looked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from mailwijzer.search import documents, excerpts
from mailwijzer.search.planning import Group, Plan, plan
from mailwijzer.search.reading import Files, Read
from mailwijzer.search.sections import Section

LIMIT = 10

COVERAGE = 0.5
"""Share of a score that depends on how much of what was typed a section has. Chosen on judged queries, and on
lines of also.yml as queries (tests/search)."""


@dataclass(frozen=True)
class Hit:
    """A section that was found."""

    number: int
    score: float
    section: Section
    excerpt: excerpts.Excerpt


@dataclass(frozen=True)
class Result:
    """What a query found, and how it was read."""

    plan: Plan
    hits: tuple[Hit, ...]
    total: int
    """Sections that have at least one of the words."""

    def likeness(self, hit: Hit) -> float:
        """How much of what was looked for a section has: 0 to 1. Words that are nowhere count as missing."""
        highest = [
            group.factor * max(term.highest for term in group.terms)
            for group in self.plan.groups
            if group.factor >= 1
        ]
        missing = len(self.plan.unknown) * (sum(highest) / len(highest) if highest else 1.0)
        return min(hit.score / (sum(highest) + missing or 1.0), 1.0)


class Finder:
    """Searches the index of one language."""

    def __init__(self, lang: str, read: Read) -> None:
        self.files = Files(lang, read)
        self.lang = lang

    def rank(self, made: Plan, filters: Iterable[str] = ()) -> list[tuple[int, float]]:
        """(section, score), the best first; among equals the one that stands first."""
        scores: dict[int, float] = {}
        covered: dict[int, float] = {}
        whole = 0.0
        for group in made.groups:
            best = group.weights()
            for section, weight in best.items():
                scores[section] = scores.get(section, 0.0) + group.factor * weight
            if group.counted:
                most = group.factor * max(best.values(), default=0.0)
                whole += most
                for section in best:
                    covered[section] = covered.get(section, 0.0) + most
        kept = self._filtered(filters)
        gone = self.files.gone
        first = self.files.manifest["sections"]
        rows = [
            (section, score * (1 - COVERAGE + COVERAGE * covered.get(section, 0.0) / (whole or 1.0)))
            for section, score in scores.items()
            if (section >= first or section not in gone) and (kept is None or section in kept)
        ]
        return sorted(rows, key=lambda row: (-row[1], row[0]))

    def _filtered(self, filters: Iterable[str]) -> set[int] | None:
        kept: set[int] | None = None
        for name in filters:
            having = {n for term in self.files.terms(f"{documents.FACET}{name}") for n, _ in term.weights()}
            kept = having if kept is None else kept & having
        return kept

    def find(
        self,
        query: str,
        limit: int = LIMIT,
        filters: Sequence[str] = (),
        wanted: Callable[[str], bool] | None = None,
    ) -> Result:
        """Search. `filters` are facets such as `kind/question`; `wanted` chooses sections by address."""
        made = plan(self.files, query)
        ranked = self.rank(made, filters)
        marks = self.marks(made)
        hits: list[Hit] = []
        for number, score in ranked:
            if len(hits) == limit:
                break
            if wanted is None or wanted(self.files.section(number).url):
                section = self.files.section(number, self.files.text(number))
                hits.append(Hit(number, score, section, excerpts.cut(section.text, marks)))
        return Result(made, tuple(hits), len(ranked))

    def all(self) -> list[Section]:
        """Every section there is, without its text, in the order of the pages."""
        gone = self.files.gone
        numbers = [n for n in range(self.files.manifest["sections"]) if n not in gone]
        numbers += range(self.files.first, self.files.first + self.files.added)
        return sorted(map(self.files.section, numbers), key=lambda section: section.url)

    def marks(self, made: Plan) -> dict[str, int]:
        """The words to mark in results, as typed and in their other forms -> which of them are the same."""
        marks: dict[str, int] = {}
        for number, group in enumerate(made.groups):
            for form in sorted(self.forms(group)):
                marks.setdefault(form, number)
        return marks

    def forms(self, group: Group) -> frozenset[str]:
        """How the words of a group are written in texts."""
        found = set(group.tokens)
        for token in group.tokens:
            base = () if group.expanded else (self.files.words(self.files.place(token)),)
            for known in (*base, self.files.delta):
                if term := known.get(token):
                    found.update(known.tokens_of(term.term))
        return frozenset(found)
