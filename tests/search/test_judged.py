"""Relevance, measured: what people ask, and whether the right section comes first.

Settings were chosen on the even rows; the promises are held on the odd ones. `bench/search.py` puts the
same queries to other engines.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import yaml

from mailwijzer.search import also, analysis
from mailwijzer.search.finding import Finder
from search import browser
from support import ROOT

pytestmark = pytest.mark.site

SITE = Path(os.environ.get("MAILWIJZER_SITE", ROOT / "site"))
PROMISED = {"en": 0.84, "nl": 0.83}
"""Mean reciprocal rank within ten results, on the odd rows. The aim is 0.84 and 0.78."""

STRANGERS = {"en": 0.68, "nl": 0.56}
"""The same for the questions of strangers: .71 and .60 when they were first put."""

LEAST = {"en": 80, "nl": 50}
langs = pytest.mark.parametrize("lang", PROMISED)


@dataclass(frozen=True)
class Judged:
    """A query, and where its right sections stood: 0 for nowhere in the first ten."""

    kind: str
    query: str
    right: tuple[str, ...]
    found: tuple[str, ...]

    @property
    def rank(self) -> int:
        return next((n for n, url in enumerate(self.found, 1) if url in self.right), 0)


@cache
def finder(lang: str) -> Finder:
    folder = SITE / lang / "search"
    if not folder.is_dir():
        pytest.skip(f"no built site in {SITE}")
    return Finder(lang, lambda name: (folder / name).read_text("utf-8"))


@cache
def judged(lang: str, name: str = "judged") -> list[Judged]:
    rows = yaml.safe_load((Path(__file__).parent / f"{name}.{lang}.yml").read_text("utf-8"))
    made = []
    for row in rows:
        found = tuple(hit.section.url for hit in finder(lang).find(row["q"]).hits)
        made.append(Judged(row["kind"], row["q"], tuple(row["right"]), found))
    return made


def mrr(rows: Sequence[Judged]) -> float:
    return sum(1 / row.rank for row in rows if row.rank) / len(rows)


def misses(rows: Sequence[Judged], worst: int) -> str:
    return "\n".join(f"{r.rank}: {r.query} -> {r.found[:3]}" for r in rows if not 1 <= r.rank <= worst)


@langs
def test_there_are_enough_judged_queries_and_their_sections_exist(lang: str) -> None:
    rows = judged(lang)
    assert len(rows) >= LEAST[lang]
    assert len({row.query for row in rows}) == len(rows)
    there = {section.url for section in finder(lang).all()}
    assert [(row.query, url) for row in rows for url in row.right if url not in there] == []


@langs
def test_the_right_section_stands_high_on_the_half_that_was_held_back(lang: str) -> None:
    held = judged(lang)[1::2]
    assert mrr(held) >= PROMISED[lang], misses(held, 1)


@langs
def test_questions_of_strangers_that_the_site_answers_find_their_section(lang: str) -> None:
    """Nothing was tuned to these, and who wrote them did not know the site: nearer to the truth."""
    rows = judged(lang, "strangers")
    there = {section.url for section in finder(lang).all()}
    assert [(row.query, url) for row in rows for url in row.right if url not in there] == []
    answered = [row for row in rows if row.right]
    assert mrr(answered) >= STRANGERS[lang], misses(answered, 1)


@langs
def test_typing_errors_hardly_matter(lang: str) -> None:
    rows = [row for row in judged(lang) if row.kind == "typo"]
    assert mrr(rows) >= 0.8, misses(rows, 1)


@langs
def test_codes_and_pasted_lines_find_their_section_in_the_first_three(lang: str) -> None:
    rows = [row for row in judged(lang) if row.kind in ("code", "line")]
    assert sum(1 <= row.rank <= 3 for row in rows) >= 0.95 * len(rows), misses(rows, 3)


@langs
def test_other_headings_belong_to_sections_that_there_are(lang: str) -> None:
    made = also.parse((ROOT / "docs/also.yml").read_text("utf-8"), "docs/also.yml", lang)
    there = {section.url for section in finder(lang).all()}
    assert sorted(made.keys() - there) == []


@langs
def test_no_judged_query_finds_nothing(lang: str) -> None:
    assert [row.query for row in judged(lang) if not row.found] == []


@langs
def test_the_browser_ranks_every_judged_query_as_the_server_does(lang: str) -> None:
    rows = judged(lang)
    theirs = browser.find(SITE / lang / "search", [row.query for row in rows])
    for row, answer in zip(rows, theirs, strict=True):
        assert tuple(hit["url"] for hit in answer["hits"]) == row.found, row.query


@langs
def test_words_that_were_found_are_visible_in_the_excerpt_or_above_it(lang: str) -> None:
    """Of the words of a query that a section has, nine in ten are shown in its result."""
    search = finder(lang)
    shown = there = 0
    for row in judged(lang):
        made = search.find(row.query)
        for hit in made.hits:
            whole = " ".join((hit.section.heading, *hit.section.trail, hit.section.text))
            visible = " ".join((hit.section.heading, *hit.section.trail, hit.excerpt.text))
            asked = [group for group in made.plan.groups if set(group.tokens) & set(made.plan.read)]
            for group in asked:
                forms = search.forms(group)
                if forms & tokens_of(whole):
                    there += 1
                    shown += bool(forms & tokens_of(visible))
    assert shown >= 0.9 * there, f"{shown} of {there}"


def tokens_of(text: str) -> set[str]:
    return set(analysis.tokens(analysis.fold(text)))
