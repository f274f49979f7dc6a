"""`mailwijzer inbox`: look after the database that readers' questions are kept in."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from mailwijzer.cli.terminal import place, say
from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox import copying, keeping
from mailwijzer.inbox.store import Inbox

app = typer.Typer(no_args_is_help=True, help="The inbox's database: check it, back it up, move it.")


@app.command()
def check(context: typer.Context) -> None:
    """Judge the database, and say how many submissions stand where."""
    with place(context).inbox() as inbox:
        keeping.check(inbox)
        counts = ", ".join(f"{count} {status}" for status, count in inbox.counts().items() if count)
        say(f"{inbox.where}: sound; {counts or 'empty'}.")


@app.command()
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="New file for the copy; it must not be there yet.")],
) -> None:
    """Copy the inbox into an SQLite file, complete and consistent, while everything goes on."""
    if file.exists():
        raise MailwijzerError(f"{file} is there already; name a new file, so that no backup is lost")
    with place(context).inbox() as inbox, closing(Inbox.open(f"sqlite:///{file.absolute()}")) as target:
        _told(copying.copy(inbox, target), f"{file}")
        keeping.check(target)


@app.command()
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="Database URL of the inbox that there is.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="Database URL of a new, empty one.")],
) -> None:
    """Carry an inbox over to another database, for instance from SQLite to PostgreSQL."""
    if source == target:
        raise MailwijzerError("FROM and TO are the same inbox; nothing was copied")
    with closing(Inbox.open(source)) as old, closing(Inbox.open(target)) as new:
        _told(copying.copy(old, new), new.where)
    say("Point MAILWIJZER_INBOX at the new one, and keep the old one until you have seen it work.")


def _told(copied: copying.Copied, where: str) -> None:
    rows = ", ".join(f"{count} {name}" for name, count in copied.rows.items())
    say(f"Copied to {where}: {rows}.")
