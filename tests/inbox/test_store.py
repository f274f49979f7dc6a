from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox import schema
from mailwijzer.inbox.serialisation import dump_draft, load_draft
from mailwijzer.inbox.store import (
    Inbox,
    KeyConflictError,
    Receipt,
    UnknownSubmissionError,
    UnstorableTextError,
)
from mailwijzer.qa.lifecycle import Action, SubmissionStatus
from mailwijzer.qa.submission import Draft, DraftText, NewSubmission

NEW = NewSubmission(
    key="3f0c",
    lang="nl",
    title="Waarom komt mijn mail terug?",
    text="550 5.7.1 …\n\nWat nu?",
    name="Lies",
    address="lies@thuis.test",
    chapter="smtp-session",
)
DRAFT = Draft(
    slug="waarom-terug",
    topics=("smtp",),
    asked=dt.date(2026, 11, 20),
    applies_to={"debian": ("12", "13"), "postfix": ">=3.7"},
    texts={"nl": DraftText("Titel", "Vraag", "Antwoord", ("ook zo gevraagd",))},
)
storable = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def send(inbox: Inbox, **changes: object) -> int:
    return inbox.submit(replace(NEW, **{"key": str(uuid4()), **changes}), 1).number  # type: ignore[arg-type]


def test_a_submission_comes_back_as_it_was_sent(inbox: Inbox) -> None:
    number = inbox.submit(NEW, 42).number
    found = inbox.get(number)
    assert number == 42
    assert (found.lang, found.title, found.text, found.name, found.chapter) == (
        NEW.lang,
        NEW.title,
        NEW.text,
        NEW.name,
        NEW.chapter,
    )
    assert found.has_address
    assert found.status is SubmissionStatus.NEW
    assert found.received == dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


def test_numbers_continue_after_the_inbox_and_after_the_files(inbox: Inbox) -> None:
    assert inbox.submit(NEW, 7).number == 7
    assert inbox.submit(replace(NEW, key="b"), 7).number == 8
    assert inbox.submit(replace(NEW, key="c"), 100).number == 100


def test_the_same_key_and_question_is_stored_once(inbox: Inbox) -> None:
    first = inbox.submit(NEW, 1)
    again = inbox.submit(replace(NEW, suspicion=("too-fast",)), 1)
    assert (first, again) == (Receipt(1, repeated=False), Receipt(1, repeated=True))
    assert len(inbox.list()) == 1


@pytest.mark.parametrize("change", [{"text": "another"}, {"address": ""}, {"address": "other@thuis.test"}])
def test_the_same_key_with_another_question_is_refused(inbox: Inbox, change: dict[str, str]) -> None:
    inbox.submit(NEW, 1)
    with pytest.raises(KeyConflictError, match="submission 1"):
        inbox.submit(replace(NEW, **change), 1)
    assert inbox.get(1).text == NEW.text


def test_a_purged_address_does_not_turn_a_repetition_into_a_conflict(inbox: Inbox) -> None:
    inbox.submit(NEW, 1)
    with inbox.transaction(writing=True) as connection:
        connection.execute(delete(schema.address))
    assert inbox.submit(NEW, 1) == Receipt(1, repeated=True)
    assert not inbox.get(1).has_address


def test_signs_of_spam_file_a_submission_under_spam_and_ham_brings_it_back(inbox: Inbox) -> None:
    number = send(inbox, suspicion=("honeypot", "too-fast"))
    found = inbox.get(number)
    assert (found.status, found.suspicion) == (SubmissionStatus.SPAM, ("honeypot", "too-fast"))
    assert inbox.record(number, Action.HAM).status is SubmissionStatus.NEW


def test_waiting_lists_are_oldest_first_and_others_newest_first(inbox: Inbox) -> None:
    numbers = [send(inbox, lang=lang) for lang in ("nl", "en", "nl")]
    assert [s.number for s in inbox.list(SubmissionStatus.NEW)] == numbers
    assert [s.number for s in inbox.list(SubmissionStatus.NEW, "nl")] == [numbers[0], numbers[2]]
    assert [s.number for s in inbox.list()] == numbers[::-1]
    for number in numbers:
        inbox.record(number, Action.DECLINE, "off topic")
    assert [s.number for s in inbox.list(SubmissionStatus.DECLINED)] == numbers[::-1]
    assert inbox.counts() == dict.fromkeys(SubmissionStatus, 0) | {SubmissionStatus.DECLINED: 3}


def test_a_draft_comes_back_and_makes_the_submission_one_that_is_answered(inbox: Inbox) -> None:
    number = send(inbox)
    assert inbox.draft(number) is None
    assert inbox.save_draft(number, DRAFT).status is SubmissionStatus.ANSWERING
    assert inbox.draft(number) == DRAFT
    later = replace(DRAFT, slug="anders")
    inbox.save_draft(number, later)
    assert inbox.draft(number) == later


def test_saving_the_same_draft_again_leaves_no_trace(inbox: Inbox) -> None:
    number = send(inbox)
    inbox.save_draft(number, DRAFT)
    before = inbox.history(number)
    inbox.save_draft(number, DRAFT)
    assert inbox.history(number) == before


def test_every_step_stands_in_the_history(inbox: Inbox) -> None:
    number = send(inbox, suspicion=("honeypot",))
    inbox.record(number, Action.HAM)
    inbox.record(number, Action.DECLINE, "answered elsewhere")
    new, declined, spam = SubmissionStatus.NEW, SubmissionStatus.DECLINED, SubmissionStatus.SPAM
    assert [(e.action, e.before, e.after, e.detail) for e in inbox.history(number)] == [
        (None, spam, spam, "honeypot"),
        (Action.HAM, spam, new, ""),
        (Action.DECLINE, new, declined, "answered elsewhere"),
    ]


def test_a_forbidden_action_changes_nothing(inbox: Inbox) -> None:
    number = send(inbox)
    with pytest.raises(MailwijzerError, match="possible: answer, decline, spam"):
        inbox.record(number, Action.PUBLISH)
    assert len(inbox.history(number)) == 1
    assert inbox.get(number).status is SubmissionStatus.NEW


def test_undo_goes_back_one_change_at_a_time_and_keeps_the_draft(inbox: Inbox) -> None:
    number = send(inbox)
    inbox.save_draft(number, DRAFT)
    inbox.record(number, Action.DECLINE)
    assert inbox.undo(number).status is SubmissionStatus.ANSWERING
    assert inbox.undo(number).status is SubmissionStatus.NEW
    assert inbox.draft(number) == DRAFT
    with pytest.raises(MailwijzerError, match="nothing to take back"):
        inbox.undo(number)
    last = inbox.history(number)[-1]
    assert (last.action, last.before, last.after) == (None, SubmissionStatus.ANSWERING, SubmissionStatus.NEW)


def test_after_an_undo_the_next_change_can_be_undone_too(inbox: Inbox) -> None:
    number = send(inbox)
    inbox.record(number, Action.SPAM)
    inbox.undo(number)
    inbox.record(number, Action.DECLINE)
    assert inbox.undo(number).status is SubmissionStatus.NEW


def test_a_publication_is_not_undone(inbox: Inbox) -> None:
    number = send(inbox)
    inbox.save_draft(number, DRAFT)
    inbox.record(number, Action.PUBLISH)
    with pytest.raises(MailwijzerError, match="is published"):
        inbox.undo(number)
    assert inbox.get(number).status is SubmissionStatus.PUBLISHED


def test_an_unknown_number_is_told(inbox: Inbox) -> None:
    for use in (inbox.get, inbox.draft, inbox.history, inbox.undo):
        with pytest.raises(UnknownSubmissionError, match="no submission 9"):
            use(9)


@pytest.mark.parametrize("bad", ["a\0b", "half \ud83d a pair"])
def test_what_no_database_keeps_is_refused_at_the_edge(inbox: Inbox, bad: str) -> None:
    for field in ("title", "text", "name", "address"):
        with pytest.raises(UnstorableTextError, match=field):
            inbox.submit(replace(NEW, **{field: bad}), 1)
    number = send(inbox)
    with pytest.raises(UnstorableTextError):
        inbox.save_draft(number, Draft(texts={"nl": DraftText(answer=bad)}))
    assert len(inbox.list()) == 1


@given(title=storable, text=storable)
def test_any_other_text_is_kept_to_the_letter(
    tmp_path_factory: pytest.TempPathFactory, title: str, text: str
) -> None:
    inbox = Inbox.open(f"sqlite:///{tmp_path_factory.getbasetemp()}/any.sqlite3")
    try:
        found = inbox.get(inbox.submit(NewSubmission(str(uuid4()), "en", title, text), 1).number)
        assert (found.title, found.text) == (title, text)
    finally:
        inbox.close()


@given(
    words=st.builds(DraftText, storable, storable, storable, st.lists(storable).map(tuple)),
    slug=storable,
    asked=st.none() | st.dates(),
    topics=st.lists(storable).map(tuple),
)
def test_any_draft_survives_its_json(
    words: DraftText, slug: str, asked: dt.date | None, topics: tuple[str, ...]
) -> None:
    draft = Draft(slug=slug, topics=topics, asked=asked, texts={"en": words})
    assert load_draft(dump_draft(draft)) == draft


def test_addresses_lie_apart_and_end_with_their_submission(inbox: Inbox) -> None:
    number = send(inbox)
    with inbox.transaction(writing=True) as connection:
        assert "address" not in schema.submission.c
        connection.execute(delete(schema.submission).where(schema.submission.c.number == number))
        assert connection.execute(select(schema.address)).all() == []


def test_a_purged_address_is_nowhere_in_the_file(sqlite_inbox: Inbox, sqlite_url: str) -> None:
    send(sqlite_inbox)
    with sqlite_inbox.transaction(writing=True) as connection:
        connection.execute(delete(schema.address))
    assert b"lies@thuis.test" not in Path(sqlite_url.removeprefix("sqlite:///")).read_bytes()


def test_addresses_go_thirty_days_after_a_question_is_closed_and_not_before(url: str) -> None:
    clock = [dt.datetime(2026, 11, 1, tzinfo=dt.UTC)]
    inbox = Inbox.open(url, now=lambda: clock[0])
    closed, waiting = (inbox.submit(replace(NEW, key=key), 1).number for key in ("a", "b"))
    clock[0] += dt.timedelta(days=40)
    inbox.record(closed, Action.DECLINE, "off topic")
    clock[0] += dt.timedelta(days=29)
    assert inbox.purge_addresses() == 0
    assert inbox.asker_address(closed) == "lies@thuis.test"
    clock[0] += dt.timedelta(days=2)
    assert inbox.purge_addresses() == 1
    assert inbox.asker_address(closed) == ""
    assert inbox.asker_address(waiting) == "lies@thuis.test"
    inbox.close()
    again = Inbox.open(url, now=lambda: clock[0])
    again.record(waiting, Action.SPAM)
    assert again.purge_addresses(after_days=-1) == 1
    again.close()
