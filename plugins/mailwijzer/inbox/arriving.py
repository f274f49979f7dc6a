"""Questions arrive: one look at all that decides about them, one step that writes all that belongs to them.

`serverside` has PostgreSQL do the same by itself.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from mailwijzer.inbox import looking, writing
from mailwijzer.inbox.faults import KeyConflictError
from mailwijzer.inbox.limits import Sender, TooManyError
from mailwijzer.inbox.looking import WORDS, Known
from mailwijzer.qa.lifecycle import SubmissionStatus
from mailwijzer.qa.submission import NewSubmission


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


Told = Receipt | KeyConflictError | TooManyError
"""What a question at the door is told: the receipt, or why it is refused."""


def take_in(
    connection: Connection, arrivals: Sequence[Arrival], now: Callable[[], dt.datetime]
) -> list[Told]:
    """Store questions, as a part of a writing transaction. A key stored before gives its number again.

    For each the receipt, or why it is refused: its key belongs to another question, or too many came.
    """
    moments = [now() for _ in arrivals]
    seen = looking.look(connection, [(one.new.key, one.by) for one in arrivals], min(moments))
    told: list[Told] = []
    rows: list[dict[str, Any]] = []
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
        rows.append({**values(new), "number": seen.highest, "at": at, "counted": by is not None})
        rows[-1]["network"] = by.network if by else ""
        told.append(Receipt(seen.highest, repeated=False))
    if rows:
        writing.write(connection, rows)
    return told


def values(new: NewSubmission) -> dict[str, Any]:
    """What is stored of a question; an empty address is none."""
    row = {word: getattr(new, word) for word in ("key", *WORDS, "address")}
    row |= {"suspicion": json.dumps(new.suspicion), "wants_notice": bool(new.address)}
    status = SubmissionStatus.SPAM if new.suspicion else SubmissionStatus.NEW
    return {**row, "status": status, "detail": ", ".join(new.suspicion)}
