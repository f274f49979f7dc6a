"""Questions arrive: one look at all that decides about them, one step that writes all that belongs to them.

A database on the other end of a socket answers each statement with a delay, so there are few of them, however
many questions come together.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Delete,
    Executable,
    Insert,
    Table,
    bindparam,
    delete,
    insert,
    literal,
    select,
)

from mailwijzer.inbox import limits, looking, schema
from mailwijzer.inbox.faults import KeyConflictError
from mailwijzer.inbox.limits import Sender, TooManyError
from mailwijzer.inbox.looking import WORDS, Known
from mailwijzer.qa.lifecycle import SubmissionStatus
from mailwijzer.qa.submission import NewSubmission

_S, _A, _E, _C = schema.submission, schema.address, schema.event, schema.arrival


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


def take_in(
    connection: Connection, arrivals: Sequence[Arrival], now: Callable[[], dt.datetime]
) -> list[Receipt | KeyConflictError | TooManyError]:
    """Store questions, as a part of a writing transaction. A key stored before gives its number again.

    For each the receipt, or why it is refused: its key belongs to another question, or too many came.
    """
    moments = [now() for _ in arrivals]
    seen = looking.look(connection, [(one.new.key, one.by) for one in arrivals], min(moments))
    told: list[Receipt | KeyConflictError | TooManyError] = []
    writing: dict[tuple[bool, bool], list[dict[str, Any]]] = defaultdict(list)
    for arrival, at in zip(arrivals, moments, strict=True):
        new, by = arrival.new, arrival.by
        if (before := seen.known.get(new.key)) is not None:
            same = before.same(new)
            told.append(Receipt(before.number, repeated=True) if same else KeyConflictError(before.number))
            continue
        try:
            if by:
                seen.counted.judge(by, at)
                seen.counted.add(by, at)
        except TooManyError as error:
            told.append(error)
            continue
        seen.highest = max(seen.highest + 1, arrival.first_number)
        seen.known[new.key] = Known.of(seen.highest, new)
        values = {**_values(new), "number": seen.highest, "at": at, "day_ago": at - limits.DAY}
        values["network"] = by.network if by else ""
        writing[bool(new.address), by is not None].append({f"the_{name}": v for name, v in values.items()})
        told.append(Receipt(seen.highest, repeated=False))
    for (address, counted), rows in writing.items():
        one = connection.dialect.name == "postgresql"
        for statement in _statements(address=address, counted=counted, one=one):
            connection.execute(statement, rows)
    return told


def _values(new: NewSubmission) -> dict[str, Any]:
    row = {word: getattr(new, word) for word in ("key", *WORDS, "address")}
    row |= {"suspicion": json.dumps(new.suspicion), "wants_notice": bool(new.address)}
    status = SubmissionStatus.SPAM if new.suspicion else SubmissionStatus.NEW
    return {**row, "status": status, "detail": ", ".join(new.suspicion)}


@cache
def _statements(*, address: bool, counted: bool, one: bool) -> list[Executable]:
    """What writes a question; `one`: as one statement, for a database that takes them so.

    Built once: that takes longer than carrying them out.
    """
    row = {name: name for name in ("number", "key", *WORDS, "suspicion", "wants_notice", "status")}
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
