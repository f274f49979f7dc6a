"""How many questions may come in from one network, and in all. Nothing is dropped: who is over it is told."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import ipaddress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Integer, Label, Row, bindparam, select

from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox import schema

_A = schema.arrival
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@dataclass(frozen=True)
class Limits:
    """Most questions, counted over the last hour or day."""

    hour: int = 5
    """From one network: a /24 of IPv4, a /64 of IPv6."""

    day: int = 20
    all_hour: int = 200
    """From everybody together."""


@dataclass(frozen=True)
class Sender:
    """Who sends a question, as far as the limits need to know."""

    network: str
    """From `network`; empty for one that only the limit in all holds for."""

    limits: Limits = field(default_factory=Limits)


class TooManyError(MailwijzerError):
    """This network, or everybody together, has sent enough for now. Nothing was stored."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"too many questions for now; try again in {seconds} s")


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


def columns(*, one: bool) -> list[Label[Any]]:
    """For each limit, when the oldest of the questions came that use it up; nothing where there is room.

    `one`: also those of one network. The values are those of `values`.
    """
    who = _A.c.network == bindparam("network")
    columns = [_filled("hour", "in_all")]
    return [*columns, _filled("hour", "this_hour", who), _filled("day", "this_day", who)] if one else columns


def _filled(span: str, name: str, *who: ColumnElement[bool]) -> Label[Any]:
    query = select(_A.c.at).where(_A.c.at > bindparam(f"{span}_ago"), *who).order_by(_A.c.at.desc())
    return query.offset(bindparam(f"{name}_most", type_=Integer)).limit(1).scalar_subquery().label(name)


def values(by: Sender, now: dt.datetime) -> dict[str, Any]:
    """What the parameters in `columns` are for a sender."""
    most = {"in_all": by.limits.all_hour, "this_hour": by.limits.hour, "this_day": by.limits.day}
    found = {f"{name}_most": max(limit, 1) - 1 for name, limit in most.items()}
    return {**found, "network": by.network, "hour_ago": now - HOUR, "day_ago": now - DAY}


def judge(row: Row[Any], now: dt.datetime) -> None:
    """Raise TooManyError, with the seconds until the oldest of too many is old enough; reads `columns`."""
    spans = {"in_all": HOUR, "this_hour": HOUR, "this_day": DAY}
    oldest = {name: getattr(row, name, None) for name in spans}
    waits = [(at + spans[name] - now).total_seconds() for name, at in oldest.items() if at is not None]
    if waits:
        raise TooManyError(max(1, int(max(waits)) + 1))
