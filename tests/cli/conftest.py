from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mailwijzer.cli import app
from mailwijzer.inbox.store import Inbox
from mailwijzer.publishing.project import Project
from mailwijzer.qa.submission import NewSubmission
from support import built

Run = Callable[..., Result]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project as a build leaves it, with no questions yet."""
    return built(tmp_path / "project")


@pytest.fixture
def run(project: Project) -> Run:
    """Runs `mailwijzer` in the project: `run("qa", "list")`."""

    def running(*arguments: str, typed: str = "", **environment: str | None) -> Result:
        clean = {"VISUAL": None, "EDITOR": None, "MAILWIJZER_ROOT": None, "MAILWIJZER_INBOX": None}
        command = ["--root", str(project.root), *arguments]
        return CliRunner().invoke(app, command, input=typed, env={**clean, **environment})

    return running


@pytest.fixture
def number(project: Project) -> int:
    """The number of a question that waits in the project's inbox."""
    inbox = Inbox.open(f"sqlite:///{project.root}/inbox/inbox.sqlite3")
    new = NewSubmission(
        "k",
        "en",
        "Why does it \x1b[2Jwait?",
        "The log says\n450\x9b31m",
        "Ann",
        "ann@example.org",
        "smtp-session",
    )
    receipt = inbox.submit(new, 42)
    inbox.close()
    return receipt.number
