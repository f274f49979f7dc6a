"""Mail to askers that waits, was sent, or could not be: each notice exists once, and is sent at most once."""

from __future__ import annotations

import builtins
import datetime as dt
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, exists, func, insert, select, update

from mailwijzer.inbox import consenting, queries, schema
from mailwijzer.inbox.store import Inbox

_N, _A = schema.notice, schema.address

DAY = dt.timedelta(days=1)
LEASE = dt.timedelta(minutes=10)
"""How long a sender may take for one notice before it counts as dead."""

ATTEMPTS = 12
FIRST_WAIT, LONGEST_WAIT = dt.timedelta(minutes=1), dt.timedelta(hours=8)


class NoticeKind(StrEnum):
    """Why an asker is written to. The names stand in Message-IDs and in theme/strings."""

    CONFIRM = "confirm"
    ACKNOWLEDGE = "acknowledge"
    PUBLISHED = "published"
    MERGED = "merged"
    """The answer stands with a question that was asked before."""


ANSWERS = (NoticeKind.PUBLISHED, NoticeKind.MERGED)
"""That there is an answer: an asker hears it once, in one way or the other."""


class NoticeState(StrEnum):
    """Where a notice stands."""

    WAITING = "waiting"
    SENDING = "sending"
    """A sender has it in hand."""

    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"
    """The address was deleted, or a merge taken back, before it went out."""

    UNSURE = "unsure"
    """Its sender died between the server's yes and ours: it may have gone out, so it is not sent again."""


@dataclass(frozen=True)
class Notice:
    """One mail to an asker, without the address."""

    id: int
    number: int
    kind: NoticeKind
    digest: str
    message_id: str
    state: NoticeState
    attempts: int
    made: dt.datetime
    due: dt.datetime
    """When it is tried next; for one in hand, when its sender counts as dead. UTC."""

    reason: str
    """Reply code of the server that did not take it."""


def add(connection: Connection, number: int, kind: NoticeKind, name: str, at: dt.datetime, host: str) -> bool:
    """Plan a notice to the address of a digest; False when it was planned before, and not cancelled since."""
    key = f"{kind}:{number}:{name}"
    before = connection.execute(select(_N.c.state).where(_N.c.key == key)).scalar()
    if before == NoticeState.CANCELLED:
        values = {"state": NoticeState.WAITING, "attempts": 0, "made": at, "due": at, "reason": ""}
        connection.execute(update(_N).where(_N.c.key == key).values(**values))
        return True
    if before is not None:
        return False
    ident = f"<mailwijzer.{number}.{kind}.{secrets.token_hex(12)}@{host}>"
    values = {"key": key, "number": number, "kind": kind, "digest": name, "message_id": ident}
    values |= {"state": NoticeState.WAITING, "attempts": 0, "made": at, "due": at, "reason": ""}
    connection.execute(insert(_N).values(**values))
    return True


def told(connection: Connection, number: int, other_than: NoticeKind) -> bool:
    """Whether an asker was told of an answer before in another way, as far as anybody knows."""
    ways = [kind for kind in ANSWERS if kind is not other_than]
    same = (_N.c.number == number) & _N.c.kind.in_(ways) & (_N.c.state != NoticeState.CANCELLED)
    return bool(connection.execute(select(exists().where(same))).scalar())


def answer_left(inbox: Inbox, number: int) -> bool:
    """Whether the asker was, or may have been, told that there is an answer."""
    left = (NoticeState.SENDING, NoticeState.SENT, NoticeState.UNSURE)
    same = (_N.c.number == number) & _N.c.kind.in_(ANSWERS) & _N.c.state.in_(left)
    with inbox.transaction() as connection:
        return bool(connection.execute(select(exists().where(same))).scalar())


def acknowledged_lately(connection: Connection, name: str, at: dt.datetime) -> bool:
    """Whether an address got an acknowledgement in the last day (RFC 3834, section 2, asks for a limit)."""
    lately = (_N.c.kind == NoticeKind.ACKNOWLEDGE) & (_N.c.digest == name) & (_N.c.made > at - DAY)
    return bool(connection.execute(select(exists().where(lately))).scalar())


def claim(inbox: Inbox) -> Notice | None:
    """Take the next notice that is due into this sender's hands alone; None when nothing is due.

    Several senders on PostgreSQL pass over each other's rows (SKIP LOCKED); on SQLite they take turns.
    """
    now = inbox.moment()
    due = select(_N).where(_N.c.state == NoticeState.WAITING, _N.c.due <= now).order_by(_N.c.due, _N.c.id)
    # On PostgreSQL the row's own lock is enough: whoever takes a question in does not wait for it.
    with inbox.transaction(writing=not inbox.where.startswith("postgresql")) as connection:
        row = connection.execute(due.limit(1).with_for_update(skip_locked=True)).one_or_none()
        if row is None:
            return None
        taken = {"state": NoticeState.SENDING, "attempts": row.attempts + 1, "due": now + LEASE}
        connection.execute(update(_N).where(_N.c.id == row.id).values(**taken))
        return _notice(connection.execute(select(_N).where(_N.c.id == row.id)).one())


def address(inbox: Inbox, notice: Notice) -> tuple[str, str]:
    """The address and the token of its links; both empty when the address has been deleted or refused."""
    with inbox.transaction() as connection:
        found = queries.address(connection, notice.number)
        if consenting.digest(found) != notice.digest:
            return "", ""
        refused = consenting.state(connection, notice.digest) is consenting.ConsentState.REFUSED
        return ("", "") if refused else (found, consenting.token(connection, notice.digest))


def settle(inbox: Inbox, notice: Notice, state: NoticeState, reason: str = "") -> None:
    """Say what became of a notice in hand. One that waits again waits longer each time, then has failed."""
    wait = min(FIRST_WAIT * 2 ** (notice.attempts - 1), LONGEST_WAIT)
    if state is NoticeState.WAITING and notice.attempts >= ATTEMPTS:
        state = NoticeState.FAILED
    with inbox.transaction(writing=True) as connection:
        mine = (_N.c.id == notice.id) & (_N.c.state == NoticeState.SENDING)
        values = {"state": state, "reason": reason[:100], "due": inbox.moment() + wait}
        connection.execute(update(_N).where(mine).values(**values))


def give_up_on_the_dead(inbox: Inbox) -> int:
    """Notices whose sender died become `unsure`; returns how many."""
    with inbox.transaction(writing=True) as connection:
        dead = update(_N).where(_N.c.state == NoticeState.SENDING, _N.c.due < inbox.moment())
        return connection.execute(dead.values(state=NoticeState.UNSURE)).rowcount


def again(inbox: Inbox, ident: int) -> bool:
    """Send an unsure or failed notice once more, because a person says so; False when it is neither."""
    with inbox.transaction(writing=True) as connection:
        stuck = _N.c.state.in_((NoticeState.UNSURE, NoticeState.FAILED))
        values = {"state": NoticeState.WAITING, "attempts": 0, "due": inbox.moment(), "reason": ""}
        done = connection.execute(update(_N).where(_N.c.id == ident, stuck).values(**values))
        return done.rowcount == 1


def listing(inbox: Inbox, most: int = 200) -> builtins.list[Notice]:
    """Notices, newest first."""
    with inbox.transaction() as connection:
        rows = connection.execute(select(_N).order_by(_N.c.id.desc()).limit(most))
        return [_notice(row) for row in rows]


def counts(inbox: Inbox) -> dict[NoticeState, int]:
    """How many notices stand where."""
    with inbox.transaction() as connection:
        rows = connection.execute(select(_N.c.state, func.count()).group_by(_N.c.state))
        found = {str(state): int(count) for state, count in rows}
    return {state: found.get(state, 0) for state in NoticeState}


def _notice(row: Row[Any]) -> Notice:
    values = row._asdict()
    del values["key"]
    return Notice(**{**values, "kind": NoticeKind(row.kind), "state": NoticeState(row.state)})
