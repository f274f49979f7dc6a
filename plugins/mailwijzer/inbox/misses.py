"""What readers searched for in vain: words and how often. No time of day, no address, nobody's sentence.

A small SQLite file of its own: it may be lost without loss, and readers' submissions may not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

WORDS_MAX, WORD_MAX = 6, 40
"""Longer queries are pasted text, which may hold anything; of them nothing is kept."""

KEEP = 1000
"""Rows that are kept: the most frequent."""

_TABLE = "CREATE TABLE IF NOT EXISTS miss (lang TEXT, words TEXT, count INTEGER, PRIMARY KEY (lang, words))"


@dataclass(frozen=True)
class Miss:
    """Words that found nothing."""

    lang: str
    words: str
    count: int


class Misses:
    """The counts of one project."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def count(self, lang: str, words: Sequence[str]) -> bool:
        """Count one search in vain; returns whether it was. Words stand in alphabetical order, as a set."""
        kept = sorted(set(words))
        if not kept or len(kept) > WORDS_MAX or any(not _harmless(word) for word in kept):
            return False
        with self._open() as connection:
            statement = (
                "INSERT INTO miss VALUES (?, ?, 1) ON CONFLICT (lang, words) DO UPDATE SET count = count + 1"
            )
            connection.execute(statement, (lang, " ".join(kept)))
            older = "SELECT rowid FROM miss ORDER BY count DESC, rowid DESC LIMIT -1 OFFSET ?"
            connection.execute(f"DELETE FROM miss WHERE rowid IN ({older})", (KEEP,))  # noqa: S608 - a constant
        return True

    def most(self, limit: int = 30) -> list[Miss]:
        """The most frequent, the newest first among equals."""
        if not self._path.is_file():
            return []
        with self._open() as connection:
            query = "SELECT lang, words, count FROM miss ORDER BY count DESC, rowid DESC LIMIT ?"
            return [Miss(*row) for row in connection.execute(query, (limit,))]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path, timeout=10)) as connection, connection:
            connection.execute(_TABLE)
            yield connection


def _harmless(word: str) -> bool:
    """Long digits may be somebody's telephone number, and an @ somebody's address."""
    digits = sum(letter.isdigit() for letter in word)
    return len(word) <= WORD_MAX and digits <= 6 and "@" not in word
