"""Each checker is the real program, on both releases: what it lets pass, and where it sees a fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
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
WORLDS = {
    "mail": ROOT / "tests" / "lab" / "protocols.yml",
    "filter": ROOT / "tests" / "lab" / "filter.yml",
    "sip": ROOT / "docs" / "worlds" / "sip.yml",
}

Open = Callable[[str, str], world.World]


@pytest.fixture(scope="module")
def opened() -> Iterator[Open]:
    """Worlds, each brought up when a case first needs it."""
    worlds: dict[tuple[str, str], world.World] = {}
    with ExitStack() as stack:

        def give(image: str, release: str) -> world.World:
            needs("13")
            needs(release, image=image)
            if (image, release) not in worlds:
                worlds[image, release] = stack.enter_context(world.open(WORLDS[image], release))
            return worlds[image, release]

        yield give


@pytest.mark.parametrize("release", ["13", "12"])
@pytest.mark.parametrize("case", CASES)
def test_a_good_file_passes_and_a_bad_one_is_told_at_its_line(opened: Open, case: str, release: str) -> None:
    row = CASES[case]
    lab = opened(row.get("world", "mail"), release)
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
    assert [known.command for known in CHECKERS if known not in exercised] == []
