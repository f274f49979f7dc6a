"""What can go wrong with the inbox, said to the person who has to act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from mailwijzer.errors import MailwijzerError


class UnknownSubmissionError(MailwijzerError):
    """There is no submission with this number."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(f"no submission {number} in the inbox; `mailwijzer qa list` shows what is there")


class KeyConflictError(MailwijzerError):
    """A key came back with another question; the first one is untouched."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(
            f"this form was sent before with another text (submission {number}); "
            "send the new text from a fresh form"
        )


class UnstorableTextError(MailwijzerError):
    """Text that not every database can keep as it is."""


class InboxUnavailableError(MailwijzerError):
    """The inbox could not be read or written. Nothing was half stored; trying again is safe."""


_TODO = {
    "SQLITE_FULL": ("the disk is full", "free some space, then try again"),
    "SQLITE_BUSY": ("another process keeps it locked", "try again; if it stays, end that process"),
    "SQLITE_LOCKED": ("another process keeps it locked", "try again; if it stays, end that process"),
    "SQLITE_READONLY": ("it is read-only", "make the file and its folder writable for this user"),
    "SQLITE_CANTOPEN": ("it cannot be opened", "check that its folder exists and is writable"),
    "SQLITE_IOERR": ("reading or writing the disk failed", "check the disk and its free space"),
    "SQLITE_CORRUPT": ("the file is damaged", "restore it from a backup, and keep the damaged file"),
    "SQLITE_NOTADB": ("the file is no SQLite database", "restore it from a backup, or name another inbox"),
}


_SQLSTATES = {
    "53100": ("the disk is full", "free some space, then try again"),
    "53300": ("it has too many connections", "try again, or raise max_connections"),
    "55P03": ("another process keeps it locked", "try again; if it stays, end that process"),
    "25006": ("it is read-only", "connect to the primary server, not to a standby"),
    "57P": ("its server is starting or stopping", "try again in a moment"),
    "28": ("it refuses this user", "check the name and the password in the URL"),
    "3D000": ("there is no such database", "make it: createdb --encoding=UTF8 NAME"),
    "42501": ("this user may not write there", "make the user the owner of the database"),
}
"""Beginning of PostgreSQL's error code -> what is the matter, and what to do (its appendix A)."""

_REFUSALS = {
    "authentication failed": "28",
    "no pg_hba.conf entry": "28",
    "does not exist": "3D000",
    "too many clients": "53300",
}
"""What a server says that does not let us in; there is no code with it then -> the code it stands for."""


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Turn a database's error into InboxUnavailableError, with what to do; our own errors pass."""
    try:
        yield
    except (DBAPIError, PoolTimeoutError, OSError) as error:
        raise unavailable(where, error) from error


def unavailable(where: str, error: Exception) -> InboxUnavailableError:
    """The error for a person, from the error of a driver or the operating system."""
    origin = getattr(error, "orig", None) or error
    name = str(getattr(origin, "sqlite_errorname", ""))
    for prefix, (what, todo) in _TODO.items():
        if name.startswith(prefix):
            return InboxUnavailableError(f"the inbox {where} is not available: {what}; {todo}")
    reason = str(origin).strip() or type(origin).__name__
    state = str(getattr(origin, "sqlstate", None) or "")
    state = state or next((code for sign, code in _REFUSALS.items() if sign in reason), "")
    for prefix, (what, todo) in _SQLSTATES.items():
        if state.startswith(prefix):
            return InboxUnavailableError(f"the inbox {where} is not available: {what}; {todo}")
    return InboxUnavailableError(
        f"the inbox {where} is not available: {reason}; check that its database is running and reachable"
    )
