"""What a database knows that decides about questions at the door, asked in one statement."""

from __future__ import annotations

import datetime as dt
import json
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
    Text,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from mailwijzer.inbox import limits, schema, statements
from mailwijzer.inbox.limits import Counted, Sender
from mailwijzer.inbox.statements import Moments, Statement
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
    # A limit lets one through, as in `limits`.
    most = [max(by.limits.all_hour, 1) for by in senders] or [1]
    # Who comes as the n-th of these has to know when the n-th but last of those that fill the limit came.
    skipped = max(min(most) - len(asked), 0)
    statement, moments = _look(counted=bool(senders)), Moments.of()
    values: dict[str, Any] = {"keys": [key for key, _ in asked]}
    if senders:
        values |= {"hour_ago": moments.write(at - limits.HOUR), "day_ago": moments.write(at - limits.DAY)}
        values |= {"skipped": skipped, "fetched": max(most) - skipped}
        values["networks"] = [by.network for by in senders]
    values |= {name: json.dumps(value) for name, value in values.items() if isinstance(value, list)}
    with statements.cursor(connection) as cursor:
        cursor.execute(statement.text, statement.parameters(values))
        return _seen(cursor.fetchall(), moments, skipped)


def _seen(rows: Sequence[Sequence[Any]], moments: Moments, skipped: int) -> Seen:
    seen = Seen()
    for what, number, key, *words, wants_notice, address, at in rows:
        if what == "highest":
            seen.highest = number or 0
        elif what == "known":
            seen.known[key] = Known(number, tuple(words), bool(wants_notice), address)
        elif what == "all":
            seen.counted.in_all.append(moments.read(at))
        else:
            seen.counted.networks.setdefault(key, []).append(moments.read(at))
    seen.counted.in_all.sort(reverse=True)
    if newest := seen.counted.in_all[:1]:
        seen.counted.in_all[:0] = newest * skipped  # those that were passed over are no older
    for came in seen.counted.networks.values():
        came.sort(reverse=True)
    return seen


@cache  # building it takes longer than asking
def _look(*, counted: bool) -> Statement:
    return Statement.of(_question(counted=counted))


def _question(*, counted: bool) -> CompoundSelect[Any]:
    known = select(*_row("known", **{n: c for n, c in _COLUMNS.items() if n != "at"})).select_from(
        _S.outerjoin(_A, _A.c.number == _S.c.number)
    )
    parts: list[Select[Any]] = [
        known.where(_among(_S.c.key, "keys")),
        select(*_row("highest", number=func.max(_S.c.number))),
    ]
    if counted:
        hour = select(_C.c.at).where(_C.c.at > bindparam("hour_ago")).order_by(_C.c.at.desc())
        newest = hour.limit(bindparam("fetched", type_=Integer)).offset(bindparam("skipped", type_=Integer))
        parts.append(select(*_row("all", at=newest.subquery().c.at)))
        theirs = select(*_row("network", key=_C.c.network, at=_C.c.at))
        networks = _among(_C.c.network, "networks") & (_C.c.network != "")
        parts.append(theirs.where(networks, _C.c.at > bindparam("day_ago")))
    return union_all(*parts)


def _among(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """One parameter for all members: the statement stays the same, however many there are."""
    members = func.json_each(bindparam(name, type_=Text)).table_valued("value")
    return column.in_(select(members.c.value))


def _row(what: str, **columns: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """A row of the answer: every part has the same columns, empty where it has nothing to say."""
    absent = {name: cast(null(), column.type) for name, column in _COLUMNS.items()}
    named = {**absent, **columns}
    return [literal(what).label("what"), *(named[name].label(name) for name in _COLUMNS)]
