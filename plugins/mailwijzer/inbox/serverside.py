"""Questions are taken in by PostgreSQL itself, in one statement (`migrations/versions/r0006_take_in.py`).

On a socket each statement costs a round trip, and who holds the lock meanwhile lets all others wait.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection

from mailwijzer.inbox import arriving, postgresql, statements
from mailwijzer.inbox.arriving import Arrival, Receipt, Told
from mailwijzer.inbox.faults import KeyConflictError
from mailwijzer.inbox.limits import TooManyError

_TAKE_IN = "SELECT given, repeated, differs, seconds FROM take_in(%s::json, %s) ORDER BY place"


def take_in(
    connection: Connection, arrivals: Sequence[Arrival], now: Callable[[], dt.datetime]
) -> list[Told]:
    """As `arriving.take_in`; outside a transaction this is one of its own, durable when it returns."""
    rows = [_row(place, arrival, now()) for place, arrival in enumerate(arrivals)]
    with statements.cursor(connection) as cursor:
        cursor.execute(_TAKE_IN, (json.dumps(rows, ensure_ascii=False), postgresql.LOCK))
        return [_told(*row) for row in cursor.fetchall()]


def _row(place: int, arrival: Arrival, at: dt.datetime) -> dict[str, Any]:
    row = {**arriving.values(arrival.new), "place": place, "first_number": arrival.first_number}
    row["at"] = at.isoformat()
    if arrival.by:
        limits = arrival.by.limits
        row |= {"network": arrival.by.network, "hour": limits.hour, "day": limits.day}
        row["all_hour"] = limits.all_hour
    return row


def _told(given: int, repeated: bool, differs: bool, seconds: int) -> Told:
    if seconds:
        return TooManyError(seconds)
    return KeyConflictError(given) if differs else Receipt(given, repeated)
