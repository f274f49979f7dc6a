"""How many questions may come in from one network, and in all. Nothing is dropped: who is over it is told."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import ipaddress
from dataclasses import dataclass

from sqlalchemy import Connection, delete, exists, func, insert, select

from mailwijzer.inbox import schema
from mailwijzer.inbox.store import Inbox

_A, _S = schema.arrival, schema.submission
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@dataclass(frozen=True)
class Limits:
    """Most questions, counted over the last hour or day."""

    hour: int = 5
    """From one network: a /24 of IPv4, a /64 of IPv6."""

    day: int = 20
    all_hour: int = 200
    """From everybody together."""


def network(address: str, secret: str, day: dt.date) -> str:
    """A name for the network of an address that nobody can turn back, new every day; empty for loopback.

    Readers behind a proxy that does not say who they are would all be loopback: the limit in all still
    holds for them.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if found.is_loopback:
        return ""
    found = getattr(found, "ipv4_mapped", None) or found
    wide = ipaddress.ip_network((found, 24 if found.version == 4 else 64), strict=False)
    return hmac.new(secret.encode(), f"{day} {wide}".encode(), hashlib.sha256).hexdigest()[:32]


def wait(inbox: Inbox, name: str, key: str, limits: Limits) -> int:
    """Seconds until another question may come from this network; 0 when it may now, and it is counted.

    A repetition of a question that is in the inbox already is always let through: it adds nothing.
    """
    now = inbox.moment()
    with inbox.transaction(writing=True) as connection:
        if connection.execute(select(exists().where(_S.c.key == key))).scalar():
            return 0
        connection.execute(delete(_A).where(_A.c.at < now - DAY))
        seconds = max(
            _over(connection, now, HOUR, limits.all_hour),
            _over(connection, now, HOUR, limits.hour, name) if name else 0,
            _over(connection, now, DAY, limits.day, name) if name else 0,
        )
        if not seconds:
            connection.execute(insert(_A).values(network=name, at=now))
        return seconds


def _over(connection: Connection, now: dt.datetime, span: dt.timedelta, most: int, name: str = "") -> int:
    """Seconds until the oldest of too many leaves the span."""
    query = select(_A.c.at).where(_A.c.at > now - span).order_by(_A.c.at)
    if name:
        query = query.where(_A.c.network == name)
    count = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    if count < most:
        return 0
    oldest = connection.execute(query.offset(count - most).limit(1)).scalar_one()
    return max(1, int((oldest + span - now).total_seconds()) + 1)
