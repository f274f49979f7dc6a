"""Which submissions stand before and after another one in a list."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from mailwijzer.inbox import schema
from mailwijzer.inbox.store import Inbox
from mailwijzer.qa.lifecycle import SubmissionStatus

_S = schema.submission


def first(inbox: Inbox, view: Collection[SubmissionStatus]) -> int | None:
    """The lowest number among the submissions of these statuses; None for none."""
    with inbox.transaction() as connection:
        return connection.execute(select(func.min(_S.c.number)).where(_S.c.status.in_(view))).scalar()


def of(inbox: Inbox, number: int, view: Collection[SubmissionStatus]) -> tuple[int | None, int | None]:
    """The next lower and the next higher number among the submissions of these statuses; None for none."""
    within = _S.c.status.in_(view)
    with inbox.transaction() as connection:
        lower = connection.execute(select(func.max(_S.c.number)).where(within, _S.c.number < number))
        higher = connection.execute(select(func.min(_S.c.number)).where(within, _S.c.number > number))
        return lower.scalar(), higher.scalar()
