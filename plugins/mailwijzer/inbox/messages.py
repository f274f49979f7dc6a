"""Mail in the inbox: its bytes are kept before anything reads them, and each has one fate."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox import queries, schema
from mailwijzer.inbox.serialisation import refuse_unstorable
from mailwijzer.inbox.store import Inbox
from mailwijzer.qa.lifecycle import CLOSED
from mailwijzer.qa.submission import NewSubmission

_M, _S, _E = schema.message, schema.submission, schema.event


class MessageState(StrEnum):
    """What became of a mail."""

    KEPT = "kept"
    """Its bytes are safe; nobody has read it yet."""

    QUESTION = "question"
    REPLY = "reply"
    """It answers one of our own mails, and stands beside that question."""

    REPEATED = "repeated"
    """Another mail with this Message-ID came first."""

    AUTOMATIC = "automatic"
    """Written by a machine: parked, never answered."""

    QUARANTINED = "quarantined"
    """It could not be read; the reason says why."""


@dataclass(frozen=True)
class Message:
    """One mail of the inbox, without its bytes."""

    id: int
    digest: str
    message_id: str
    origin: str
    received: dt.datetime
    """UTC."""

    size: int
    """Octets."""

    state: MessageState
    reason: str
    details: Mapping[str, Any]
    number: int | None
    """Submission that it became, or belongs to."""


def keep(inbox: Inbox, raw: bytes, origin: str) -> Message:
    """Put a mail's bytes on disk. The same bytes again give the message that there is."""
    digest = hashlib.sha256(raw).hexdigest()
    refuse_unstorable(origin, "the origin")
    with inbox.transaction(writing=True) as connection:
        found = _by(connection, _M.c.digest == digest)
        if found is None:
            values = {"digest": digest, "message_id": "", "origin": origin, "received": inbox.moment()}
            values |= {
                "size": len(raw),
                "raw": raw,
                "state": MessageState.KEPT,
                "reason": "",
                "details": "{}",
            }
            connection.execute(insert(_M).values(**values))
            found = _by(connection, _M.c.digest == digest)
        assert found is not None
        return found


def become_question(
    inbox: Inbox,
    message: Message,
    message_id: str,
    new: NewSubmission,
    first_number: int,
    details: Mapping[str, Any],
) -> Message:
    """Make a question of a mail: submission and message in one transaction.

    A mail whose Message-ID came before becomes a repetition of that one, and adds nothing.
    """
    with inbox.transaction(writing=True) as connection:
        earlier = (
            _by(connection, _M.c.message_id == message_id, _M.c.id != message.id) if message_id else None
        )
        if earlier is not None and earlier.state is not MessageState.KEPT:
            reason = f"the Message-ID of mail {earlier.id}"
            return _set(
                connection, message, MessageState.REPEATED, reason, message_id, details, earlier.number
            )
        number = inbox.submit_within(connection, new, first_number).number
        return _set(connection, message, MessageState.QUESTION, "", message_id, details, number)


def settle(
    inbox: Inbox,
    message: Message,
    state: MessageState,
    reason: str,
    message_id: str = "",
    details: Mapping[str, Any] | None = None,
    number: int | None = None,
) -> Message:
    """Give a mail a fate other than that of a question; a reply is told in the question's history."""
    with inbox.transaction(writing=True) as connection:
        if number is not None:
            status = queries.submission(connection, number).status
            queries.note(connection, number, inbox.moment(), None, status, status, reason)
        return _set(connection, message, state, reason, message_id, details or {}, number)


def raw(inbox: Inbox, ident: int) -> bytes | None:
    """A mail's bytes as they came; None once they have been purged. Raises MailwijzerError."""
    with inbox.transaction() as connection:
        row = connection.execute(select(_M.c.raw).where(_M.c.id == ident)).one_or_none()
    if row is None:
        raise MailwijzerError(f"no mail {ident} in the inbox; `mailwijzer qa mail` shows what is there")
    return bytes(row.raw) if row.raw is not None else None


def listing(inbox: Inbox, state: MessageState | None = None, number: int | None = None) -> list[Message]:
    """Mails, newest first; only those in a state, or of one submission."""
    query = select(*_COLUMNS).order_by(_M.c.id.desc())
    if state is not None:
        query = query.where(_M.c.state == state)
    if number is not None:
        query = query.where(_M.c.number == number)
    with inbox.transaction() as connection:
        return [_message(row) for row in connection.execute(query)]


def purge(inbox: Inbox, after_days: int) -> int:
    """Empty the bytes of mails whose question has been closed for so long, and of those that became none.

    Addresses stand in a mail's details as well, so these go too. Returns how many were emptied.
    """
    before = inbox.moment() - dt.timedelta(days=after_days)
    last = select(func.max(_E.c.at)).where(_E.c.number == _S.c.number).scalar_subquery()
    closed = select(_S.c.number).where(_S.c.status.in_(CLOSED), last < before)
    old = _M.c.number.in_(closed) | (_M.c.number.is_(None) & (_M.c.received < before))
    with inbox.transaction(writing=True) as connection:
        emptied = update(_M).where(_M.c.raw.is_not(None), old).values(raw=None, details="{}", origin="")
        return connection.execute(emptied).rowcount


_COLUMNS = [column for column in _M.c if column.name != "raw"]


def _by(connection: Connection, *conditions: Any) -> Message | None:
    row = connection.execute(select(*_COLUMNS).where(*conditions).order_by(_M.c.id).limit(1)).one_or_none()
    return _message(row) if row is not None else None


def _set(
    connection: Connection,
    message: Message,
    state: MessageState,
    reason: str,
    message_id: str,
    details: Mapping[str, Any],
    number: int | None,
) -> Message:
    values = {"state": state, "reason": reason[:500], "message_id": message_id, "number": number}
    refuse_unstorable(values, "the mail")
    told = json.dumps(details, ensure_ascii=True)
    connection.execute(update(_M).where(_M.c.id == message.id).values(**values, details=told))
    found = _by(connection, _M.c.id == message.id)
    assert found is not None
    return found


def _message(row: Row[Any]) -> Message:
    values = row._asdict()
    return Message(
        **{**values, "state": MessageState(values["state"]), "details": json.loads(values["details"])}
    )
