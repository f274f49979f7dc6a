"""Every fence of every chapter does in the lab what the page says; one item for each fence and release."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from mailwijzer.evaluators import page
from mailwijzer.lab import world
from mailwijzer.lab.account import LabUnavailableError
from mailwijzer.markdown.extraction import extract
from mailwijzer.snippets.model import Snippet

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted((ROOT / "docs" / "en").rglob("*.md"))

pytestmark = [pytest.mark.lab, pytest.mark.slow]


def _fences(chapter: Path) -> list[Snippet]:
    name = chapter.relative_to(ROOT).as_posix()
    return [snippet for snippet in extract(chapter.read_text("utf-8"), name) if not snippet.ref]


ITEMS = [
    pytest.param(chapter, release, snippet.id, id=f"{chapter.stem}#{snippet.id}@{release}")
    for chapter in CHAPTERS
    for release in ("12", "13")
    for snippet in _fences(chapter)
    if not snippet.norun and release in snippet.releases
]


@cache
def _results(chapter: Path, release: str) -> dict[str, page.Result] | str:
    """One fresh world for a page; its fences build on each other and so run together, in their order."""
    story = ROOT / "docs" / "worlds" / f"{chapter.stem}.yml"
    try:
        with world.open(story, release) as lab:
            found = page.run(_fences(chapter), lab.host, release)
            return {result.snippet.id: result for result in found}
    except LabUnavailableError as error:
        return str(error)


@pytest.mark.parametrize(("chapter", "release", "ident"), ITEMS)
def test_a_fence_does_what_the_page_says(chapter: Path, release: str, ident: str) -> None:
    results = _results(chapter, release)
    if isinstance(results, str):
        pytest.skip(results)
    result = results[ident]
    assert result.outcome.ok, f"{result.where}: [Debian {release}] {result.outcome.detail}"


def test_no_two_items_have_one_name() -> None:
    names = [item.id for item in ITEMS]
    assert len(names) == len(set(names))
