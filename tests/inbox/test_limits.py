from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from mailwijzer.inbox import limits, schema
from mailwijzer.inbox.limits import Limits, Sender, TooManyError, network
from mailwijzer.inbox.store import Inbox
from mailwijzer.qa.submission import NewSubmission

DAY = dt.date(2026, 11, 24)
FEW = Limits(hour=2, day=3, all_hour=4)


@pytest.fixture
def clock() -> list[dt.datetime]:
    return [dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)]


@pytest.fixture
def timed(url: str, clock: list[dt.datetime]) -> Iterator[Inbox]:
    opened = Inbox.open(url, now=lambda: clock[0])
    yield opened
    opened.close()


def wait(inbox: Inbox, network: str, key: str, limits: Limits) -> int:
    """Send a question; the seconds to wait when it was refused, else 0."""
    before = len(inbox.list())
    try:
        inbox.submit(NewSubmission(key, "en", "T", "T"), 1, Sender(network, limits))
    except TooManyError as error:
        assert len(inbox.list()) == before
        return error.seconds
    return 0


def test_a_network_may_send_so_many_an_hour_and_hears_when_it_may_again(
    timed: Inbox, clock: list[dt.datetime]
) -> None:
    assert [wait(timed, "a", "k1", FEW), wait(timed, "a", "k2", FEW)] == [0, 0]
    clock[0] += dt.timedelta(minutes=20)
    assert 2399 <= wait(timed, "a", "k3", FEW) <= 2401
    assert wait(timed, "b", "k4", FEW) == 0
    clock[0] += dt.timedelta(minutes=41)
    assert wait(timed, "a", "k5", FEW) == 0


def test_a_network_may_send_so_many_a_day(timed: Inbox, clock: list[dt.datetime]) -> None:
    for n in range(3):
        assert wait(timed, "a", f"k{n}", FEW) == 0
        clock[0] += dt.timedelta(hours=2)
    assert 17 * 3600 < wait(timed, "a", "k9", FEW) <= 18 * 3600 + 1


def test_everybody_together_may_send_so_many_an_hour(timed: Inbox) -> None:
    assert [wait(timed, name, name, FEW) for name in ("a", "b", "", "c")] == [0, 0, 0, 0]
    assert wait(timed, "d", "d", FEW) > 3500


def test_a_repetition_is_never_refused_and_not_counted(timed: Inbox) -> None:
    timed.submit(NewSubmission("known", "en", "T", "T"), 1)
    assert [wait(timed, "a", "known", FEW) for _ in range(9)] == [0] * 9
    assert wait(timed, "a", "new", FEW) == 0


def test_arrivals_are_forgotten_after_a_day(timed: Inbox, clock: list[dt.datetime]) -> None:
    wait(timed, "a", "k1", FEW)
    clock[0] += dt.timedelta(days=1, minutes=1)
    wait(timed, "a", "k2", FEW)
    with timed.transaction() as connection:
        assert len(connection.execute(schema.arrival.select()).all()) == 1


def test_neighbours_share_a_name_that_changes_every_day_and_tells_nothing() -> None:
    one = network("198.51.100.7", "secret", DAY)
    assert one == network("198.51.100.200", "secret", DAY)
    assert one == network("::ffff:198.51.100.9", "secret", DAY)
    others = {
        network("198.51.101.7", "secret", DAY),
        network("198.51.100.7", "other", DAY),
        network("198.51.100.7", "secret", DAY + dt.timedelta(days=1)),
    }
    assert one not in others
    assert len(others) == 3
    assert "198" not in one
    assert network("2001:db8:1:2::3", "s", DAY) == network("2001:db8:1:2:ffff::", "s", DAY)
    assert network("2001:db8:1:2::3", "s", DAY) != network("2001:db8:1:3::3", "s", DAY)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "", "not an address", "testclient"])
def test_loopback_and_nonsense_belong_to_no_network(address: str) -> None:
    assert network(address, "secret", DAY) == ""


def test_the_limits_are_those_that_the_guide_promises() -> None:
    assert (Limits().hour, Limits().day, Limits().all_hour) == (5, 20, 200)
    assert (dt.timedelta(hours=1), dt.timedelta(days=1)) == (limits.HOUR, limits.DAY)
