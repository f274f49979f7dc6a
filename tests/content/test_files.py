"""What readers download is what the page shows, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
FILES = sorted(DOCS.glob("en/files/*"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_to_download_is_the_one_that_a_page_shows_and_runs(path: Path) -> None:
    text = path.read_text("utf-8").rstrip("\n")
    shown = [page.name for page in DOCS.glob("en/*.md") if f"\n{text}\n```" in page.read_text("utf-8")]
    assert shown, f"no page shows docs/en/files/{path.name} as it is"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_language_offers_the_same_file(path: Path) -> None:
    assert (DOCS / "nl" / "files" / path.name).read_bytes() == path.read_bytes()
