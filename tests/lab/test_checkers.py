"""Each checker is the real program, on both releases: what it lets pass, and where it sees a fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.conftest import ROOT, needs
from mailwijzer.evaluators import page
from mailwijzer.evaluators.checkers import CHECKERS, checker
from mailwijzer.lab import world
from mailwijzer.snippets.model import Snippet
from mailwijzer.source import SourceLocation

pytestmark = [pytest.mark.lab, pytest.mark.slow]

CASES: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("checkers.yml").read_text("utf-8"))
ELSEWHERE = ("rspamadm", "kamailio")
"""Programs of other images."""


@pytest.fixture(scope="module", params=["13", "12"])
def lab(request: pytest.FixtureRequest) -> Iterator[world.World]:
    needs("13", request.param)
    with world.open(ROOT / "tests" / "lab" / "protocols.yml", request.param) as opened:
        yield opened


@pytest.mark.parametrize("case", CASES)
def test_a_good_file_passes_and_a_bad_one_is_told_at_its_line(lab: world.World, case: str) -> None:
    row = CASES[case]
    options = {"host": row["host"], **row["options"]}
    good = Snippet("config", "x", row["good"], SourceLocation("page.md", 10), options)
    ((right, wrong),) = row["change"].items()
    bad = replace(good, text=good.text.replace(right, wrong))
    assert bad.text != good.text
    passed, failed = page.run([good, bad], lab.host, lab.release)
    assert (passed.outcome.ok, passed.outcome.detail) == (True, "")
    written = lab.host(row["host"]).read(options["file"])
    assert not failed.outcome.ok
    assert str(failed.where) == f"page.md:{10 + row['line']}", failed.outcome.detail
    assert lab.host(row["host"]).read(options["file"]) == written


def test_each_checker_has_a_case() -> None:
    exercised = {checker(row["options"]["file"]) for row in CASES.values() if "check" not in row["options"]}
    missing = [known.command for known in CHECKERS if known not in exercised]
    assert [command for command in missing if not command.startswith(ELSEWHERE)] == []
