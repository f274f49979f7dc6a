from __future__ import annotations

import datetime as dt

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mailwijzer.qa import parsing
from support import ROOT, TOPICS, front_matter

KNOWN = parsing.Known(parsing.parse_topics(TOPICS, "qa/topics.yml")[0], ["smtp-session"])
GOLDEN = sorted((ROOT / "tests" / "golden" / "qa").glob("*.yml"))

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=300)
lines = texts.filter(lambda text: 0 < len(text.strip()) <= 200)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden(path: object) -> None:
    case = yaml.safe_load(path.read_text("utf-8"))  # type: ignore[attr-defined]
    question, problems = parsing.parse(case["input"], case["path"], KNOWN)
    assert [str(problem) for problem in problems] == case["problems"]
    assert (question is None) == bool(case["problems"])


@given(title=lines, question=texts, also=st.lists(lines, max_size=3), answer=texts)
def test_any_text_survives_being_written_and_read(
    title: str, question: str, also: list[str], answer: str
) -> None:
    meta = front_matter(title=title, question=question, also_asked=also)
    back, problems = parsing.parse(parsing.dump(meta, f"x{answer}x"), "qa/0001-x.en.md", KNOWN)
    assert not problems
    assert back is not None
    assert back.meta == meta
    assert back.answer.strip() == f"x{answer}x"


def test_a_block_of_text_is_written_readably() -> None:
    written = parsing.dump(front_matter(question="one\n\n---\ntwo\n"), "Yes.")
    assert "question: |\n  one\n\n  ---\n  two\n" in written


def test_topics_need_every_language() -> None:
    _, problems = parsing.parse_topics("a:\n  en: {name: A, description: B}\nb: 1\n", "qa/topics.yml")
    assert [str(problem.where) for problem in problems] == ["qa/topics.yml:1", *["qa/topics.yml:3"] * 2]


def test_dates_are_dates() -> None:
    assert front_matter(asked=dt.date(2026, 1, 2)).asked == dt.date(2026, 1, 2)
