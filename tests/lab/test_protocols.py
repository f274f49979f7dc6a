"""Dialogues with real daemons, in every protocol that a chapter may show."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from lab.conftest import needs
from mailwijzer.evaluators import page
from mailwijzer.lab import world
from mailwijzer.markdown.extraction import extract

PAGE = Path(__file__).with_name("protocols.md")
FENCES = extract(PAGE.read_text("utf-8"), PAGE.name)

pytestmark = [pytest.mark.lab, pytest.mark.slow]


@cache
def _results(release: str) -> dict[str, page.Result]:
    with world.open(PAGE.with_suffix(".yml"), release) as lab:
        return {result.snippet.id: result for result in page.run(FENCES, lab.host, release)}


@pytest.mark.parametrize("release", ["13", "12"])
@pytest.mark.parametrize("ident", [fence.id for fence in FENCES])
def test_a_dialogue_is_held_as_printed(ident: str, release: str) -> None:
    needs("13", release)
    result = _results(release)[ident]
    assert result.outcome.ok, f"{result.where}: {result.outcome.detail}\n{result.outcome.actual}"
