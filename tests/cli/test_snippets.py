"""`mailwijzer snippets` without the lab: what is listed, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from mailwijzer.cli import app

ROOT = Path(__file__).parents[2]


def _call(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["--root", str(ROOT), "snippets", *arguments])
    return done.exit_code, done.output


def test_every_fence_of_the_chapters_runs_or_says_why_not() -> None:
    code, said = _call("list")
    assert code == 0
    assert "smtp-session.md:44  console    smtp-dig               Debian 12, 13" in said
    assert "not run: it installs packages" in said
    assert said.strip().endswith("with a reason.")


def test_update_is_refused_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    code, said = _call("update")
    assert code == 1
    assert "not for CI" in said


def test_an_unknown_chapter_or_release_is_told() -> None:
    assert "did you mean 'smtp-session'?" in _call("list", "smtp-sesion")[1]
    assert "there is no Debian '11' here" in _call("run", "--release", "11")[1]
