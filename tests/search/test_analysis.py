from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mailwijzer.search import analysis, compounds

CASES = yaml.safe_load((Path(__file__).parents[1] / "golden/search/tokens.yml").read_text("utf-8"))


def tokens(text: str) -> list[str]:
    return analysis.tokens(analysis.fixed(analysis.fold(text)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:40])
def test_a_text_becomes_these_tokens(case: dict[str, object]) -> None:
    assert tokens(str(case["text"])) == case["tokens"]


@given(st.text(max_size=300))
def test_any_text_gives_tokens_that_are_found_again_alone(text: str) -> None:
    for token in analysis.tokens(analysis.fold(text)):
        assert 1 < len(token) <= analysis.LONGEST
        assert token in analysis.tokens(token)


@given(st.text(max_size=100))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert analysis.fold(analysis.fold(text)) == analysis.fold(text)


KNOWN = {"versleuteling", "protocol", "mail", "server", "logboek", "wachtrij", "beheer"}


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("versleutelingsprotocol", ("versleuteling", "protocol")),
        ("mailserverlogboek", ("mail", "server", "logboek")),
        ("wachtrijbeheer", ("wachtrij", "beheer")),
        ("logboek", ()),
        ("mailto", ()),
        ("", ()),
    ],
)
def test_a_compound_is_split_into_known_words(word: str, parts: tuple[str, ...]) -> None:
    assert compounds.split(word, KNOWN.__contains__) == parts


@given(st.lists(st.sampled_from(sorted(KNOWN)), min_size=2, max_size=4))
def test_whatever_is_put_together_from_known_words_comes_apart_into_known_words(words: list[str]) -> None:
    parts = compounds.split("".join(words), KNOWN.__contains__)
    assert parts
    assert set(parts) <= KNOWN
