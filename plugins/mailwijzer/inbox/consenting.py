"""Who agreed to get mail: one answer per address, kept by its digest only."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select, update

from mailwijzer.inbox import queries, schema
from mailwijzer.inbox.store import Inbox

_A, _C, _N = schema.address, schema.consent, schema.notice


class ConsentState(StrEnum):
    """What the owner of an address said to mail from us."""

    ASKED = "asked"
    """Nothing yet: the one mail that asks is all that may go there."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"


def digest(address: str) -> str:
    """What stands for an address where the address itself must not stand."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()


def state(connection: Connection, name: str) -> ConsentState | None:
    """What the owner of a digest said; None for one that was never asked."""
    found = connection.execute(select(_C.c.state).where(_C.c.digest == name)).scalar()
    return ConsentState(found) if found is not None else None


def begin(connection: Connection, name: str, at: dt.datetime) -> None:
    """Note that an address is being asked."""
    values = {"digest": name, "token": secrets.token_urlsafe(24), "state": ConsentState.ASKED, "at": at}
    connection.execute(insert(_C).values(**values))


def token(connection: Connection, name: str) -> str:
    """What the links in mails to a digest carry: nobody else can guess it. Empty when there is none."""
    return connection.execute(select(_C.c.token).where(_C.c.digest == name)).scalar() or ""


def known(inbox: Inbox, token: str) -> ConsentState | None:
    """What was said under a link's token; None for a token that is not, or no longer, known."""
    with inbox.transaction() as connection:
        found = connection.execute(select(_C.c.state).where(_C.c.token == token)).scalar()
    return ConsentState(found) if found is not None else None


def said(inbox: Inbox, number: int) -> ConsentState | None:
    """What the asker of a submission said; None where no address is left, or nobody has asked yet."""
    with inbox.transaction() as connection:
        address = queries.address(connection, number)
        return state(connection, digest(address)) if address else None


def confirm(inbox: Inbox, token: str) -> bool:
    """The owner says yes; False for an unknown token, or one that was refused before."""
    with inbox.transaction(writing=True) as connection:
        said = update(_C).where(_C.c.token == token, _C.c.state != ConsentState.REFUSED)
        done = connection.execute(said.values(state=ConsentState.CONFIRMED, at=inbox.moment()))
        return done.rowcount == 1


def refuse(inbox: Inbox, token: str) -> bool:
    """The owner wants nothing more: the address is deleted wherever it stands. False for an unknown token.

    The digest stays, so that nobody can have us write to that address again.
    """
    with inbox.transaction(writing=True) as connection:
        name = connection.execute(select(_C.c.digest).where(_C.c.token == token)).scalar()
        if name is None:
            return False
        changed = update(_C).where(_C.c.digest == name)
        connection.execute(changed.values(state=ConsentState.REFUSED, at=inbox.moment()))
        numbers = numbers_of(connection, name)
        connection.execute(delete(_A).where(_A.c.number.in_(numbers)))
        return True


def numbers_of(connection: Connection, name: str) -> list[int]:
    """The submissions whose asker has the address of a digest."""
    rows = connection.execute(select(_A.c.number, _A.c.address))
    return [row.number for row in rows if digest(row.address) == name]
