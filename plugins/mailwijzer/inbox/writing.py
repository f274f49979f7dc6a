"""All that belongs to questions that are taken in, written with as few statements as it has tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Table, bindparam, delete, insert

from mailwijzer.inbox import limits, schema, statements
from mailwijzer.inbox.looking import WORDS
from mailwijzer.inbox.statements import Moments, Statement

_S, _A, _E, _C = schema.submission, schema.address, schema.event, schema.arrival
_TABLES: list[tuple[Table, Mapping[str, str], str]] = [
    (
        _S,
        {n: n for n in ("number", "key", *WORDS, "suspicion", "wants_notice", "status")} | {"received": "at"},
        "",
    ),
    (_E, {"number": "number", "at": "at", "before": "status", "after": "status", "detail": "detail"}, ""),
    (_A, {"number": "number", "address": "address"}, "address"),
    (_C, {"network": "network", "at": "at"}, "counted"),
]
"""Table, column -> name in the row, and what the row has to have to stand there."""


def write(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store questions with their address, history and arrival; arrivals of more than a day ago go.

    Each row has the names of `arriving.values`, and `number`, `at`, `network`, `counted`.
    """
    day_ago = min(row["at"] for row in rows) - limits.DAY
    made = _made()
    with statements.cursor(connection) as cursor:
        named = [_named({**row, "at": made.moments.write(row["at"])}) for row in rows]
        for statement, wants in made.each:
            if chosen := [statement.parameters(row) for row in named if not wants or row[f"the_{wants}"]]:
                cursor.executemany(statement.text, chosen)
        if any(row["counted"] for row in rows):
            cursor.execute(made.old.text, made.old.parameters({"the_day_ago": made.moments.write(day_ago)}))


def _named(values: Mapping[str, Any]) -> dict[str, Any]:
    """As parameters: unlike the columns, whose names SQLAlchemy keeps for itself."""
    return {f"the_{name}": value for name, value in values.items()}


@dataclass(frozen=True)
class _Made:
    moments: Moments
    each: Sequence[tuple[Statement, str]]
    """For each row; and the name of what the row has to have for it."""

    old: Statement


@cache  # building them takes longer than carrying them out
def _made() -> _Made:
    each = [(Statement.of(_one(table, names)), wants) for table, names, wants in _TABLES]
    return _Made(Moments.of(), each, Statement.of(_old()))


def _old() -> Delete:
    return delete(_C).where(_C.c.at < bindparam("the_day_ago", type_=schema.Moment()))


def _one(table: Table, names: Mapping[str, str]) -> Insert:
    # No RETURNING: nobody asks for an id.
    values: dict[str, Any] = {name: bindparam(f"the_{value}") for name, value in names.items()}
    return insert(table).values(values).inline()
