"""Connections to the inbox's database, chosen by its URL."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox import postgresql, sqlite

_EXAMPLES = "write sqlite:////folder/inbox.sqlite3 or postgresql://user@host/database"


def connect(address: str) -> Engine:
    """An engine for a database URL; raises MailwijzerError for a URL that cannot be used.

    An SQLite file is made where there is none yet; a PostgreSQL database has to be there.
    """
    try:
        url = make_url(address)
        backend = url.get_backend_name()
    except ArgumentError:
        raise MailwijzerError(f"'{address}' is not a database URL; {_EXAMPLES}") from None
    if backend == "postgresql":
        return postgresql.connect(url)
    if backend != "sqlite":
        raise MailwijzerError(f"the inbox cannot be kept in '{backend}'; {_EXAMPLES}")
    if url.database in (None, "", ":memory:"):
        raise MailwijzerError("the inbox needs a file; write sqlite:////folder/inbox.sqlite3")
    return sqlite.connect(url)
