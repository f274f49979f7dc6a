"""The files in qa/: `qa check`, `qa schema`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from mailwijzer.cli.terminal import place, say
from mailwijzer.editing import fences
from mailwijzer.errors import MailwijzerError, fail_on
from mailwijzer.publishing import sources
from mailwijzer.publishing.project import write_atomic
from mailwijzer.qa import model


def register(qa: typer.Typer) -> None:
    """Add the commands."""
    qa.command("check")(check_files)
    qa.command()(schema)


def check_files(context: typer.Context) -> None:
    """Check every file in qa/, its fences too, and tell all problems, each with file and line."""
    project = place(context).project()
    found = sources.load(project).questions
    fail_on(fences.of_files(project))
    say(f"{len({question.id for question in found})} questions in {len(found)} files, no problems.")


def schema(
    context: typer.Context,
    check: Annotated[bool, typer.Option("--check", help="Only tell whether it is up to date.")] = False,
) -> None:
    """Write qa/schema.json, by which editors complete and check the front matter."""
    path = place(context).project().qa / "schema.json"
    wanted = json.dumps(model.schema(), indent=2, ensure_ascii=False).encode() + b"\n"
    stale = not path.is_file() or path.read_bytes() != wanted
    if check and stale:
        raise MailwijzerError("qa/schema.json is stale; run `mailwijzer qa schema`")
    if stale:
        write_atomic(path, wanted)
    say("qa/schema.json is up to date.")
