"""Pages of fences that only real daemons can judge: dialogues in every protocol, signed letters."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from lab.conftest import needs
from mailwijzer.evaluators import page
from mailwijzer.lab import world
from mailwijzer.markdown.extraction import extract

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"
WORLDS = {
    HERE / "protocols.md": HERE / "protocols.yml",
    HERE / "letters.md": DOCS / "worlds" / "lab.yml",
    HERE / "sip.md": DOCS / "worlds" / "sip.yml",
    DOCS / "fences.md": DOCS / "worlds" / "smtp-session.yml",
}
PAGES = {path.stem: extract(path.read_text("utf-8"), path.name) for path in WORLDS}
STORIES = {path.stem: story for path, story in WORLDS.items()}
FENCES = [(name, fence.id) for name, fences in PAGES.items() for fence in fences]

pytestmark = [pytest.mark.lab, pytest.mark.slow]


@cache
def _results(name: str, release: str) -> dict[str, page.Result]:
    with world.open(STORIES[name], release) as lab:
        return {result.snippet.id: result for result in page.run(PAGES[name], lab.host, release)}


@pytest.mark.parametrize("release", ["13", "12"])
@pytest.mark.parametrize(("name", "ident"), FENCES, ids=[f"{name}-{ident}" for name, ident in FENCES])
def test_a_fence_does_as_printed(name: str, ident: str, release: str) -> None:
    needs("13", release)
    needs(release, image="sip" if name == "sip" else "mail")
    result = _results(name, release)[ident]
    assert result.outcome.ok, f"{result.where}: {result.outcome.detail}\n{result.outcome.actual}"
