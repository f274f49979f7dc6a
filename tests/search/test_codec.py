from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwijzer.search import codec, shards

rows = st.dictionaries(st.integers(0, 700_000), st.integers(0, codec.LEVELS - 1)).map(
    lambda d: sorted(d.items())
)


@given(rows)
def test_postings_survive_being_written_and_read(row: list[tuple[int, int]]) -> None:
    assert codec.decode(codec.encode(row)) == row


@given(rows)
def test_written_postings_need_no_escape_in_a_script(row: list[tuple[int, int]]) -> None:
    text = codec.encode(row)
    assert json.dumps(text) == f'"{text}"'
    assert "<" not in text


@pytest.mark.parametrize("gap", [0, 79, 80, 989, 990, 991, 700_000])
def test_every_length_of_number_has_its_borders_right(gap: int) -> None:
    assert codec.decode(codec.encode([(gap, 0), (2 * gap + 1, 90)])) == [(gap, 0), (2 * gap + 1, 90)]


@pytest.mark.parametrize("text", ["!", "\x7f!", "~!", "€€"])
def test_damaged_postings_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="damaged"):
        codec.decode(text)


@given(st.lists(st.text("abcé-", max_size=12)).map(sorted))
def test_sorted_words_survive_being_fronted(words: list[str]) -> None:
    assert shards.unfronted(shards.fronted(words)) == words
