from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox import copying, keeping, schema, sqlite
from mailwijzer.inbox.store import Inbox, InboxUnavailableError
from mailwijzer.qa.lifecycle import Action
from mailwijzer.qa.submission import Draft, DraftText, NewSubmission


def numbered(n: int) -> NewSubmission:
    return NewSubmission(f"k{n}", "nl", f"Vraag {n}", "ë🙂" * n, address="a@example.org")


def fill(inbox: Inbox) -> None:
    for n in range(1200):
        suspicion = ("honeypot",) if n % 7 == 0 else ()
        inbox.submit(
            NewSubmission(
                f"k{n}", "nl", f"Vraag {n}", "ë🙂" * n, address="a@example.org", suspicion=suspicion
            ),
            1,
        )
    inbox.save_draft(2, Draft(slug="s", texts={"nl": DraftText("T", "V", "A")}))
    inbox.record(3, Action.DECLINE, "off topic")
    inbox.undo(3)


def everything(inbox: Inbox) -> dict[str, list[Any]]:
    with inbox.transaction() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))))
            for table in schema.metadata.sorted_tables
        }


@pytest.fixture
def full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    # Nobody will miss these rows: without syncing each of 1,200.
    monkeypatch.setitem(sqlite._PRAGMAS, "synchronous", ("OFF", 0))
    with closing(Inbox.open(f"sqlite:///{tmp_path}/full.sqlite3")) as inbox:
        fill(inbox)
        yield inbox


@pytest.mark.slow
def test_an_inbox_goes_to_another_database_and_back_unchanged(full: Inbox, url: str, tmp_path: Path) -> None:
    with closing(Inbox.open(url)) as other, closing(Inbox.open(f"sqlite:///{tmp_path}/back.sqlite3")) as back:
        copied = copying.copy(full, other)
        copying.copy(other, back)
        assert copied.rows["submission"] == 1200
        assert everything(full) == everything(other) == everything(back)
        keeping.check(back)


@pytest.mark.slow
def test_the_copy_goes_on_where_the_original_stopped(full: Inbox, url: str) -> None:
    with closing(Inbox.open(url)) as other:
        copying.copy(full, other)
        assert other.submit(NewSubmission("new", "en", "New", "New"), 1).number == 1201
        assert other.record(1201, Action.SPAM).status == "spam"
        assert other.submit(
            NewSubmission("k5", "nl", "Vraag 5", "ë🙂" * 5, address="a@example.org"), 1
        ).repeated


def test_two_inboxes_are_never_mixed(inbox: Inbox, tmp_path: Path) -> None:
    inbox.submit(NewSubmission("a", "en", "A", "A"), 1)
    with closing(Inbox.open(f"sqlite:///{tmp_path}/other.sqlite3")) as other:
        other.submit(NewSubmission("b", "en", "B", "B"), 1)
        before = everything(other)
        with pytest.raises(MailwijzerError, match=r"not empty \(event, submission\)|not empty"):
            copying.copy(inbox, other)
        assert everything(other) == before


def test_damage_is_found(sqlite_inbox: Inbox, sqlite_url: str) -> None:
    sqlite_inbox.submit(NewSubmission("a", "en", "A", "A", address="a@example.org"), 1)
    keeping.check(sqlite_inbox)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    other.execute("DELETE FROM submission")
    other.commit()
    other.close()
    with pytest.raises(InboxUnavailableError, match=r"loose rows in .*restore it from a backup"):
        keeping.check(sqlite_inbox)
