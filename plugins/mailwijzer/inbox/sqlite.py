"""An inbox in an SQLite file. All that is special about SQLite stands here and nowhere else.

SQLite 3.7.0 to 3.51.2 can lose committed transactions in WAL mode when several connections are open
(sqlite.org/wal.html#walresetbug), and Debian 12 and 13 ship such versions: so a rollback journal.
With one, `synchronous=FULL` leaves the journal's removal, which *is* the commit, to the disk's
leisure; only `EXTRA` syncs the folder too (sqlite.org/pragma.html#pragma_synchronous).
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from mailwijzer.inbox.faults import InboxUnavailableError, unavailable

BUSY_SECONDS = 10.0
"""How long a transaction waits for another one to end."""

_PRAGMAS: dict[str, tuple[str, object]] = {
    "journal_mode": ("DELETE", "delete"),
    "synchronous": ("EXTRA", 3),
    "foreign_keys": ("ON", 1),
    "secure_delete": ("ON", 1),
}
"""Pragma -> what is set, and what has to be read back."""


def connect(url: URL) -> Engine:
    """An engine for a file, which is made, private, where there is none yet; raises InboxUnavailableError."""
    path = Path(str(url.database)).absolute()
    try:
        _make_private(path)
    except OSError as error:
        raise InboxUnavailableError(
            f"the inbox {path} cannot be made: {error.strerror}; give this user a folder it may write to"
        ) from error
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _make_private(path: Path) -> None:
    """Make folder and file, readable for this user only: readers' addresses are in it."""
    missing = [folder for folder in path.parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync(folder.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    """Set what the promises rest on, and read it back: SQLite ignores a pragma it does not know."""
    connection.isolation_level = None  # or the driver would begin transactions by its own rules
    for name, (wanted, expected) in _PRAGMAS.items():
        try:
            connection.execute(f"PRAGMA {name} = {wanted}").close()
            found = connection.execute(f"PRAGMA {name}").fetchone()
        except sqlite3.Error as error:
            raise unavailable("database", error) from error
        if found is None or found[0] != expected:
            raise InboxUnavailableError(
                f"SQLite {sqlite3.sqlite_version} refuses 'PRAGMA {name} = {wanted}' (it says {found}); "
                "end other programs that use the inbox, or install another SQLite"
            )


def _begin(connection: Connection) -> None:
    # A writer takes its lock at once: one that reads first could be refused halfway.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
