"""How many questions may come in from one network, and in all. Nothing is dropped: who is over it is told."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import ipaddress
from dataclasses import dataclass, field

from mailwijzer.errors import MailwijzerError

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


@dataclass
class Counted:
    """What came lately, newest first; of all together perhaps only what the limit needs to know."""

    in_all: list[dt.datetime] = field(default_factory=list)
    networks: dict[str, list[dt.datetime]] = field(default_factory=dict)

    def add(self, by: Sender, at: dt.datetime) -> None:
        """One more question."""
        self.in_all.insert(0, at)
        self.networks.setdefault(by.network, []).insert(0, at)

    def judge(self, by: Sender, now: dt.datetime) -> None:
        """Raise TooManyError, with the seconds until the oldest of too many is old enough."""
        one = self.networks.get(by.network, []) if by.network else []
        waits = [
            _wait(self.in_all, by.limits.all_hour, HOUR, now),
            _wait(one, by.limits.hour, HOUR, now),
            _wait(one, by.limits.day, DAY, now),
        ]
        if seconds := max(waits):
            raise TooManyError(seconds)


def _wait(came: list[dt.datetime], most: int, span: dt.timedelta, now: dt.datetime) -> int:
    counting = [at for at in came if at > now - span]
    if len(counting) < max(most, 1):
        return 0
    return max(1, int((counting[max(most, 1) - 1] + span - now).total_seconds()) + 1)
