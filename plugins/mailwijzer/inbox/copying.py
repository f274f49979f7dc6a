"""Carry an inbox over to another database, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, insert, select

from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox import schema
from mailwijzer.inbox.store import Inbox

_BATCH = 500
"""Rows that are in memory at once."""


@dataclass(frozen=True)
class Copied:
    """What was carried over."""

    rows: Mapping[str, int]
    """Table -> number of rows."""


def copy(source: Inbox, target: Inbox) -> Copied:
    """Copy every row, in one transaction of the target, while the source takes nothing in.

    Raises MailwijzerError when the target holds anything: two inboxes are never mixed.
    """
    with source.transaction(writing=True) as old, target.transaction(writing=True) as new:
        full = [table.name for table in schema.metadata.sorted_tables if _count(new, table)]
        if full:
            raise MailwijzerError(
                f"the inbox to copy into is not empty ({', '.join(full)}); name a new one: nothing was copied"
            )
        rows = {table.name: _rows(old, new, table) for table in schema.metadata.sorted_tables}
        _continue_numbering(new)
        for name, count in rows.items():
            if _count(new, schema.metadata.tables[name]) != count:
                raise MailwijzerError(f"the copy of {name} differs from the original; nothing was copied")
    return Copied(rows)


def _rows(old: Connection, new: Connection, table: Table) -> int:
    copied = 0
    for batch in _batches(old, table):
        new.execute(insert(table), batch)
        copied += len(batch)
    return copied


def _batches(old: Connection, table: Table) -> Iterator[list[dict[str, object]]]:
    # Ordered, so that a row comes after the one that it refers to.
    found = old.execute(select(table).order_by(*table.primary_key.columns))
    for part in found.mappings().partitions(_BATCH):
        yield [dict(row) for row in part]


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _continue_numbering(new: Connection) -> None:
    """PostgreSQL counts apart from the rows: the next event must not get a number that was copied."""
    if new.dialect.name != "postgresql":
        return
    for table in schema.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            following = new.execute(select(func.coalesce(func.max(column), 0) + 1)).scalar_one()
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            new.execute(select(func.setval(sequence, following, False)))
