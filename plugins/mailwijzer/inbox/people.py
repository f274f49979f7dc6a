"""What the inbox holds about one person, and how to make it forget (GDPR, articles 15 and 17)."""

from __future__ import annotations

import base64
import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update

from mailwijzer.inbox import consenting, messages, schema
from mailwijzer.inbox.store import Inbox
from mailwijzer.qa.lifecycle import SubmissionStatus

_S, _A, _D, _E = schema.submission, schema.address, schema.draft, schema.event
_M, _C, _N = schema.message, schema.consent, schema.notice

REMOVED = "[removed]"


@dataclass(frozen=True)
class Forgotten:
    """What was forgotten."""

    questions: int
    mails: int
    published: tuple[int, ...]
    """Numbers whose files in qa/ an editor has to look at: git keeps what it was given."""


@dataclass(frozen=True)
class Purged:
    """What was deleted because nobody needs it any more."""

    addresses: int
    mails: int


def numbers(inbox: Inbox, address: str) -> list[int]:
    """The submissions of a person: by the address, and by the mails that hold it."""
    with inbox.transaction() as connection:
        return _numbers(connection, address)


def export(inbox: Inbox, address: str) -> dict[str, Any]:
    """All rows about a person, as plain data; the bytes of mails in base64."""
    name = consenting.digest(address)
    with inbox.transaction() as connection:
        mine, mails = _numbers(connection, address), _mails(connection, address)

        def rows(table: Any, condition: Any) -> list[dict[str, Any]]:
            found = connection.execute(select(table).where(condition)).mappings()
            return [{key: _plain(value) for key, value in row.items()} for row in found]

        return {
            "address": address,
            "questions": rows(_S, _S.c.number.in_(mine)),
            "addresses": rows(_A, _A.c.number.in_(mine)),
            "drafts": rows(_D, _D.c.number.in_(mine)),
            "history": rows(_E, _E.c.number.in_(mine)),
            "mails": rows(_M, _M.c.id.in_(mails)),
            "consent": rows(_C, _C.c.digest == name),
            "notices": rows(_N, _N.c.number.in_(mine) | (_N.c.digest == name)),
        }


def forget(inbox: Inbox, address: str) -> Forgotten:
    """Delete a person: address, public name, mails, and mail to them, in one transaction.

    The questions stay, without the address wherever it stood in them. So does the digest of each mail: the
    same bytes, fetched again, must not bring the person back.
    """
    with inbox.transaction(writing=True) as connection:
        mine, mails = _numbers(connection, address), _mails(connection, address)
        status = select(_S.c.number).where(_S.c.number.in_(mine), _S.c.status == SubmissionStatus.PUBLISHED)
        published = tuple(connection.execute(status.order_by(_S.c.number)).scalars())
        connection.execute(delete(_A).where(_A.c.number.in_(mine)))
        connection.execute(update(_S).where(_S.c.number.in_(mine)).values(name=""))
        emptied = {"raw": None, "details": "{}", "origin": "", "message_id": ""}
        connection.execute(update(_M).where(_M.c.id.in_(mails)).values(**emptied))
        name = consenting.digest(address)
        connection.execute(delete(_N).where(_N.c.number.in_(mine) | (_N.c.digest == name)))
        connection.execute(delete(_C).where(_C.c.digest == name))
        _rub_out(connection, address)
        return Forgotten(len(mine), len(mails), published)


def purge(inbox: Inbox, after_days: int) -> Purged:
    """Delete what is held about people whose questions have been closed for so long, mail to them included.

    That an address was asked, or refused, is remembered by its digest: it must not be asked again.
    """
    mails, addresses = messages.purge(inbox, after_days), inbox.purge_addresses(after_days)
    before = inbox.moment() - dt.timedelta(days=after_days)
    with inbox.transaction(writing=True) as connection:
        connection.execute(delete(_N).where(_N.c.number.not_in(select(_A.c.number)), _N.c.made < before))
        used = {consenting.digest(found) for found in connection.execute(select(_A.c.address)).scalars()}
        yes = (_C.c.state == consenting.ConsentState.CONFIRMED) & (_C.c.at < before)
        old = set(connection.execute(select(_C.c.digest).where(yes)).scalars()) - used
        connection.execute(delete(_C).where(_C.c.digest.in_(old)))
    return Purged(addresses, mails)


def _numbers(connection: Connection, address: str) -> list[int]:
    found = set(consenting.numbers_of(connection, consenting.digest(address)))
    wrote = re.compile(rb"^from:.*" + re.escape(address.strip().lower().encode()), re.MULTILINE)
    sent = select(_M.c.number, _M.c.raw).where(_M.c.number.is_not(None), _M.c.raw.is_not(None))
    # Only who wrote a mail is its person: an address that is merely mentioned there is somebody else's.
    return sorted(found | {row.number for row in connection.execute(sent) if wrote.search(_head(row.raw))})


def _head(raw: bytes) -> bytes:
    return re.sub(rb"\r?\n[ \t]+", b" ", re.split(rb"\r?\n\r?\n", bytes(raw).lower(), maxsplit=1)[0])


def _mails(connection: Connection, address: str) -> list[int]:
    """Mails whose bytes or details hold the address, in any mixture of capitals."""
    wanted = address.strip().lower()
    own = set(consenting.numbers_of(connection, consenting.digest(address)))
    found = []
    for row in connection.execute(select(_M.c.id, _M.c.raw, _M.c.details, _M.c.number)):
        raw = bytes(row.raw or b"").lower()
        if row.number in own or wanted.encode() in raw or wanted in row.details.lower():
            found.append(row.id)
    return found


def _rub_out(connection: Connection, address: str) -> None:
    """Take the address out of every text of the inbox."""
    pattern = re.compile(re.escape(address.strip()), re.IGNORECASE)
    columns = ((_S, ("title", "text", "name")), (_D, ("content",)), (_E, ("detail",)), (_M, ("reason",)))
    for table, names in columns:
        key = next(iter(table.primary_key.columns))
        for row in connection.execute(select(key, *(table.c[name] for name in names))).all():
            new = {name: pattern.sub(REMOVED, text) for name, text in zip(names, row[1:], strict=True)}
            if tuple(new.values()) != tuple(row[1:]):
                connection.execute(update(table).where(key == row[0]).values(**new))


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes | memoryview) else value
