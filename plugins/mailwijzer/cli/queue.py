"""Look at the inbox: `qa list`, `show`, `similar`, `history`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from mailwijzer import editing
from mailwijzer.cli.terminal import console, place, safe, say, say_json
from mailwijzer.publishing import readertext
from mailwijzer.qa.lifecycle import SubmissionStatus, allowed
from mailwijzer.qa.submission import Submission

Number = Annotated[int, typer.Argument(min=1, help="Number of the submission.")]
Json = Annotated[bool, typer.Option("--json", help="For programs.")]


def register(qa: typer.Typer) -> None:
    """Add the commands."""
    qa.command("list")(listing)
    qa.command()(show)
    qa.command()(similar)
    qa.command()(history)


def listing(
    context: typer.Context,
    status: Annotated[SubmissionStatus | None, typer.Option(help="Only these.")] = None,
    lang: Annotated[str | None, typer.Option(help="Only this language.")] = None,
    json: Json = False,
) -> None:
    """List submissions. Those that wait come oldest first, other lists newest first."""
    with place(context).inbox() as inbox:
        found = inbox.list(status, lang)
    if json:
        say_json([_plain(submission) for submission in found])
        return
    table = Table("No.", "Status", "Language", "Received", "Question", box=None, pad_edge=False)
    for item in found:
        title = item.title or readertext.excerpt(item.text, 80)
        cells = (str(item.number), item.status, item.lang, f"{item.received:%Y-%m-%d %H:%M}", title)
        table.add_row(*(Text(safe(" ".join(cell.split()))) for cell in cells))
    console().print(table if found else "Nothing here.")


def show(context: typer.Context, number: Number, json: Json = False) -> None:
    """Show a submission in the reader's own words."""
    with place(context).inbox() as inbox:
        item = inbox.get(number)
    if json:
        say_json(_plain(item))
        return
    say(f"{item.number}  {item.status}  {item.lang}  received {item.received:%Y-%m-%d %H:%M} UTC")
    say(f"From: {item.name or 'a reader'}{', wants a message' if item.has_address else ''}")
    if item.chapter:
        say(f"Asked from: {item.chapter}")
    if item.suspicion:
        say(f"Signs of spam: {', '.join(item.suspicion)}")
    say(f"\n{item.title}\n\n{item.text}\n")
    say(f"Possible now: {', '.join(allowed(item.status)) or 'nothing'}")


def similar(context: typer.Context, number: Number) -> None:
    """List published questions that resemble a submission."""
    here = place(context)
    with here.inbox() as inbox:
        item = inbox.get(number)
    found = editing.similar(here.project(), f"{item.title}\n{item.text}", item.lang)
    for entry in found:
        say(f"{entry.question.id:04d}  {entry.question.meta.title}  ({entry.question.path})")
    if not found:
        say("No published question is like it.")


def history(context: typer.Context, number: Number) -> None:
    """Tell what happened to a submission, oldest first."""
    with place(context).inbox() as inbox:
        events = inbox.history(number)
    for event in events:
        what = event.action or ("arrived" if event.before == event.after else "taken back")
        step = event.after if event.before == event.after else f"{event.before} -> {event.after}"
        say(f"{event.at:%Y-%m-%d %H:%M:%S}  {what:10}  {step}  {event.detail}".rstrip())


def _plain(submission: Submission) -> dict[str, object]:
    return {**asdict(submission), "received": submission.received.isoformat()}
