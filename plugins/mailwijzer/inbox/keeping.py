"""Look whether an inbox is sound."""

from __future__ import annotations

from sqlalchemy import text

from mailwijzer.inbox.faults import InboxUnavailableError
from mailwijzer.inbox.store import Inbox


def check(inbox: Inbox) -> None:
    """Raise InboxUnavailableError when the database itself finds damage.

    SQLite reads every page for this. PostgreSQL watches over its own pages; there a question and its answer
    show that it serves.
    """
    with inbox.transaction() as connection:
        if connection.dialect.name != "sqlite":
            connection.execute(text("SELECT count(*) FROM submission"))
            return
        found = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check"))]
        broken = [str(row[0]) for row in connection.execute(text("PRAGMA foreign_key_check"))]
    if found != ["ok"] or broken:
        told = "; ".join([*(line for line in found if line != "ok"), *(f"loose rows in {t}" for t in broken)])
        raise InboxUnavailableError(
            f"the inbox {inbox.where} is damaged: {told}; restore it from a backup, and keep the damaged file"
        )


def probe(inbox: Inbox) -> None:
    """Raise InboxUnavailableError when nothing could be stored now. Leaves nothing behind.

    A writer's lock is not enough for SQLite: on a disk that became read-only it is only the journal of the
    first change that fails.
    """
    with inbox.transaction(writing=True) as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA user_version = 0"))
        if (transaction := connection.get_transaction()) is not None:
            transaction.rollback()
