"""Statements that SQLAlchemy writes once, and the driver carries out: for the one way where its time counts.

Going through SQLAlchemy each time costs about 90 microseconds a statement, and a question takes six: together
as much as a fast disk takes to keep it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError

from mailwijzer.inbox.schema import Moment

_SQLITE = sqlite.dialect()
"""In PostgreSQL a function does this work (`serverside`)."""


@dataclass(frozen=True)
class Statement:
    """A statement in the words of a database."""

    text: str
    fixed: Mapping[str, Any]
    """Parameters that are always the same."""

    order: tuple[str, ...] | None
    """Names of the parameters in their order; None where they are given by name."""

    @classmethod
    def of(cls, executable: Executable) -> Statement:
        """The statement for SQLite. A list has to be one parameter, not one for each member."""
        compiled = executable.compile(dialect=_SQLITE)  # type: ignore[attr-defined]
        order = tuple(compiled.positiontup) if compiled.positional else None
        return cls(str(compiled), {n: v for n, v in compiled.params.items() if v is not None}, order)

    def parameters(self, values: Mapping[str, Any]) -> Mapping[str, Any] | Sequence[Any]:
        """What the driver wants with the text."""
        whole = {**self.fixed, **values}
        return whole if self.order is None else [whole[name] for name in self.order]


@contextmanager
def cursor(connection: Connection) -> Iterator[Any]:
    """The driver's own cursor in this transaction; its errors come as SQLAlchemy's."""
    found = connection.connection.cursor()
    try:
        yield found
    except connection.dialect.loaded_dbapi.Error as error:
        if connection.dialect.is_disconnect(error, connection.connection.driver_connection, found):
            connection.invalidate()
        raise DBAPIError(None, None, error) from error
    finally:
        found.close()


@dataclass(frozen=True)
class Moments:
    """How a database keeps moments."""

    write: Callable[[dt.datetime], Any]
    read: Callable[[Any], Any]

    @classmethod
    @cache
    def of(cls) -> Moments:
        """As in `schema.Moment`, in SQLite."""
        kind = Moment().dialect_impl(_SQLITE)
        return cls(kind.bind_processor(_SQLITE) or _same, kind.result_processor(_SQLITE, None) or _same)


def _same(value: Any) -> Any:
    return value
