"""A cache between builds in one SQLite file: of another version or damaged, it is thrown away."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_cache(path: Path, version: int, tables: str) -> Iterator[sqlite3.Connection]:
    """The file in one transaction: committed at the end, given up when an exception passes.

    `tables` are the CREATE TABLE statements of this version.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = _connect(path)
    try:
        # IMMEDIATE: the builds of two languages may share a file, each waits for the other's turn.
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("PRAGMA user_version").fetchone()[0] != version:
            _reset(connection, version, tables)
        yield connection
        connection.execute("COMMIT")
    finally:
        connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=60)
    try:
        connection.execute("PRAGMA schema_version")
        connection.execute("PRAGMA synchronous = OFF")  # a cache: it may be lost, never wrong
    except sqlite3.DatabaseError:
        connection.close()
        path.unlink()
        return _connect(path)
    return connection


def _reset(connection: sqlite3.Connection, version: int, tables: str) -> None:
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        connection.execute(f'DROP TABLE "{name}"')
    for statement in tables.split(";"):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {version}")
