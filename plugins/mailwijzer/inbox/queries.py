"""The statements of the inbox. Plain SQL for every database: nothing of SQLite stands here."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, Select, delete, exists, func, insert, select, update

from mailwijzer.inbox import schema
from mailwijzer.inbox.faults import UnknownSubmissionError
from mailwijzer.inbox.serialisation import to_submission
from mailwijzer.qa.lifecycle import CLOSED, Action, SubmissionStatus
from mailwijzer.qa.submission import Submission

_S, _A, _D, _E = schema.submission, schema.address, schema.draft, schema.event


def rows() -> Select[Any]:
    """Submissions with `has_address`."""
    return select(_S, exists().where(_A.c.number == _S.c.number).label("has_address"))


def submission(connection: Connection, number: int) -> Submission:
    """One submission; raises UnknownSubmissionError."""
    row = connection.execute(rows().where(_S.c.number == number)).one_or_none()
    if row is None:
        raise UnknownSubmissionError(number)
    return to_submission(row)


def draft_content(connection: Connection, number: int) -> str | None:
    """A draft as it is stored."""
    return connection.execute(select(_D.c.content).where(_D.c.number == number)).scalar()


def address(connection: Connection, number: int) -> str:
    """The asker's address; empty where none was given, or it has been purged."""
    return connection.execute(select(_A.c.address).where(_A.c.number == number)).scalar() or ""


def purge_addresses(connection: Connection, before: dt.datetime) -> int:
    """Delete the addresses of questions that were closed, and not touched since, before a moment."""
    last = select(func.max(_E.c.at)).where(_E.c.number == _S.c.number).scalar_subquery()
    closed = select(_S.c.number).where(_S.c.status.in_(CLOSED), last < before)
    return connection.execute(delete(_A).where(_A.c.number.in_(closed))).rowcount


def move(connection: Connection, number: int, status: SubmissionStatus) -> None:
    """Put a submission into another status."""
    connection.execute(update(_S).where(_S.c.number == number).values(status=status))


def note(
    connection: Connection,
    number: int,
    at: dt.datetime,
    action: Action | None,
    before: SubmissionStatus,
    later: SubmissionStatus,
    detail: str,
    undoes: int | None = None,
) -> None:
    """Add a step to the history; `undoes` is the id of the step that it takes back."""
    values = {"number": number, "at": at, "action": action, "before": before, "after": later}
    connection.execute(insert(_E).values(**values, detail=detail, undoes=undoes))
