"""Questions by mail: `qa fetch`, `qa import`, `qa mail`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from mailwijzer.cli import watching
from mailwijzer.cli.terminal import console, place, safe, say
from mailwijzer.editing import fetching, importing
from mailwijzer.editing.fetching import MailRules, Taken
from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox import messages
from mailwijzer.inbox.messages import MessageState
from mailwijzer.locales import CODES
from mailwijzer.mail import places

POLL_SECONDS = 2.0
"""How often a watched Maildir is looked at."""

Addresses = Annotated[
    list[str] | None,
    typer.Option(
        "--address",
        envvar="MAILWIJZER_MAIL_ADDRESSES",
        help="Address that questions go to, and its language: vraag@thuis.test=nl. May be repeated.",
    ),
]
Authserv = Annotated[
    str,
    typer.Option(envvar="MAILWIJZER_AUTHSERV", help="Our server's name in Authentication-Results."),
]


def register(qa: typer.Typer) -> None:
    """Add the commands."""
    qa.command()(fetch)
    qa.command("import")(import_)
    qa.command()(mail)


def fetch(
    context: typer.Context,
    maildir: Annotated[Path, typer.Argument(envvar="MAILWIJZER_MAILDIR", help="Maildir of the questions.")],
    address: Addresses = None,
    authserv: Authserv = "",
    watch: Annotated[bool, typer.Option("--watch", help="Go on, until Ctrl-C.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Read what is in quarantine once more.")] = False,
) -> None:
    """Take in the mail of a Maildir: each mail once, and none is lost."""
    here, rules = place(context), _rules(address, authserv)
    with here.inbox() as inbox:
        project = here.project()
        _say(fetching.resume(project, inbox, rules, quarantined=retry), "left from before")
        trouble = places.Trouble()

        def once() -> None:
            trouble.told.clear()
            taken = fetching.take(project, inbox, places.maildir(maildir, trouble), rules)
            _say(taken, str(maildir), quiet=watch)
            for line in trouble.told:
                say(f"Left where it is: {line}")

        watching.go_on(once, POLL_SECONDS, watch=watch)
    if trouble.told:
        raise MailwijzerError(f"{len(trouble.told)} mails could not be taken in; they are still there")


def import_(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Maildir, mbox, .eml, .jsonl, or issues as .json.")],
    address: Addresses = None,
    authserv: Authserv = "",
    lang: Annotated[str, typer.Option(help="Language where a record names none.")] = CODES[0],
) -> None:
    """Take in questions from files. What is in the inbox already is not added again."""
    here, rules = place(context), _rules(address, authserv)
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise MailwijzerError(f"there is no {', '.join(missing)}; nothing was imported")
    records = [path for path in paths if path.suffix in (".json", ".jsonl")]
    news = importing.read(records, lang)
    trouble = places.Trouble()
    with here.inbox() as inbox:
        added, known = importing.store(here.project(), inbox, news)
        if records:
            say(f"{added} questions added, {known} were there already.")
        others = [path for path in paths if path not in records]
        if others:
            _say(fetching.take(here.project(), inbox, places.files(others, trouble), rules), "the files")
    if trouble.told:
        raise MailwijzerError("not everything could be read:\n" + "\n".join(trouble.told))


def mail(
    context: typer.Context,
    number: Annotated[int | None, typer.Argument(help="Show the bytes of this mail, as they came.")] = None,
    state: Annotated[MessageState | None, typer.Option(help="Only these.")] = None,
) -> None:
    """List the mails that came in and what became of each; or print one as it came."""
    with place(context).inbox() as inbox:
        if number is not None:
            raw = messages.raw(inbox, number)
            if raw is None:
                raise MailwijzerError(f"mail {number} was emptied: its question is closed long enough")
            typer.echo(raw, nl=False)
            return
        found = messages.listing(inbox, state)
    table = Table("Mail", "State", "Question", "Received", "Bytes", "Reason", box=None, pad_edge=False)
    for item in found:
        cells = (str(item.id), item.state, str(item.number or ""), f"{item.received:%Y-%m-%d %H:%M}")
        table.add_row(*(Text(safe(cell)) for cell in (*cells, str(item.size), item.reason)))
    console().print(table if found else "No mail here.")


def _rules(address: list[str] | None, authserv: str) -> MailRules:
    named = {}
    for pair in address or ():
        left, _, lang = pair.partition("=")
        if "@" not in left or lang not in CODES:
            raise MailwijzerError(f"'{pair}' is no address with a language; write vraag@thuis.test=nl")
        named[left.lower()] = lang
    return MailRules(named, authserv)


def _say(taken: Taken, where: str, *, quiet: bool = True) -> None:
    told = [f"{count} {state}" for state, count in sorted(taken.states.items())]
    if taken.known:
        told.append(f"{taken.known} known already")
    if told or not quiet:
        say(f"{where}: {', '.join(told) or 'no new mail'}.")
