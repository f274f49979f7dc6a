"""A question arrives: one look at all that decides about it, one step that writes all that belongs to it.

A database on the other end of a socket answers each statement with a delay, so there are few of them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Delete,
    Executable,
    Insert,
    Row,
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
)

from mailwijzer.inbox import limits, schema
from mailwijzer.inbox.faults import KeyConflictError
from mailwijzer.inbox.limits import Sender
from mailwijzer.qa.lifecycle import SubmissionStatus
from mailwijzer.qa.submission import NewSubmission

_S, _A, _E, _C = schema.submission, schema.address, schema.event, schema.arrival
_WORDS = ("lang", "title", "text", "name", "chapter")


@dataclass(frozen=True)
class Arrival:
    """A question at the door."""

    new: NewSubmission
    first_number: int
    """The first number that the files in qa/ leave free."""

    by: Sender | None = None
    """Whose limits it counts for; None where nobody is counted."""


@dataclass(frozen=True)
class Receipt:
    """The answer to a submission: it is on disk."""

    number: int
    repeated: bool
    """The same question was stored before under this key; nothing was added."""


def take_in(connection: Connection, arrival: Arrival, at: dt.datetime) -> Receipt:
    """Store a question, as a part of a writing transaction. A key stored before gives its number again.

    Raises KeyConflictError when the key belongs to another question, and TooManyError; both before anything
    is written.
    """
    new, by = arrival.new, arrival.by
    counted = limits.values(by, at) if by else {}
    look = _look(counted=by is not None, network=bool(by and by.network))
    found = connection.execute(look, {"key": new.key, **counted}).one()
    if found.number is not None:
        if not _same(found, new):
            raise KeyConflictError(found.number)
        return Receipt(found.number, repeated=True)
    limits.judge(found, at)
    number = max((found.highest or 0) + 1, arrival.first_number)
    one = connection.dialect.name == "postgresql"
    values = {**_values(new), **counted, "number": number, "at": at}
    for statement in _statements(address=bool(new.address), counted=by is not None, one=one):
        connection.execute(statement, {f"the_{name}": value for name, value in values.items()})
    return Receipt(number, repeated=False)


@cache
def _look(*, counted: bool, network: bool) -> Select[Any]:
    """The question under the same key, its address, the highest number, and how the limits stand."""
    highest = select(func.max(_S.c.number).label("highest")).subquery()
    full = limits.columns(one=network) if counted else []
    before = _S.outerjoin(_A, _A.c.number == _S.c.number)
    place = highest.outerjoin(before, _S.c.key == bindparam("key"))
    return select(highest.c.highest, _S, _A.c.address, *full).select_from(place)


def _same(stored: Row[Any], new: NewSubmission) -> bool:
    """Whether a repeated key brings the same question. Signs of spam may differ: they are our guess."""
    if any(getattr(stored, word) != getattr(new, word) for word in _WORDS):
        return False
    if stored.wants_notice != bool(new.address):
        return False
    return stored.address in (None, new.address)  # None: purged meanwhile


def _values(new: NewSubmission) -> dict[str, Any]:
    row = {word: getattr(new, word) for word in ("key", *_WORDS, "address")}
    row |= {"suspicion": json.dumps(new.suspicion), "wants_notice": bool(new.address)}
    status = SubmissionStatus.SPAM if new.suspicion else SubmissionStatus.NEW
    return {**row, "status": status, "detail": ", ".join(new.suspicion)}


@cache
def _statements(*, address: bool, counted: bool, one: bool) -> list[Executable]:
    """What writes a question; `one`: as one statement, for a database that takes them so.

    Built once: that takes longer than carrying them out.
    """
    row = {name: name for name in ("number", "key", *_WORDS, "suspicion", "wants_notice", "status")}
    event = {"number": "number", "at": "at", "before": "status", "after": "status", "detail": "detail"}
    statements: list[Insert | Delete] = [_insert(_S, {**row, "received": "at"})]
    if address:
        statements.append(_insert(_A, {"number": "number", "address": "address"}))
    if counted:
        statements.append(_insert(_C, {"network": "network", "at": "at"}))
        statements.append(delete(_C).where(_C.c.at < bindparam("the_day_ago")))
    statements.append(_insert(_E, event))
    if not one:
        return [*statements]
    parts = [statement.cte(f"part{n}") for n, statement in enumerate(statements)]
    return [select(literal(1)).add_cte(*parts)]


def _insert(table: Table, values: Mapping[str, str]) -> Insert:
    # Named unlike the columns: SQLAlchemy keeps those names for itself.
    statement = insert(table).values({name: bindparam(f"the_{value}") for name, value in values.items()})
    return statement.inline()  # no RETURNING: nobody asks for the event's id
