"""What search remembers between builds: the sections of every page, and the base that shards were made of."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailwijzer.publishing.cache import open_cache
from mailwijzer.search import sections
from mailwijzer.search.engine import Statistics
from mailwijzer.search.sections import Section

VERSION = 4

_TABLES = """
CREATE TABLE page (url TEXT PRIMARY KEY, key TEXT, digests TEXT, sections TEXT);
CREATE TABLE base (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE related (url TEXT PRIMARY KEY, digest TEXT, near TEXT);
"""


@dataclass(frozen=True)
class Epoch:
    """The base of the present shards."""

    version: str
    numbers: Mapping[str, tuple[int, str]]
    """Address of a section -> its number and its digest."""

    statistics: Statistics
    known: frozenset[str]
    """Words that compounds may be made of."""


class SearchState:
    """One language's file. It is a cache: it may be deleted, and one of another version is thrown away."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def keys(self) -> dict[str, str]:
        """Page -> the key of what it was read from."""
        return dict(self._db.execute("SELECT url, key FROM page"))

    def put(self, url: str, key: str, made: list[Section]) -> None:
        """Remember the sections of a page."""
        digests = json.dumps([[section.url, section.digest, section.heading] for section in made])
        row = (url, key, digests, sections.dump(made))
        self._db.execute("INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?)", row)

    def keep(self, urls: set[str]) -> None:
        """Forget all other pages."""
        gone = [(url,) for (url,) in self._db.execute("SELECT url FROM page") if url not in urls]
        self._db.executemany("DELETE FROM page WHERE url = ?", gone)

    def digests(self) -> dict[str, tuple[str, str, str]]:
        """Section -> its page, its digest and its heading, by page."""
        rows = self._db.execute("SELECT url, digests FROM page ORDER BY url")
        return {row[0]: (url, row[1], row[2]) for url, text in rows for row in json.loads(text)}

    def sections(self, pages: set[str] | None = None) -> list[Section]:
        """The sections of these pages, or of all, by page."""
        rows = self._db.execute("SELECT url, sections FROM page ORDER BY url")
        return [made for url, text in rows if pages is None or url in pages for made in sections.parse(text)]

    def epoch(self) -> Epoch | None:
        """The present base, if there is one."""
        rows = {name: json.loads(value) for name, value in self._db.execute("SELECT name, value FROM base")}
        if not rows:
            return None
        numbers = {url: (number, digest) for url, (number, digest) in rows["numbers"].items()}
        statistics = Statistics(rows["documents"], rows["averages"], rows["frequencies"])
        return Epoch(rows["version"], numbers, statistics, frozenset(rows["known"]))

    def put_epoch(self, epoch: Epoch) -> None:
        """Remember a new base."""
        rows: dict[str, Any] = {
            "version": epoch.version,
            "numbers": epoch.numbers,
            "documents": epoch.statistics.documents,
            "averages": epoch.statistics.averages,
            "frequencies": epoch.statistics.frequencies,
            "known": sorted(epoch.known),
        }
        self._db.execute("DELETE FROM base")
        values = [(name, json.dumps(value, ensure_ascii=False)) for name, value in rows.items()]
        self._db.executemany("INSERT INTO base VALUES (?, ?)", values)

    def clear_related(self) -> None:
        """Forget which questions stand beside what."""
        self._db.execute("DELETE FROM related")

    def put_related(self, rows: Iterable[tuple[str, str, list[str]]]) -> None:
        """Remember (section, its digest, questions)."""
        values = [(url, digest, json.dumps(near)) for url, digest, near in rows]
        self._db.executemany("INSERT OR REPLACE INTO related VALUES (?, ?, ?)", values)

    def related_digests(self) -> dict[str, str]:
        """Section -> its digest when its questions were sought."""
        return dict(self._db.execute("SELECT url, digest FROM related"))

    def related(self) -> dict[str, tuple[str, ...]]:
        """Section -> the questions beside it."""
        rows = self._db.execute("SELECT url, near FROM related WHERE near != '[]'")
        return {url: tuple(json.loads(near)) for url, near in rows}


@contextmanager
def open_state(path: Path) -> Iterator[SearchState]:
    """The state in one transaction."""
    with open_cache(path, VERSION, _TABLES) as connection:
        yield SearchState(connection)
