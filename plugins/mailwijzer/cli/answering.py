"""Answer a submission: `qa answer`, `preview`, `publish`."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from mailwijzer import editing
from mailwijzer.cli.deciding import Yes, tell_recorded
from mailwijzer.cli.queue import Number
from mailwijzer.cli.terminal import confirm, place, say
from mailwijzer.editing import texts
from mailwijzer.errors import MailwijzerError
from mailwijzer.publishing.project import Project
from mailwijzer.qa.submission import Draft


def register(qa: typer.Typer) -> None:
    """Add the commands."""
    for command in (answer, preview, publish):
        qa.command()(command)


def answer(
    context: typer.Context,
    number: Number,
    file: Annotated[
        list[Path] | None,
        typer.Option(help="A Markdown file in the format of qa/, one per language; else $EDITOR opens."),
    ] = None,
    slug: Annotated[str, typer.Option(help="Last part of the page's address.")] = "",
) -> None:
    """Write the answer, or go on with it. It is saved as a draft, finished or not."""
    here = place(context)
    project = here.project()
    with here.inbox() as inbox:
        draft = editing.open_draft(project, inbox, number)
        if slug:
            draft = replace(draft, slug=slug)
        draft = _from_files(number, draft, file) if file else _from_editor(number, draft)
        if slug:
            draft = replace(draft, slug=slug)
        inbox.save_draft(number, draft)
    say(f"The draft of {number} is saved.")
    _still_to_do(project, number, draft)


def preview(context: typer.Context, number: Number) -> None:
    """Show the files that would be published, and what keeps them from it."""
    here = place(context)
    with here.inbox() as inbox:
        draft = editing.open_draft(here.project(), inbox, number)
    for name, text in texts.write(number, draft).items():
        if draft.texts.get(name.split(".")[-2]):
            say(f"== qa/{name}\n{text}")
    _still_to_do(here.project(), number, draft)


def publish(context: typer.Context, number: Number, yes: Yes = False) -> None:
    """Publish the draft: write its files in qa/ and bring the site up to date."""
    here = place(context)
    with here.inbox() as inbox:
        submission = inbox.get(number)
        confirm(f"{number} '{submission.title}': publish?", yes=yes)
        done = editing.publish(here.project(), inbox, number)
    for lang, url in done.urls.items():
        say(f"{lang}  {url}")
    say(f"Published in {done.seconds:.1f} s; {done.written} files of the site were written.")
    tell_recorded(number, done.recorded)


def _still_to_do(project: Project, number: int, draft: Draft) -> None:
    problems = editing.check(project, number, draft)
    if problems:
        say("Before it can be published:")
    for problem in problems:
        say(f"  {problem}")


def _from_files(number: int, draft: Draft, files: list[Path]) -> Draft:
    return texts.read(number, draft, {str(path): _read(path) for path in files})


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MailwijzerError(f"{path}: cannot be read ({error}); name a UTF-8 text file") from None


def _from_editor(number: int, draft: Draft) -> Draft:
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not command:
        raise MailwijzerError("no editor; set EDITOR, or give the answer with --file")
    folder = Path(tempfile.mkdtemp(prefix="mailwijzer-"))
    written = texts.write(number, draft)
    for name, text in written.items():
        (folder / name).write_text(text, "utf-8")
    try:
        subprocess.run([*shlex.split(command), *map(str, _paths(folder, written))], check=True)  # noqa: S603 - the user's editor
        made = _from_files(number, draft, _paths(folder, written))
    except (MailwijzerError, OSError, subprocess.CalledProcessError) as error:
        raise MailwijzerError(
            f"{error}\nNothing was saved. Your text is in {folder}; mend it, then: "
            f"mailwijzer qa answer {number} {' '.join(f'--file {p}' for p in _paths(folder, written))}"
        ) from None
    shutil.rmtree(folder)
    return made


def _paths(folder: Path, written: Mapping[str, str]) -> list[Path]:
    return [folder / name for name in written]
