from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox import postgresql, schema
from mailwijzer.inbox.store import Inbox, InboxUnavailableError
from mailwijzer.qa.submission import NewSubmission

from .conftest import Cluster
from .test_durability import acknowledged, child

NEW = NewSubmission("key", "en", "Title", "Text", address="a@example.org")

pytestmark = pytest.mark.slow


@pytest.fixture
def opened(cluster: Cluster) -> Iterator[Inbox]:
    inbox = Inbox.open(cluster.database())
    yield inbox
    inbox.close()


def test_migrations_and_schema_say_the_same_on_postgresql(opened: Inbox) -> None:
    with opened._engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []


def test_what_was_acknowledged_survives_a_server_that_is_killed(cluster: Cluster) -> None:
    url = cluster.database()
    process = child(url, "killed", 0)
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(20)]
    cluster.control("-m", "immediate", "-w", "stop")
    try:
        lines += process.stdout.readlines()
        process.wait()
        process.stdout.close()
        assert process.returncode != 0
    finally:
        cluster.start()
    inbox = Inbox.open(url)
    stored = {submission.number: submission.title for submission in inbox.list()}
    inbox.close()
    assert {number: stored[number] for number in acknowledged(lines)} == acknowledged(lines)
    assert len(set(stored.values())) == len(stored)


def test_a_server_that_is_away_is_told_and_one_that_is_back_is_used(cluster: Cluster) -> None:
    inbox = Inbox.open(cluster.database())
    inbox.submit(NEW, 1)
    cluster.control("-m", "fast", "-w", "stop")
    try:
        with pytest.raises(InboxUnavailableError, match="not available"):
            inbox.submit(replace(NEW, key="lost"), 1)
    finally:
        cluster.start()
    assert inbox.submit(replace(NEW, key="back"), 1).number == 2
    inbox.close()


def test_a_writer_that_does_not_end_is_told(opened: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "BUSY_SECONDS", 1)
    impatient = Inbox(postgresql.connect(opened._engine.url))
    with (
        opened.transaction(writing=True),
        pytest.raises(InboxUnavailableError, match="another process keeps it locked"),
    ):
        impatient.submit(NEW, 1)
    assert impatient.submit(NEW, 1).number == 1
    impatient.close()


def test_readers_do_not_wait_for_a_writer(opened: Inbox) -> None:
    opened.submit(NEW, 1)
    with opened.transaction(writing=True):
        assert opened.get(1).title == "Title"


def test_a_database_that_cannot_keep_every_text_is_refused(cluster: Cluster) -> None:
    with pytest.raises(InboxUnavailableError, match="ENCODING 'UTF8'"):
        Inbox.open(cluster.database(encoding="SQL_ASCII"))


@pytest.mark.parametrize(
    ("change", "what"),
    [("inbox-nowhere", "no such database; make it"), ("password", "refuses this user|no such database")],
)
def test_a_database_that_is_not_there_is_told(cluster: Cluster, change: str, what: str) -> None:
    url = cluster.database()
    name = url.partition("@/")[2].partition("?")[0]
    with pytest.raises(InboxUnavailableError, match=what):
        Inbox.open(url.replace(name, change))


def test_a_server_without_fsync_is_refused(cluster: Cluster) -> None:
    url = cluster.database()
    cluster.control("-m", "fast", "-w", "stop")
    cluster.control(
        "-w",
        "-l",
        f"{cluster.folder}/log",
        "-o",
        f"-F -c listen_addresses='' -c unix_socket_directories='{cluster.folder}'",
        "start",
    )
    try:
        with pytest.raises(InboxUnavailableError, match="set fsync = on"):
            Inbox.open(url)
    finally:
        cluster.control("-m", "fast", "-w", "stop")
        cluster.start()


def test_a_missing_driver_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MailwijzerError, match=r"pip install 'mailwijzer\[postgresql\]'"):
        Inbox.open("postgresql://localhost/inbox")
