from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mailwijzer.cli import app
from mailwijzer.inbox.store import Inbox
from mailwijzer.qa.submission import NewSubmission

NEW = NewSubmission("a", "en", "A question", "Text", address="a@example.org")


@pytest.fixture
def url(tmp_path: Path) -> str:
    address = f"sqlite:///{tmp_path}/inbox.sqlite3"
    with closing(Inbox.open(address)) as inbox:
        inbox.submit(NEW, 1)
    return address


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_check_says_that_it_is_sound_and_what_is_in_it(url: str) -> None:
    code, told = run("--inbox", url, "inbox", "check")
    assert code == 0
    assert "sound; 1 new." in told


def test_a_backup_is_an_inbox_that_can_be_used(url: str, tmp_path: Path) -> None:
    file = tmp_path / "copies" / "monday.sqlite3"
    code, told = run("--inbox", url, "inbox", "backup", str(file))
    assert (code, "1 submission" in told) == (0, True)
    with closing(Inbox.open(f"sqlite:///{file}")) as restored:
        assert restored.get(1).title == "A question"
        assert restored.asker_address(1) == "a@example.org"


def test_a_backup_never_overwrites_another_one(url: str, tmp_path: Path) -> None:
    file = tmp_path / "there"
    file.write_text("precious")
    code, told = run("--inbox", url, "inbox", "backup", str(file))
    assert (code, "is there already" in told, file.read_text()) == (1, True, "precious")


def test_copy_moves_an_inbox_and_says_what_to_do_next(url: str, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path}/new.sqlite3"
    code, told = run("inbox", "copy", url, target)
    assert (code, "MAILWIJZER_INBOX" in told) == (0, True)
    code, told = run("inbox", "copy", url, target)
    assert (code, "not empty" in told) == (1, True)
    code, told = run("inbox", "copy", url, url)
    assert (code, "same inbox" in told) == (1, True)
