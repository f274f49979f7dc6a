"""What a database knows that decides about questions at the door, asked in one statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Integer,
    Select,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from mailwijzer.inbox import limits, schema
from mailwijzer.inbox.limits import Counted, Sender
from mailwijzer.qa.submission import NewSubmission

_S, _A, _C = schema.submission, schema.address, schema.arrival
WORDS = ("lang", "title", "text", "name", "chapter")
_COLUMNS = {
    **{name: _S.c[name] for name in ("number", "key", *WORDS, "wants_notice")},
    "address": _A.c.address,
    "at": _C.c.at,
}


@dataclass(frozen=True)
class Known:
    """A question that was taken in before."""

    number: int
    words: tuple[str, ...]
    wants_notice: bool
    address: str | None
    """None once it has been purged."""

    @classmethod
    def of(cls, number: int, new: NewSubmission) -> Known:
        """The question as it was just stored."""
        return cls(
            number, tuple(getattr(new, word) for word in WORDS), bool(new.address), new.address or None
        )

    def same(self, new: NewSubmission) -> bool:
        """Whether a repeated key brings the same question. Signs of spam may differ: they are our guess."""
        again = Known.of(self.number, new)
        if (again.words, again.wants_notice) != (self.words, self.wants_notice):
            return False
        return self.address in (None, new.address)


@dataclass
class Seen:
    """All that was seen."""

    known: dict[str, Known] = field(default_factory=dict)
    """Key -> the question that has it."""

    highest: int = 0
    counted: Counted = field(default_factory=Counted)


def look(connection: Connection, asked: Sequence[tuple[str, Sender | None]], at: dt.datetime) -> Seen:
    """What is there under these keys, the highest number, and what came lately from these senders."""
    senders = [by for _, by in asked if by]
    most = max((by.limits.all_hour for by in senders), default=1)
    # Who comes as the n-th of these has to know when the n-th but last of those that fill the limit came.
    skipped = max(most - len(asked), 0)
    values: dict[str, Any] = {"keys": [key for key, _ in asked]}
    if senders:
        values |= {"hour_ago": at - limits.HOUR, "day_ago": at - limits.DAY, "skipped": skipped}
        values |= {"fetched": most - skipped, "networks": [by.network for by in senders]}
    seen = Seen()
    for row in connection.execute(_look(counted=bool(senders)), values):
        if row.what == "highest":
            seen.highest = row.number or 0
        elif row.what == "known":
            words = tuple(getattr(row, word) for word in WORDS)
            seen.known[row.key] = Known(row.number, words, bool(row.wants_notice), row.address)
        elif row.what == "all":
            seen.counted.in_all.append(row.at)
        else:
            seen.counted.networks.setdefault(row.key, []).append(row.at)
    seen.counted.in_all.sort(reverse=True)
    if newest := seen.counted.in_all[:1]:
        seen.counted.in_all[:0] = newest * skipped  # those that were passed over are no older
    for came in seen.counted.networks.values():
        came.sort(reverse=True)
    return seen


@cache
def _look(*, counted: bool) -> CompoundSelect[Any]:
    known = select(*_row("known", **{n: c for n, c in _COLUMNS.items() if n != "at"})).select_from(
        _S.outerjoin(_A, _A.c.number == _S.c.number)
    )
    parts: list[Select[Any]] = [
        known.where(_S.c.key.in_(bindparam("keys", expanding=True))),
        select(*_row("highest", number=func.max(_S.c.number))),
    ]
    if counted:
        hour = select(_C.c.at).where(_C.c.at > bindparam("hour_ago")).order_by(_C.c.at.desc())
        newest = hour.limit(bindparam("fetched", type_=Integer)).offset(bindparam("skipped", type_=Integer))
        parts.append(select(*_row("all", at=newest.subquery().c.at)))
        theirs = select(*_row("network", key=_C.c.network, at=_C.c.at))
        networks = _C.c.network.in_(bindparam("networks", expanding=True)) & (_C.c.network != "")
        parts.append(theirs.where(networks, _C.c.at > bindparam("day_ago")))
    return union_all(*parts)


def _row(what: str, **columns: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """A row of the answer: every part has the same columns, empty where it has nothing to say."""
    absent = {name: cast(null(), column.type) for name, column in _COLUMNS.items()}
    named = {**absent, **columns}
    return [literal(what).label("what"), *(named[name].label(name) for name in _COLUMNS)]
