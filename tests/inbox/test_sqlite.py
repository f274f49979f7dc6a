from __future__ import annotations

import sqlite3
import stat
from collections import deque
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox import migrating, schema, sqlite
from mailwijzer.inbox.store import Inbox, InboxUnavailableError
from mailwijzer.qa.submission import NewSubmission

NEW = NewSubmission("key", "en", "Title", "Text " * 200, address="a@example.org")


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def test_the_inbox_is_readable_for_its_user_only(sqlite_inbox: Inbox, sqlite_url: str) -> None:
    sqlite_inbox.submit(NEW, 1)
    assert stat.S_IMODE(path_of(sqlite_url).stat().st_mode) == 0o600
    assert stat.S_IMODE(path_of(sqlite_url).parent.stat().st_mode) == 0o700


def test_a_file_that_others_could_read_is_closed_and_a_shared_folder_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    file = tmp_path / "inbox.sqlite3"
    file.touch(0o644)
    Inbox.open(f"sqlite:///{file}").close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_every_connection_of_the_pool_has_the_safe_settings(sqlite_inbox: Inbox) -> None:
    with sqlite_inbox._engine.connect() as first, sqlite_inbox._engine.connect() as second:
        for connection in (first, second):
            found = {name: connection.scalar(text(f"PRAGMA {name}")) for name in sqlite._PRAGMAS}
            assert found == {
                "journal_mode": "delete",
                "synchronous": 3,
                "foreign_keys": 1,
                "secure_delete": 1,
            }


def test_a_setting_that_sqlite_does_not_take_is_an_error(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sqlite._PRAGMAS, "no_such_pragma", ("ON", 1))
    with pytest.raises(InboxUnavailableError, match="no_such_pragma"):
        Inbox.open(sqlite_url)


def test_an_inbox_in_wal_mode_is_brought_back_to_the_safe_journal(
    sqlite_inbox: Inbox, sqlite_url: str
) -> None:
    sqlite_inbox.submit(NEW, 1)
    sqlite_inbox.close()
    other = sqlite3.connect(path_of(sqlite_url))
    assert other.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
    other.close()
    again = Inbox.open(sqlite_url)
    assert again.get(1).title == "Title"
    again.close()
    other = sqlite3.connect(path_of(sqlite_url))
    assert other.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    other.close()


def test_migrations_and_schema_say_the_same(sqlite_inbox: Inbox) -> None:
    with sqlite_inbox._engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []


def test_an_inbox_of_a_newer_version_is_left_alone(sqlite_inbox: Inbox, sqlite_url: str) -> None:
    with sqlite_inbox.transaction(writing=True) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(InboxUnavailableError, match=r"newer version.*9999.*upgrade mailwijzer"):
        Inbox.open(sqlite_url)


def test_opening_an_up_to_date_inbox_writes_nothing(sqlite_url: str) -> None:
    Inbox.open(sqlite_url).close()
    before = path_of(sqlite_url).read_bytes()
    Inbox.open(sqlite_url).close()
    assert path_of(sqlite_url).read_bytes() == before
    assert migrating.head() == "0007"


def test_a_full_disk_is_told_and_stores_nothing_half(sqlite_inbox: Inbox) -> None:
    sqlite_inbox.submit(NEW, 1)
    with sqlite_inbox._engine.connect() as connection:
        pages = connection.scalar(text("PRAGMA page_count"))
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(InboxUnavailableError, match="disk is full; free some space"):
        deque(sqlite_inbox.submit(replace(NEW, key=f"fill{n}"), 1) for n in range(100))
    stored = len(sqlite_inbox.list())
    assert all(len(sqlite_inbox.history(s.number)) == 1 for s in sqlite_inbox.list())
    with sqlite_inbox._engine.connect() as connection:
        connection.execute(text("PRAGMA max_page_count = 1000000"))
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    assert sqlite_inbox.submit(replace(NEW, key="after"), 1).number == stored + 1


def test_a_lock_that_stays_is_told(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    impatient = Inbox.open(sqlite_url)
    other = sqlite3.connect(path_of(sqlite_url), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(InboxUnavailableError, match="another process keeps it locked"):
        impatient.submit(NEW, 1)
    other.execute("ROLLBACK")
    other.close()
    assert impatient.submit(NEW, 1).number == 1
    impatient.close()


def test_a_read_only_inbox_is_told(sqlite_inbox: Inbox) -> None:
    sqlite_inbox.submit(NEW, 1)
    with sqlite_inbox._engine.connect() as connection:
        connection.execute(text("PRAGMA query_only = ON"))
    with pytest.raises(InboxUnavailableError, match="read-only"):
        sqlite_inbox.submit(replace(NEW, key="b"), 1)


def test_a_file_that_is_no_database_is_told_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "inbox.sqlite3"
    file.write_bytes(b"my letters " * 500)
    with pytest.raises(InboxUnavailableError, match="no SQLite database"):
        Inbox.open(f"sqlite:///{file}")
    assert file.read_bytes() == b"my letters " * 500


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InboxUnavailableError, match="cannot be made"):
        Inbox.open(f"sqlite:///{tmp_path}/file/inbox.sqlite3")


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("nonsense", "not a database URL"),
        ("mysql://localhost/inbox", "cannot be kept in 'mysql'; write sqlite"),
        ("sqlite://", "needs a file"),
    ],
)
def test_an_address_that_cannot_be_used_is_told(address: str, what: str) -> None:
    with pytest.raises(MailwijzerError, match=what):
        Inbox.open(address)
