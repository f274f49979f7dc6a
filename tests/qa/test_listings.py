from __future__ import annotations

import datetime as dt

from mailwijzer.qa import listings
from support import question


def test_a_question_in_one_language_is_listed_in_the_other_with_its_language() -> None:
    [both, one] = listings.entries([question(1, "nl"), question(2, "en"), question(2, "nl")], "en")
    assert [both.question.lang, one.question.lang] == ["en", "nl"]
    assert both.translations == ("en", "nl")
    assert not one.in_own_language("en")


def test_superseded_questions_are_in_no_list() -> None:
    assert listings.entries([question(1, status="superseded", superseded_by=2)], "en") == []


def test_the_longest_waiting_question_is_first() -> None:
    old = question(5, status="open", answered=None, asked=dt.date(2026, 1, 1))
    new = question(4, status="open", answered=None, asked=dt.date(2026, 5, 1))
    listed = listings.entries([new, old, question(1)], "en")
    assert [entry.question.id for entry in listings.unanswered(listed)] == [5, 4]
    assert [entry.question.id for entry in listings.answered(listed)] == [1]
