"""Secrets that work once and not for long: invitations and challenges. Only their digests are kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from mailwijzer.inbox import schema
from mailwijzer.inbox.store import Inbox

_T = schema.ticket


class TicketKind(StrEnum):
    """What a ticket is for."""

    INVITE = "invite"
    REGISTER = "register"
    LOGIN = "login"
    PROOF = "proof"


def issue(inbox: Inbox, kind: TicketKind, seconds: float, name: str = "", network: str = "") -> str:
    """A new secret of 32 random bytes, in base64url. What is too old is deleted on the way."""
    secret, now = secrets.token_urlsafe(32), inbox.moment()
    row = {"digest": _digest(kind, secret), "kind": kind, "name": name, "network": network, "spent": False}
    with inbox.transaction(writing=True) as connection:
        connection.execute(delete(_T).where(_T.c.until < now))
        until = now + dt.timedelta(seconds=seconds)
        connection.execute(insert(_T).values(**row, made=now, until=until))
    return secret


def name_of(inbox: Inbox, kind: TicketKind, secret: str) -> str | None:
    """The name that a ticket was issued for, while it is good; else None."""
    with inbox.transaction() as connection:
        found = select(_T.c.name).where(_good(inbox, kind, secret))
        return connection.execute(found).scalar()


def spend(inbox: Inbox, kind: TicketKind, secret: str) -> bool:
    """Use a ticket up; False when it was used before, is too old, or never was."""
    with inbox.transaction(writing=True) as connection:
        done = connection.execute(update(_T).where(_good(inbox, kind, secret)).values(spent=True))
        return done.rowcount == 1


def spend_foreign(inbox: Inbox, kind: TicketKind, secret: str, until: dt.datetime) -> bool:
    """Remember a secret that was issued by its signature alone; False when it was used before."""
    now, digest = inbox.moment(), _digest(kind, secret)
    with inbox.transaction(writing=True) as connection:
        connection.execute(delete(_T).where(_T.c.until < now))
        if connection.execute(select(_T.c.digest).where(_T.c.digest == digest)).scalar() is not None:
            return False
        row = {"digest": digest, "kind": kind, "name": "", "network": "", "spent": True}
        connection.execute(insert(_T).values(**row, made=now, until=until))
        return True


def lately(inbox: Inbox, kind: TicketKind, network: str | None, seconds: float) -> int:
    """How many were issued in the last seconds: to one network, or to all."""
    since = inbox.moment() - dt.timedelta(seconds=seconds)
    query = select(func.count()).where(_T.c.kind == kind, _T.c.made > since)
    if network is not None:
        query = query.where(_T.c.network == network)
    with inbox.transaction() as connection:
        return connection.execute(query).scalar_one()


def _good(inbox: Inbox, kind: TicketKind, secret: str) -> ColumnElement[bool]:
    fresh = (_T.c.until >= inbox.moment()) & _T.c.spent.is_(False)
    return (_T.c.digest == _digest(kind, secret)) & fresh


def _digest(kind: TicketKind, secret: str) -> str:
    return hashlib.sha256(f"{kind}:{secret}".encode("utf-8", "replace")).hexdigest()
