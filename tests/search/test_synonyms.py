from __future__ import annotations

import pytest

from mailwijzer.search import synonyms
from search.corpus import MAIL, finder

LISTS = ("[log in, aanmelden, auth]", "[omgekeerde naam, reverse name, ptr]", "[dicht, closed]")
GROUPS = synonyms.parse("".join(f"- {row}\n" for row in LISTS), "x")
FINDER = finder(MAIL, groups=GROUPS)


def test_each_phrase_is_kept_with_its_rarest_word_and_brings_the_others() -> None:
    made = synonyms.expansions(GROUPS, frozenset({"in"}), lambda word: {"log": 3, "reverse": 2}.get(word, 1))
    assert [(e.word, e.phrase) for e in made[:2]] == [("log", ("log", "in")), ("aanmelden", ())]
    assert made[0].others == (("aanmelden",), ("auth",))
    assert made[4].word == "name"


def test_the_best_of_the_other_phrases_counts_and_of_a_phrase_the_mean_of_its_words() -> None:
    (expansion, *_) = synonyms.expansions(synonyms.parse("- [a1, reverse name, ptr]", "x"), frozenset(), len)
    rows = {"reverse": [(1, 4.0), (2, 2.0)], "name": [(1, 2.0)], "ptr": [(2, 5.0)]}
    found = synonyms.combined(expansion, frozenset(), lambda word: rows.get(word, []))
    assert found == [(1, 3.0), (2, 5.0)]


@pytest.mark.parametrize(
    ("query", "url"),
    [
        ("omgekeerde naam", "dns/#ptr"),
        ("wat is een omgekeerde naam precies", "dns/#ptr"),
        ("port dicht", "qa/1/"),
    ],
)
def test_a_phrase_of_people_finds_the_term_of_the_field(query: str, url: str) -> None:
    assert FINDER.find(query).hits[0].section.url == url


def test_part_of_a_phrase_means_nothing_by_itself() -> None:
    assert FINDER.find("omgekeerde").hits == ()


def test_a_group_counts_once_whichever_of_its_phrases_stand_in_the_query() -> None:
    groups = [group for group in FINDER.find("reverse name ptr").plan.groups if group.expanded]
    assert len(groups) == 1


def test_inflected_forms_of_a_word_that_stands_in_no_text_are_known() -> None:
    english = finder(MAIL, groups=synonyms.parse("- [xylophone, ptr]", "x"))
    assert english.find("xylophones").hits[0].section.url == "dns/#ptr"
    assert english.find("xylophones").plan.corrected == {}
