"""Which questions stand beside a page: found when a base is made, and at once for what came later."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from mailwijzer.publishing.searchstate import SearchState
from mailwijzer.search import related
from mailwijzer.search.engine import Postings
from mailwijzer.search.finding import Finder
from mailwijzer.search.sections import QUESTION, Section

LIMIT = 5

ENOUGH = 0.15
"""Share of a section's likeness to itself from which another is related."""

Related = Mapping[str, tuple[str, ...]]
"""Address of a section -> addresses of questions, the most alike first."""


def of_base(state: SearchState, sections: Sequence[Section], postings: Postings) -> None:
    """Relate all sections of a new base to its questions, and remember that."""
    questions = [number for number, section in enumerate(sections) if section.kind == QUESTION]
    rows = []
    if questions:
        vectors = dict(enumerate(related.vectors(postings, len(sections))))
        # A reader of questions looks around; a reader of a chapter must not be led astray.
        near = related.nearest(vectors, range(len(sections)), questions, LIMIT, least=0.12)
        near |= related.nearest(vectors, questions, questions, LIMIT, least=0.05)
        for number, section in enumerate(sections):
            rows.append((section.url, section.digest, [sections[other].url for other in near[number]]))
    state.clear_related()
    state.put_related(rows)


def of_delta(state: SearchState, added: Sequence[Section], finder: Finder) -> None:
    """Relate sections that came after the base, where that was not done yet."""
    known = state.related_digests()
    rows = []
    for section in added:
        if known.get(section.url) == section.digest:
            continue
        text = " ".join((section.heading, *section.also, section.text[:400]))
        itself = finder.find(text, 1, wanted=section.url.__eq__)
        least = ENOUGH * itself.hits[0].score if itself.hits else 0.0
        found = finder.find(text, LIMIT + 1, (f"kind/{QUESTION}",))
        near = [
            hit.section.url for hit in found.hits if hit.section.url != section.url and hit.score >= least
        ]
        rows.append((section.url, section.digest, near[:LIMIT]))
    state.put_related(rows)


def with_newcomers(near: Related, added: Sequence[Section], known: Container[str]) -> Related:
    """The lists, and in those of older pages the new questions that name them: likeness goes both ways.

    `known` are the addresses of the base. A full list gives up its last place.
    """
    made = dict(near)
    for section in added:
        if section.kind == QUESTION and section.url not in known:
            for url in near.get(section.url, ()):
                made[url] = (*made.get(url, ())[: LIMIT - 1], section.url)
    return made
