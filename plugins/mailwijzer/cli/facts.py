"""`mailwijzer facts`: which statements of the chapters somebody has to look at again."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from mailwijzer.cli.terminal import place, say
from mailwijzer.errors import fail_on
from mailwijzer.reference.model import Fact
from mailwijzer.reference.parsing import parse

app = typer.Typer(no_args_is_help=True, help="Facts that can grow old: docs/facts.yml.")


@app.callback()
def _facts() -> None:
    """A group, so that there can be more than one command."""


@app.command()
def due(
    context: typer.Context,
    within: Annotated[int, typer.Option(min=0, help="Also those due within so many days.")] = 0,
) -> None:
    """List the facts whose date to look again has come; status 1 when there are any."""
    path = place(context).project().root / "docs" / "facts.yml"
    found, problems = parse(Fact, path.read_text("utf-8"), "docs/facts.yml")
    fail_on(problems)
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=within)
    old = sorted((fact for fact in found if fact.again <= until), key=lambda fact: fact.again)
    for fact in old:
        say(f"{fact.again}  {fact.id}  ({', '.join(fact.pages)})\n    {fact.fact}\n    {fact.source}")
    say(f"{len(old)} of {len(found)} facts are due{f' within {within} days' if within else ''}.")
    if old:
        raise typer.Exit(1)
