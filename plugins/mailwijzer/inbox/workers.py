"""Programs beside the service: when each was last at work, so that nothing is promised for one that rests."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import insert, select, update

from mailwijzer.inbox import schema
from mailwijzer.inbox.store import Inbox

_W = schema.worker

RECENT = dt.timedelta(days=1)
"""Who was at work within this time counts as working."""

_FRESH = dt.timedelta(hours=1)
"""A note this young is not written anew: a round a minute would be a sync of the disk a minute."""


class Worker(StrEnum):
    """The programs that leave word."""

    SEND = "send"
    """Mail to askers: `mailwijzer qa send`."""


def note(inbox: Inbox, name: Worker) -> None:
    """Leave word that this program does its work now."""
    if _worked(inbox, name, _FRESH):
        return
    with inbox.transaction(writing=True) as connection:
        at = inbox.moment()
        if not connection.execute(update(_W).where(_W.c.name == name).values(at=at)).rowcount:
            connection.execute(insert(_W).values(name=name, at=at))


def works(inbox: Inbox, name: Worker) -> bool:
    """Whether this program was at work within the last day."""
    return _worked(inbox, name, RECENT)


def _worked(inbox: Inbox, name: Worker, within: dt.timedelta) -> bool:
    with inbox.transaction() as connection:
        at = connection.execute(select(_W.c.at).where(_W.c.name == name)).scalar()
    return at is not None and at > inbox.moment() - within
