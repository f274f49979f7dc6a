"""The command `mailwijzer`: build the site, serve it, and the questions' commands below `qa`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mailwijzer.cli import (
    answering,
    building,
    deciding,
    desk,
    facts,
    inboxes,
    lab,
    mailing,
    mercury,
    outgoing,
    questionfiles,
    queue,
    serving,
    snippets,
)
from mailwijzer.cli.terminal import Commands, Place, place, say
from mailwijzer.errors import MailwijzerError
from mailwijzer.locales import CODES

app = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
qa = typer.Typer(no_args_is_help=True, help="Readers' questions: the inbox, answers, and the files in qa/.")
app.add_typer(qa, name="qa")
app.add_typer(desk.app, name="desk")
app.add_typer(facts.app, name="facts")
app.add_typer(inboxes.app, name="inbox")
app.add_typer(lab.app, name="lab")
app.add_typer(mercury.app, name="mercury")
app.add_typer(snippets.app, name="snippets")
for module in (queue, answering, deciding, questionfiles, mailing, outgoing):
    module.register(qa)


@app.callback()
def options(
    context: typer.Context,
    root: Annotated[
        Path | None,
        typer.Option("--root", envvar="MAILWIJZER_ROOT", help="Folder of the project (default: this one)."),
    ] = None,
    inbox: Annotated[
        str,
        typer.Option("--inbox", envvar="MAILWIJZER_INBOX", help="Database URL of the inbox."),
    ] = "",
) -> None:
    """Run a site about mail servers, and answer its readers' questions."""
    context.obj = Place(root, inbox)


@app.command()
def build(
    context: typer.Context,
    lang: Annotated[list[str] | None, typer.Option("--lang", help="Only this language.")] = None,
) -> None:
    """Build the whole site, every language, into site/."""
    for code in lang or ():
        if code not in CODES:
            raise MailwijzerError(f"unknown language '{code}'; the site has {', '.join(CODES)}")
    seconds = building.build(place(context).project(), tuple(lang or CODES))
    say(f"The site is in site/ ({seconds:.1f} s).")


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(envvar="MAILWIJZER_HOST", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(envvar="MAILWIJZER_PORT", min=0, max=65535, help="Port; 0 takes a free one.")
    ] = 8000,
) -> None:
    """Serve the site with the form for questions and the editor's desk."""
    serving.serve(place(context), host, port)
