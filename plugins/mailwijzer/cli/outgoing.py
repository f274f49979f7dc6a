"""Mail to askers, and what is kept about one of them: `qa send`, `outbox`, `export`, `forget`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from mailwijzer.cli import watching
from mailwijzer.cli.terminal import confirm, console, place, safe, say, say_json
from mailwijzer.editing import notifying
from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox import outbox, people
from mailwijzer.mail import sending

POLL_SECONDS = 30.0
"""How often `send --watch` looks for what is due."""

Address = Annotated[str, typer.Argument(help="Mail address of the person.")]


def register(qa: typer.Typer) -> None:
    """Add the commands."""
    qa.command()(send)
    qa.command("outbox")(outbox_)
    qa.command()(export)
    qa.command()(forget)


def send(
    context: typer.Context,
    watch: Annotated[bool, typer.Option("--watch", help="Go on, until Ctrl-C.")] = False,
    live: Annotated[
        str,
        typer.Option(envvar="MAILWIJZER_LIVE", help="Look for pages on this site, not in site/ here."),
    ] = "",
    again: Annotated[int, typer.Option(min=0, help="Send this failed or unsure notice once more.")] = 0,
) -> None:
    """Write to askers: for consent, on arrival, and once when the page is really there."""
    here, outgoing = place(context), sending.from_environment()
    project = here.project()
    there = notifying.deployed(live) if live else notifying.built(project)
    with here.inbox() as inbox:
        if again and not outbox.again(inbox, again):
            raise MailwijzerError(f"notice {again} neither failed nor is unsure; see `mailwijzer qa outbox`")

        def once() -> None:
            notifying.plan(project, inbox, outgoing, there)
            became = notifying.send(project, inbox, outgoing)
            if became or not watch:
                say(", ".join(f"{count} {state}" for state, count in became.items()) or "Nothing is due.")

        watching.go_on(once, POLL_SECONDS, watch=watch)


def outbox_(context: typer.Context) -> None:
    """List mail to askers and what became of it. No address is shown."""
    with place(context).inbox() as inbox:
        found = outbox.listing(inbox)
    table = Table("Notice", "Question", "Kind", "State", "Tried", "Due", "Reply", box=None, pad_edge=False)
    for item in found:
        what = (str(item.id), str(item.number), item.kind, item.state)
        then = (str(item.attempts), f"{item.due:%Y-%m-%d %H:%M}", item.reason)
        table.add_row(*(Text(safe(cell)) for cell in (*what, *then)))
    console().print(table if found else "Nothing was sent yet, and nothing waits.")


def export(context: typer.Context, address: Address) -> None:
    """Print all that the inbox holds about one person, as JSON: it is theirs to ask for."""
    with place(context).inbox() as inbox:
        say_json(people.export(inbox, address))


def forget(
    context: typer.Context,
    address: Address,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete a person from the inbox: address, name, mails, and mail to them. Published pages stay."""
    with place(context).inbox() as inbox:
        numbers = people.numbers(inbox, address)
        confirm(f"Forget this person, in {len(numbers)} questions? This cannot be undone.", yes=yes)
        done = people.forget(inbox, address)
    say(f"Forgotten in {done.questions} questions and {done.mails} mails.")
    if done.published:
        files = ", ".join(f"qa/{number:04d}-*.md" for number in done.published)
        say(f"Published, so look whether a name stands in: {files}")
