"""What is looked up is what Whoosh itself would answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwijzer.search import codec, documents, engine
from mailwijzer.search.documents import Language
from search.corpus import MAIL

counts = st.dictionaries(st.sampled_from(["mail", "port", "dns", "ptr"]), st.integers(1, 9), max_size=4)
corpus = st.lists(
    st.fixed_dictionaries({"all": counts, "head": counts, "part": counts, "code": counts}),
    min_size=1,
    max_size=12,
)


@pytest.mark.slow
@given(corpus)
def test_the_sum_of_weights_is_whooshs_own_score(made: list[engine.Document]) -> None:
    index = engine.Index(made)
    postings, _ = index.weigh()
    wanted = {"mail": 1.0, "ptr": 0.5}
    scores: dict[int, float] = {}
    for term, factor in wanted.items():
        for number, weight in postings.get(term, ()):
            scores[number] = scores.get(number, 0.0) + factor * weight
    for number, score in index.search(wanted, limit=len(made)):
        assert scores.pop(number) == pytest.approx(score)
    assert scores == {}


@pytest.mark.slow
@given(corpus)
def test_weights_by_frozen_statistics_are_those_of_the_index_they_come_from(
    made: list[engine.Document],
) -> None:
    postings, statistics = engine.Index(made).weigh()
    again = engine.weigh_more(enumerate(made), statistics)
    assert again.keys() == postings.keys()
    for term, row in postings.items():
        assert [number for number, _ in row] == [number for number, _ in again[term]]
        assert [w for _, w in row] == pytest.approx([w for _, w in again[term]])


def test_levels_keep_the_order_of_weights() -> None:
    postings, _ = engine.Index(documents.analyse(MAIL, Language("en")).documents).weigh()
    for row in postings.values():
        levels = dict(codec.levels(row, max(weight for _, weight in row)))
        for one, weight in row:
            for other, against in row:
                assert weight <= against or levels[one] >= levels[other]


def test_stems_bring_the_forms_of_a_word_together() -> None:
    assert Language("en").term("greylisted") == Language("en").term("greylisting")
    assert Language("nl").term("berichten") == Language("nl").term("bericht")
    assert Language("nl").term("550-5.7.26") == "550-5.7.26"


def test_two_indexes_made_at_one_time_do_not_disturb_each_other() -> None:
    made = documents.analyse(MAIL, Language("en")).documents
    alone, _ = engine.Index(made).weigh()
    with ThreadPoolExecutor(8) as pool:
        for postings, _ in pool.map(lambda _: engine.Index(made).weigh(), range(40)):
            assert postings == alone
