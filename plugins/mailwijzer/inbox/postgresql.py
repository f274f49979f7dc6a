"""An inbox in PostgreSQL, for more than one service process or machine.

Writers take turns by an advisory lock, as SQLite's do by the lock on the file: numbers are given out
without gaps or clashes. The lock belongs to the transaction
(postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS), so it ends with it, however that ends.
Questions at the door are taken in by a function of the database (`serverside`); all else is as in SQLite.
"""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import InvalidatePoolError

from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox.faults import InboxUnavailableError

LOCK = 0x4D61696C
"""Number of the advisory lock of all inboxes in a database: "Mail"."""

BUSY_SECONDS = 10
"""How long a writer waits for the one before it."""

CONNECT_SECONDS = 5

IDLE_SECONDS = 1.0
"""A connection that was not used for longer is asked whether it still lives, before it is used."""

_REQUIRED = {
    "fsync": ("on", "it would acknowledge what a power cut can take back; set fsync = on"),
    "synchronous_commit": (
        "on",
        "it acknowledges before a transaction is on disk; set synchronous_commit = on",
    ),
    "server_encoding": ("UTF8", "it cannot keep every text; make the database with ENCODING 'UTF8'"),
}
"""Setting -> what it has to be, and why: read back on every connection."""


def connect(url: URL) -> Engine:
    """An engine for a database that is there; connections are made when they are needed.

    Raises MailwijzerError when the driver is not installed.
    """
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_use_lifo=True,  # the connection that was used last has our statements prepared
            connect_args={
                "connect_timeout": CONNECT_SECONDS,
                "client_encoding": "utf8",
                "options": f"-c lock_timeout={BUSY_SECONDS}s -c synchronous_commit=on",
            },
        )
    except ModuleNotFoundError:
        raise MailwijzerError(
            "an inbox in PostgreSQL needs the driver psycopg; "
            "install it: pip install 'mailwijzer[postgresql]'"
        ) from None
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _ask_idle)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    connection.autocommit = True  # transactions begin where we say so, together with the lock
    for name, (wanted, why) in _REQUIRED.items():
        with connection.cursor() as cursor:
            found = cursor.execute(f"SHOW {name}").fetchone()[0]
        if found != wanted:
            raise InboxUnavailableError(f"this PostgreSQL has {name} = {found}: {why}")


def _note_use(_connection: Any, record: Any) -> None:
    record.info["used"] = time.monotonic()


def _ask_idle(connection: Any, record: Any, _proxy: Any) -> None:
    if time.monotonic() - record.info.get("used", time.monotonic()) < IDLE_SECONDS:
        return
    from psycopg import Error

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        raise InvalidatePoolError from error  # all are made anew


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    lock = f"BEGIN; SELECT pg_advisory_xact_lock({LOCK})"
    # One round trip: a statement without parameters may be several.
    connection.exec_driver_sql(lock if writing else "BEGIN", execution_options={"no_parameters": True})
