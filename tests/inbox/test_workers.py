"""Whether a program beside the service does its work is known by the word that it left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import select

from mailwijzer.inbox import schema, workers
from mailwijzer.inbox.store import Inbox
from mailwijzer.inbox.workers import Worker

FIRST = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


class Clock:
    """Stands still until the test moves it."""

    def __init__(self) -> None:
        self.now = FIRST

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inbox(url: str, clock: Clock) -> Iterator[Inbox]:
    with closing(Inbox.open(url, now=clock)) as opened:
        yield opened


def test_who_left_word_works_until_a_day_later(inbox: Inbox, clock: Clock) -> None:
    assert not workers.works(inbox, Worker.SEND)
    workers.note(inbox, Worker.SEND)
    clock.now += dt.timedelta(hours=23, minutes=59)
    assert workers.works(inbox, Worker.SEND)
    clock.now += dt.timedelta(minutes=1)
    assert not workers.works(inbox, Worker.SEND)
    workers.note(inbox, Worker.SEND)
    assert workers.works(inbox, Worker.SEND)


def test_a_round_a_minute_writes_once_an_hour(inbox: Inbox, clock: Clock) -> None:
    seen = set()
    for _ in range(121):
        workers.note(inbox, Worker.SEND)
        with inbox.transaction() as connection:
            seen.add(connection.execute(select(schema.worker.c.at)).scalar_one())
        clock.now += dt.timedelta(minutes=1)
    assert seen == {FIRST, FIRST + dt.timedelta(hours=1), FIRST + dt.timedelta(hours=2)}
