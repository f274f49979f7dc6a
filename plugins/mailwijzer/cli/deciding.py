"""Decide about a submission: `qa decline`, `spam`, `ham`, `reopen`, `undo`."""

from __future__ import annotations

from typing import Annotated

import typer

from mailwijzer import editing
from mailwijzer.cli.queue import Number
from mailwijzer.cli.terminal import confirm, place, say
from mailwijzer.editing import recording
from mailwijzer.editing.recording import Recorded
from mailwijzer.inbox import people
from mailwijzer.inbox.store import KEEP_ADDRESS_DAYS
from mailwijzer.qa.lifecycle import Action, after
from mailwijzer.qa.submission import Submission

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def register(qa: typer.Typer) -> None:
    """Add the commands."""
    for command in (decline, spam, ham, reopen, merge, undo, purge):
        qa.command()(command)


def decline(
    context: typer.Context,
    number: Number,
    reason: Annotated[str, typer.Option(prompt="Reason", help="Why; kept in the history.")],
    yes: Yes = False,
) -> None:
    """Decline a question. `reopen` and `undo` bring it back."""
    _decide(context, number, Action.DECLINE, reason, yes=yes)


def spam(context: typer.Context, number: Number, yes: Yes = False) -> None:
    """File a submission under spam. Nothing is deleted."""
    _decide(context, number, Action.SPAM, yes=yes)


def ham(context: typer.Context, number: Number) -> None:
    """Bring a question back from spam."""
    _decide(context, number, Action.HAM, yes=True)


def reopen(context: typer.Context, number: Number) -> None:
    """Bring a declined question back."""
    _decide(context, number, Action.REOPEN, yes=True)


def undo(context: typer.Context, number: Number) -> None:
    """Take the last step back. A publication only where the site commits them to git; else it stays."""
    here = place(context)
    with here.inbox() as inbox:
        recorded = editing.undo(here.project(), inbox, number)
        _tell(inbox.get(number))
    tell_recorded(number, recorded)


def merge(
    context: typer.Context,
    number: Number,
    into: Annotated[int, typer.Argument(min=1, help="Number of the published question that it repeats.")],
) -> None:
    """Close a question that was asked before: its words join those of the published one."""
    here = place(context)
    with here.inbox() as inbox:
        address, recorded = editing.merge(here.project(), inbox, number, into)
    say(f"{number} is merged into {address}.")
    tell_recorded(into, recorded)


def tell_recorded(number: int, recorded: Recorded | None) -> None:
    """What git has of it, or what hindered it and how to do it by hand."""
    if recorded is None or not recorded.note:
        return
    say(recorded.note)
    if recorded.hindrance is not None:
        say(f"When that is mended: {recording.by_hand(number)}")


def purge(
    context: typer.Context,
    days: Annotated[
        int, typer.Option(envvar="MAILWIJZER_KEEP_DAYS", min=0, help="Days since the question was closed.")
    ] = KEEP_ADDRESS_DAYS,
) -> None:
    """Delete readers' mail addresses that are no longer needed. `serve` does this at every start."""
    with place(context).inbox() as inbox:
        done = people.purge(inbox, days)
    say(f"Addresses deleted: {done.addresses}. Mails emptied: {done.mails}.")


def _decide(context: typer.Context, number: int, action: Action, detail: str = "", *, yes: bool) -> None:
    with place(context).inbox() as inbox:
        submission = inbox.get(number)
        after(submission.status, action)  # refuse before asking
        confirm(f"{number} '{submission.title}': {action}?", yes=yes)
        _tell(inbox.record(number, action, detail))


def _tell(submission: Submission) -> None:
    say(f"Submission {submission.number} is now {submission.status}.")
