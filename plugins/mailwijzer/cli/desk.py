"""The desk's door from outside: `desk invite`, `desk passkeys`, `desk remove`."""

from __future__ import annotations

import os
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from mailwijzer.cli.terminal import confirm, console, place, safe, say
from mailwijzer.editing.ceremonies import checked_origin
from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox import passkeys, tickets
from mailwijzer.inbox.tickets import TicketKind
from mailwijzer.locales import CODES

GOOD_SECONDS = 3600
_NAME_MAX, _ID_SHOWN = 60, 12

app = typer.Typer(no_args_is_help=True, help="Who may enter the editor's desk from outside.")


@app.command()
def invite(
    context: typer.Context,
    name: Annotated[str, typer.Option(prompt="Name of the editor", help="Shown beside the passkey.")],
    lang: Annotated[str, typer.Option(help="Language of the page.")] = CODES[0],
    origin: Annotated[
        str, typer.Option(envvar="MAILWIJZER_DESK_ORIGIN", help="Where the desk is reached from outside.")
    ] = "",
) -> None:
    """Print a link by which one editor makes one passkey. It works once, within an hour."""
    name = " ".join(name.split())
    if not name or len(name) > _NAME_MAX or safe(name) != name:
        raise MailwijzerError(f"'{name}' is no name; write one line of at most {_NAME_MAX} characters")
    if lang not in CODES:
        raise MailwijzerError(f"unknown language '{lang}'; the site has {', '.join(CODES)}")
    exposed = checked_origin(origin)
    if not exposed:
        raise MailwijzerError(
            "the desk is not open to the outside; set MAILWIJZER_DESK_ORIGIN=https://www.example.org "
            "for the service and for this command"
        )
    with place(context).inbox() as inbox:
        token = tickets.issue(inbox, TicketKind.INVITE, GOOD_SECONDS, name)
    out = console()
    out.rule(f"Invitation for {name}", style="none")
    say(f"{exposed}/{lang}/desk/invite/{token}/")
    say("\nIt works once, within an hour. Whoever opens it gets into the desk: hand it over safely.")
    out.rule()


@app.command("passkeys")
def listing(context: typer.Context) -> None:
    """List the passkeys."""
    with place(context).inbox() as inbox:
        found = passkeys.listing(inbox)
    table = Table("Passkey", "Editor", "Made", "Last used", "Uses counted", box=None, pad_edge=False)
    for one in found:
        used = f"{one.used:%Y-%m-%d %H:%M}" if one.used else "not yet"
        cells = (one.id[:_ID_SHOWN], one.name, f"{one.made:%Y-%m-%d %H:%M}", used, str(one.sign_count))
        table.add_row(*(Text(safe(cell)) for cell in cells))
    console().print(table if found else "There is no passkey.")


@app.command()
def remove(
    context: typer.Context,
    passkey: Annotated[str, typer.Argument(help="How its id begins, as `desk passkeys` shows it.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Remove a passkey. Every session that it opened ends."""
    with place(context).inbox() as inbox:
        found = [one for one in passkeys.listing(inbox) if one.id.startswith(passkey)]
        if len(found) != 1:
            what = "no passkey begins" if not found else f"{len(found)} passkeys begin"
            raise MailwijzerError(f"{what} with '{passkey}'; see `mailwijzer desk passkeys`")
        confirm(f"Remove the passkey of {found[0].name}?", yes=yes)
        passkeys.remove(inbox, found[0].id)
    say(f"The passkey of {found[0].name} is removed.")


def tell_origin(origin: str) -> None:
    """Say at the start where the desk is entered from outside, and whether anybody can."""
    if origin:
        say(f"Desk  {origin}/desk  (from outside, by passkey: mailwijzer desk invite)")


def from_environment() -> str:
    """The origin that the service will use; raises MailwijzerError."""
    return checked_origin(os.environ.get("MAILWIJZER_DESK_ORIGIN", ""))
