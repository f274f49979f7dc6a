from __future__ import annotations

from mailwijzer.qa.checking import check
from support import question


def said(*questions: object) -> list[str]:
    return [f"{p.where.path}: {p.what}" for p in check(questions)]  # type: ignore[arg-type]


def test_twins_that_agree_are_no_problem() -> None:
    assert said(question(1), question(1, "nl"), question(2)) == []


def test_an_id_used_twice_is_named_with_both_files() -> None:
    assert said(question(1), question(1, slug="other")) == [
        "qa/0001-question-1.en.md: the id 1 is used by qa/0001-other.en.md too"
    ]


def test_twins_must_have_the_same_topics() -> None:
    assert said(question(1), question(1, "nl", topics=("dns",))) == [
        "qa/0001-question-1.nl.md: 'topics' differs from qa/0001-question-1.en.md"
    ]


def test_a_replacement_must_exist_and_stand_itself() -> None:
    gone = question(1, status="superseded", superseded_by=9)
    chain = question(2, status="superseded", superseded_by=1)
    assert len(said(gone)) == 1
    assert (
        "superseded itself" in said(question(3), question(1, status="superseded", superseded_by=3), chain)[0]
    )


def test_a_former_slug_must_not_be_a_present_address() -> None:
    assert "is the address of" in said(question(1, former_slugs=("question-1",)))[0]
