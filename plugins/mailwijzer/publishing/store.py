"""What a build remembers: parsed sources, rendered fragments, written pages. One SQLite file.

It is a cache: nothing in it is needed, and a file of another version is thrown away.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailwijzer.publishing.cache import open_cache

VERSION = 2

_TABLES = """
CREATE TABLE source (path TEXT PRIMARY KEY, mtime INTEGER, size INTEGER, known TEXT,
                     meta TEXT, slug TEXT, answer TEXT, answer_line INTEGER);
CREATE TABLE fragment (key TEXT PRIMARY KEY, html TEXT, text TEXT, links TEXT);
CREATE TABLE page (lang TEXT, path TEXT, key TEXT, PRIMARY KEY (lang, path));
"""


@dataclass(frozen=True)
class CachedSource:
    """A question file as it was parsed when it had this size and time."""

    mtime: int
    size: int
    known: str
    meta: str
    slug: str
    answer: str
    answer_line: int


class Store:
    """The cache of one project. Use `open_store`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def sources(self) -> dict[str, CachedSource]:
        """All parsed sources by path."""
        rows = self._db.execute(
            "SELECT path, mtime, size, known, meta, slug, answer, answer_line FROM source"
        )
        return {row[0]: CachedSource(*row[1:]) for row in rows}

    def put_source(self, path: str, source: CachedSource) -> None:
        """Remember a parsed source."""
        values = (path, *(getattr(source, name) for name in source.__dataclass_fields__))
        self._db.execute("INSERT OR REPLACE INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)

    def drop_sources(self, paths: set[str]) -> None:
        """Forget sources that are gone."""
        self._db.executemany("DELETE FROM source WHERE path = ?", [(path,) for path in paths])

    def fragment(self, key: str) -> tuple[str, str, list[Any]] | None:
        """A rendered fragment: HTML, plain text, links."""
        row = self._db.execute("SELECT html, text, links FROM fragment WHERE key = ?", (key,)).fetchone()
        return (row[0], row[1], json.loads(row[2])) if row else None

    def put_fragment(self, key: str, html: str, text: str, links: list[Any]) -> None:
        """Remember a rendered fragment."""
        self._db.execute(
            "INSERT OR REPLACE INTO fragment VALUES (?, ?, ?, ?)", (key, html, text, json.dumps(links))
        )

    def links(self) -> dict[str, list[Any]]:
        """Fragment key -> its links, for the fragments that have any."""
        rows = self._db.execute("SELECT key, links FROM fragment WHERE links != '[]'")
        return {key: json.loads(links) for key, links in rows}

    def fragment_keys(self) -> set[str]:
        """The keys of all rendered fragments."""
        return {key for (key,) in self._db.execute("SELECT key FROM fragment")}

    def keep_fragments(self, prefix: str, keys: set[str]) -> None:
        """Forget the fragments of a language that no page uses any more."""
        rows = self._db.execute("SELECT key FROM fragment WHERE key GLOB ?", (f"{prefix}*",))
        gone = [(key,) for (key,) in rows if key not in keys]
        self._db.executemany("DELETE FROM fragment WHERE key = ?", gone)

    def pages(self, lang: str) -> dict[str, str]:
        """Path -> key of every file written for a language."""
        return dict(self._db.execute("SELECT path, key FROM page WHERE lang = ?", (lang,)))

    def put_page(self, lang: str, path: str, key: str) -> None:
        """Remember that a file was written from what the key stands for."""
        self._db.execute("INSERT OR REPLACE INTO page VALUES (?, ?, ?)", (lang, path, key))

    def drop_page(self, lang: str, path: str) -> None:
        """Forget a file."""
        self._db.execute("DELETE FROM page WHERE lang = ? AND path = ?", (lang, path))


@contextmanager
def open_store(path: Path) -> Iterator[Store]:
    """The store in one transaction: committed at the end, given up when an exception passes."""
    with open_cache(path, VERSION, _TABLES) as connection:
        yield Store(connection)
