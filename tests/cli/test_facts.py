from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mailwijzer.cli import app
from support import built


def row(name: str, again: dt.date) -> str:
    return (
        f"- id: {name}\n  fact: Told of {name}\n  source: https://example.org/{name}\n"
        f"  checked: 2020-01-01\n  again: {again}\n  pages: [smtp-session]\n"
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = built(tmp_path / "project").root
    today = dt.datetime.now(dt.UTC).date()
    soon = today + dt.timedelta(days=20)
    (root / "docs" / "facts.yml").write_text(
        row("old", today) + row("soon", soon) + row("far", dt.date(2999, 1, 1))
    )
    return root


@pytest.mark.parametrize(("days", "found"), [("0", ["old"]), ("30", ["old", "soon"])])
def test_facts_that_are_due_are_listed_and_end_with_status_1(root: Path, days: str, found: list[str]) -> None:
    result = CliRunner().invoke(app, ["--root", str(root), "facts", "due", "--within", days])
    assert result.exit_code == 1
    assert [name for name in ("old", "soon", "far") if f"Told of {name}" in result.output] == found
    assert f"{len(found)} of 3 facts are due" in result.output
