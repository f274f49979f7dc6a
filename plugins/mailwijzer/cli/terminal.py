"""What commands share: where they work, how they speak, how they fail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox.store import Inbox
from mailwijzer.publishing.project import Project

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Commands(TyperGroup):
    """Commands whose errors are sentences on stderr and exit status 1, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except MailwijzerError as error:
            typer.echo(safe(str(error)), err=True)
            raise typer.Exit(1) from None


@dataclass(frozen=True)
class Place:
    """Which project and which inbox the commands work on; looked for when first needed."""

    root: Path | None
    inbox_url: str

    def project(self) -> Project:
        """The project; raises MailwijzerError when there is none here."""
        return Project.find(self.root)

    def url(self) -> str:
        """The address of the inbox: the one given, or the project's own."""
        return self.inbox_url or f"sqlite:///{self.project().root / 'inbox' / 'inbox.sqlite3'}"

    @contextmanager
    def inbox(self) -> Iterator[Inbox]:
        """The inbox, for one command."""
        opened = Inbox.open(self.url())
        try:
            yield opened
        finally:
            opened.close()


def place(context: typer.Context) -> Place:
    """The place that the options before the command name."""
    found = context.find_object(Place)
    return found if found is not None else Place(None, "")


def console() -> Console:
    """A console on the present stdout. Texts of readers are printed with markup off, through `safe`."""
    return Console(highlight=False, emoji=False)


def safe(text: str) -> str:
    """Text that cannot steer the terminal: control and direction characters as their pictures."""

    def picture(match: re.Match[str]) -> str:
        code = ord(match.group())
        if code < 0x20:
            return chr(0x2400 + code)
        return "\u2421" if code == 0x7F else "\ufffd"

    return _CONTROL.sub(picture, text)


def say(text: str) -> None:
    """Print text of whatever origin."""
    typer.echo(safe(text))


def say_json(value: Any) -> None:
    """Print for programs: ASCII only, so that no terminal is steered by it."""
    typer.echo(json.dumps(value, indent=1, default=str))


def confirm(question: str, *, yes: bool) -> None:
    """Ask first, unless `yes`; a no ends the command with status 1."""
    if not yes:
        typer.confirm(safe(question), abort=True)
