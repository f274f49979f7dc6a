"""The inbox: what readers sent, what the editor did with it, and nothing lost once it was acknowledged."""

from __future__ import annotations

import builtins
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, func, insert, select, update

from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox import arriving, migrating, queries, schema, serverside
from mailwijzer.inbox import engine as engines
from mailwijzer.inbox.arriving import Arrival, Receipt
from mailwijzer.inbox.faults import (
    InboxUnavailableError,
    KeyConflictError,
    UnknownSubmissionError,
    UnstorableTextError,
    translated,
)
from mailwijzer.inbox.limits import Sender, TooManyError
from mailwijzer.inbox.serialisation import (
    dump_draft,
    load_draft,
    refuse_unstorable,
    to_event,
    to_submission,
)
from mailwijzer.inbox.together import Together
from mailwijzer.qa.lifecycle import Action, SubmissionStatus, after
from mailwijzer.qa.submission import Draft, Event, NewSubmission, Submission

__all__ = [
    "Inbox",
    "InboxUnavailableError",
    "KeyConflictError",
    "Receipt",
    "TooManyError",
    "UnknownSubmissionError",
    "UnstorableTextError",
]

_S, _D, _E = schema.submission, schema.draft, schema.event
_WAITING = (SubmissionStatus.NEW, SubmissionStatus.ANSWERING)


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


KEEP_ADDRESS_DAYS = 30
"""How long an address is kept after its question is closed. The form promises it."""


class Inbox:
    """One inbox. Safe to use from several threads, and beside other processes that use the same one.

    Every method raises InboxUnavailableError when the database cannot do its work; nothing is half stored.
    """

    def __init__(self, engine: Engine, now: Callable[[], dt.datetime] = _utc_now) -> None:
        self._engine, self._now = engine, now
        self._arrivals = Together(self._take_in)
        self._by_itself = engine.dialect.name == "postgresql"
        self.where = engine.url.render_as_string(hide_password=True)
        """The database, its password left out."""

    @classmethod
    def open(cls, url: str, now: Callable[[], dt.datetime] = _utc_now) -> Inbox:
        """The inbox at a database URL (`sqlite:////folder/inbox.sqlite3`), made or upgraded if need be."""
        inbox = cls(engines.connect(url), now)
        with translated(inbox.where):
            migrating.migrate(inbox._engine)
        return inbox

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    @contextmanager
    def transaction(self, *, writing: bool = False) -> Iterator[Connection]:
        """One transaction: a writer holds its lock from the start, and is durable at the end."""
        with (
            translated(self.where),
            self._engine.connect().execution_options(writing=writing) as connection,
            connection.begin(),
        ):
            yield connection

    def submit(self, new: NewSubmission, first_number: int, by: Sender | None = None) -> Receipt:
        """Store a question; it is on disk when this returns. A key stored before gives its number again.

        `first_number` is the first number that the files in qa/ leave free. Raises UnstorableTextError,
        KeyConflictError when the key belongs to another question, and TooManyError when `by` sent enough.
        Threads that come at the same time share a transaction, and its wait for the disk.
        """
        refuse_unstorable(new, "the submission")
        return self._arrivals(Arrival(new, first_number, by))

    def _take_in(self, arrivals: Sequence[Arrival]) -> Sequence[Receipt | Exception]:
        if self._by_itself:
            with translated(self.where), self._engine.connect() as connection:
                return serverside.take_in(connection, arrivals, self._now)
        with self.transaction(writing=True) as connection:
            return arriving.take_in(connection, arrivals, self._now)

    def submit_within(self, connection: Connection, new: NewSubmission, first_number: int) -> Receipt:
        """The same, as a part of a writing transaction: durable when that ends."""
        refuse_unstorable(new, "the submission")
        take_in = serverside.take_in if self._by_itself else arriving.take_in
        (told,) = take_in(connection, [Arrival(new, first_number)], self._now)
        if isinstance(told, Exception):
            raise told
        return told

    def moment(self) -> dt.datetime:
        """Now, by this inbox's clock."""
        return self._now()

    def get(self, number: int) -> Submission:
        """One submission; raises UnknownSubmissionError."""
        with self.transaction() as connection:
            return queries.submission(connection, number)

    def asker_address(self, number: int) -> str:
        """The mail address to tell of an answer, empty for none. For the editor's eyes only."""
        with self.transaction() as connection:
            return queries.address(connection, number)

    def purge_addresses(self, after_days: int = KEEP_ADDRESS_DAYS) -> int:
        """Delete the addresses of questions closed longer ago than this; returns how many."""
        with self.transaction(writing=True) as connection:
            return queries.purge_addresses(connection, self._now() - dt.timedelta(days=after_days))

    def list(self, status: SubmissionStatus | None = None, lang: str | None = None) -> list[Submission]:
        """Submissions: those that wait for the editor oldest first, all other lists newest first."""
        query = queries.rows()
        if status is not None:
            query = query.where(_S.c.status == status)
        if lang is not None:
            query = query.where(_S.c.lang == lang)
        order = _S.c.number if status in _WAITING else _S.c.number.desc()
        with self.transaction() as connection:
            return [to_submission(row) for row in connection.execute(query.order_by(order))]

    def counts(self) -> dict[SubmissionStatus, int]:
        """How many submissions stand where; every status has its number."""
        query = select(_S.c.status, func.count()).group_by(_S.c.status)
        with self.transaction() as connection:
            found = {str(status): int(count) for status, count in connection.execute(query)}
        return {status: found.get(status, 0) for status in SubmissionStatus}

    def draft(self, number: int) -> Draft | None:
        """The draft of an answer, if one was saved; raises UnknownSubmissionError."""
        with self.transaction() as connection:
            queries.submission(connection, number)
            content = queries.draft_content(connection, number)
        return load_draft(content) if content is not None else None

    def save_draft(self, number: int, draft: Draft) -> Submission:
        """Keep a draft in place of the one before; the same one again leaves no trace."""
        refuse_unstorable(draft, "the draft")
        content = dump_draft(draft)
        with self.transaction(writing=True) as connection:
            old = queries.submission(connection, number)
            status = after(old.status, Action.ANSWER)
            stored = queries.draft_content(connection, number)
            if stored == content and status == old.status:
                return old
            at = self._now()
            statement = insert(_D) if stored is None else update(_D).where(_D.c.number == number)
            connection.execute(statement.values(number=number, content=content, saved=at))
            queries.move(connection, number, status)
            queries.note(connection, number, at, Action.ANSWER, old.status, status, "")
            return queries.submission(connection, number)

    def record(self, number: int, action: Action, detail: str = "") -> Submission:
        """Take a submission through an action; raises MailwijzerError when the life cycle forbids it."""
        refuse_unstorable(detail, "the reason")
        with self.transaction(writing=True) as connection:
            old = queries.submission(connection, number)
            status = after(old.status, action)
            queries.move(connection, number, status)
            queries.note(connection, number, self._now(), action, old.status, status, detail)
            return queries.submission(connection, number)

    def undo(self, number: int) -> Submission:
        """Take the last change of status back; drafts stay. Called again, it goes one change further.

        In the history this is an event without an action whose status changes. Raises MailwijzerError
        when there is nothing to take back, or when it was published.
        """
        undone = select(_E.c.undoes).where(_E.c.number == number, _E.c.undoes.is_not(None))
        query = select(_E).where(
            _E.c.number == number,
            _E.c.action.is_not(None),
            _E.c.before != _E.c.after,
            _E.c.id.not_in(undone),
        )
        with self.transaction(writing=True) as connection:
            queries.submission(connection, number)
            last = connection.execute(query.order_by(_E.c.id.desc()).limit(1)).one_or_none()
            if last is None:
                told = f"nothing to take back: submission {number} is as it arrived"
                raise MailwijzerError(told, "undo_none")
            if last.action == Action.PUBLISH:
                told = f"question {number} is published, and that is not taken back"
                raise MailwijzerError(f"{told}; change its answer and publish it again", "undo_stays")
            queries.move(connection, number, SubmissionStatus(last.before))
            detail = f"undo {last.action}"
            queries.note(
                connection,
                number,
                self._now(),
                None,
                SubmissionStatus(last.after),
                SubmissionStatus(last.before),
                detail,
                last.id,
            )
            return queries.submission(connection, number)

    def history(self, number: int) -> builtins.list[Event]:
        """All that happened to a submission, oldest first; raises UnknownSubmissionError."""
        with self.transaction() as connection:
            queries.submission(connection, number)
            rows = connection.execute(select(_E).where(_E.c.number == number).order_by(_E.c.id))
            return [to_event(row) for row in rows]
