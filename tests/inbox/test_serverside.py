"""PostgreSQL takes questions in by a function of its own: it decides as our own code does for SQLite."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailwijzer.inbox import schema
from mailwijzer.inbox.arriving import Arrival, Receipt, Told
from mailwijzer.inbox.faults import InboxUnavailableError, KeyConflictError
from mailwijzer.inbox.limits import Limits, Sender
from mailwijzer.inbox.store import Inbox
from mailwijzer.qa.submission import NewSubmission

from .conftest import Cluster

pytestmark = pytest.mark.slow

_few = st.integers(0, 4)
_senders = st.none() | st.builds(
    Sender,
    st.sampled_from(["", "a", "b"]),
    st.builds(Limits, hour=_few, day=_few, all_hour=st.integers(0, 8)),
)
_questions = st.builds(
    NewSubmission,
    key=st.sampled_from("klmnopqrstuv"),
    lang=st.just("en"),
    title=st.sampled_from(["T", "T", "Other"]),
    text=st.just("Text with \"quotes\", 'these', \\ and 🙂"),
    address=st.sampled_from(["", "a@example.org", "a@example.org", "b@example.org"]),
    suspicion=st.sampled_from([(), ("links", "honeypot")]),
)
_arrivals = st.builds(Arrival, _questions, st.integers(1, 12), _senders)
_steps = st.timedeltas(dt.timedelta(0), dt.timedelta(hours=9)) | st.timedeltas(
    dt.timedelta(0), dt.timedelta(minutes=9)
)
_turns = st.lists(st.lists(st.tuples(_steps, _arrivals), min_size=1, max_size=4), max_size=6)


class Clock:
    """Gives the moments it is told, one for each question."""

    def __init__(self) -> None:
        self.moments: list[dt.datetime] = []

    def __call__(self) -> dt.datetime:
        return self.moments.pop(0)


@pytest.fixture
def both(cluster: Cluster, tmp_path: Path) -> Iterator[tuple[list[Inbox], Clock]]:
    clock = Clock()
    urls = [f"sqlite:///{tmp_path}/inbox.sqlite3", cluster.database()]
    inboxes = [Inbox.open(url, now=clock) for url in urls]
    yield inboxes, clock
    for inbox in inboxes:
        inbox.close()


def plain(told: Sequence[Receipt | Exception]) -> list[object]:
    """What was told, in a form that can be compared."""
    return [one if isinstance(one, Receipt) else (type(one).__name__, str(one)) for one in told]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(turns=_turns)
def test_whatever_comes_both_databases_tell_the_same_and_keep_the_same(
    both: tuple[list[Inbox], Clock], turns: list[list[tuple[dt.timedelta, Arrival]]]
) -> None:
    inboxes, clock = both
    for inbox in inboxes:
        with inbox.transaction(writing=True) as connection:
            for table in reversed(schema.metadata.sorted_tables):
                connection.execute(table.delete())
    at = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    for turn in turns:
        moments = []
        for step, _ in turn:
            at += step
            moments.append(at)
        told = []
        for inbox in inboxes:
            clock.moments = list(moments)
            told.append(plain(inbox._take_in([arrival for _, arrival in turn])))
        assert told[0] == told[1]
    kept = [(inbox.list(), [inbox.history(s.number) for s in inbox.list()]) for inbox in inboxes]
    assert [s.number for s in kept[0][0]] == [s.number for s in kept[1][0]]
    assert kept[0][0] == kept[1][0]
    assert [[(e.at, e.detail) for e in h] for h in kept[0][1]] == [
        [(e.at, e.detail) for e in h] for h in kept[1][1]
    ]


def test_an_error_in_the_middle_of_many_keeps_none_of_them(both: tuple[list[Inbox], Clock]) -> None:
    inbox, clock = both[0][1], both[1]
    with inbox.transaction(writing=True) as connection:
        connection.exec_driver_sql("ALTER TABLE submission ADD CONSTRAINT never CHECK (title <> 'Never')")
    clock.moments = [dt.datetime(2026, 11, 24, tzinfo=dt.UTC)] * 2
    arrivals = [Arrival(NewSubmission(title, "en", title, "Text"), 1) for title in ("A", "Never")]
    with pytest.raises(InboxUnavailableError, match="never"):
        inbox._take_in(arrivals)
    assert inbox.list() == []


def test_a_refusal_names_the_number_that_has_the_key(both: tuple[list[Inbox], Clock]) -> None:
    clock = both[1]
    for inbox in both[0]:
        clock.moments = [dt.datetime(2026, 11, 24, tzinfo=dt.UTC)] * 2
        told: Sequence[Told | Exception] = inbox._take_in(
            [Arrival(NewSubmission("k", "en", title, "Text"), 7) for title in ("One", "Two")]
        )
        assert told[0] == Receipt(7, repeated=False)
        assert isinstance(told[1], KeyConflictError)
        assert "7" in str(told[1])
