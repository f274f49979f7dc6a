from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mailwijzer.search import cards
from mailwijzer.search.sections import KINDS, Section

words = st.text("ab #/", max_size=4)
several = st.lists(words, max_size=2).map(tuple)
made = st.builds(
    Section,
    url=st.sampled_from(["", "x/", "x/#a", "x/#b", "qa/1/"]),
    heading=words,
    trail=st.lists(st.text("ab", min_size=1, max_size=3), max_size=3).map(tuple),
    text=words,
    kind=st.sampled_from(KINDS),
    topics=several,
    applies_to=words,
    products=several,
)


@given(st.lists(made, min_size=1, max_size=6))
def test_a_section_survives_being_packed_with_others(listed: list[Section]) -> None:
    content = cards.packed(listed)
    assert [cards.unpacked(content, n, section.text) for n, section in enumerate(listed)] == listed


def test_what_sections_of_a_page_have_in_common_is_written_once() -> None:
    first = Section("x/#a", "A", ("X",), "", topics=("dns",), products=("postfix",))
    pages, rows = cards.packed([first, replace(first, url="x/#b", heading="B")])
    assert pages == [["x/", "X", "chapter", ["dns"], ["postfix"]]]
    assert rows == [[0, "a", "A"], [0, "b", "B"]]
