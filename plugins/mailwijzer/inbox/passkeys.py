"""The editors' passkeys: public keys, each with the name that its editor was invited by."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, exists, insert, select, update

from mailwijzer.inbox import schema
from mailwijzer.inbox.store import Inbox

_P = schema.passkey


@dataclass(frozen=True)
class Passkey:
    """One credential of an editor."""

    id: str
    name: str
    public_key: bytes
    sign_count: int
    made: dt.datetime
    used: dt.datetime | None


def add(inbox: Inbox, ident: str, name: str, public_key: bytes, sign_count: int) -> None:
    """Keep a new passkey."""
    row = {"id": ident, "name": name, "public_key": public_key, "sign_count": sign_count}
    with inbox.transaction(writing=True) as connection:
        connection.execute(insert(_P).values(**row, made=inbox.moment()))


def listing(inbox: Inbox) -> list[Passkey]:
    """All of them, oldest first."""
    with inbox.transaction() as connection:
        return [Passkey(*row) for row in connection.execute(select(_P).order_by(_P.c.made, _P.c.id))]


def get(inbox: Inbox, ident: str) -> Passkey | None:
    """One of them; None for an unknown one."""
    with inbox.transaction() as connection:
        row = connection.execute(select(_P).where(_P.c.id == ident)).one_or_none()
    return Passkey(*row) if row is not None else None


def known(inbox: Inbox, ident: str) -> bool:
    """Whether a passkey still opens the desk."""
    with inbox.transaction() as connection:
        return bool(connection.execute(select(exists().where(_P.c.id == ident))).scalar())


def used(inbox: Inbox, passkey: Passkey, sign_count: int) -> bool:
    """Note a login; False when another one with the same count came first: one of the two is a copy."""
    with inbox.transaction(writing=True) as connection:
        same = (_P.c.id == passkey.id) & (_P.c.sign_count == passkey.sign_count)
        done = connection.execute(update(_P).where(same).values(sign_count=sign_count, used=inbox.moment()))
        return done.rowcount == 1


def remove(inbox: Inbox, ident: str) -> bool:
    """Forget a passkey, and with it every session it opened; False for an unknown one."""
    with inbox.transaction(writing=True) as connection:
        return connection.execute(delete(_P).where(_P.c.id == ident)).rowcount == 1
