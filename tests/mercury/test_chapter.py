"""The exercise of the chapter on Mercury shows the fixture, and what the linter says of it."""

from __future__ import annotations

import pytest

from mailwijzer.markdown.extraction import library
from mailwijzer.mercury.rules import load
from support import ROOT

GOLDEN = ROOT / "tests" / "golden" / "mercury"


@pytest.mark.parametrize(
    ("snippet", "text"),
    [
        ("mercury-seven", (GOLDEN / "seven.ini").read_text("utf-8")),
        (
            "mercury-lint",
            "$ mailwijzer mercury lint MERCURY.INI\n"
            + (GOLDEN / "seven.en.txt").read_text("utf-8").replace("seven.ini:", "MERCURY.INI:"),
        ),
    ],
)
def test_the_page_shows_the_fixture_and_what_is_said_of_it(snippet: str, text: str) -> None:
    snippets, _ = library(ROOT / "docs" / "en")
    assert snippets[snippet].text.rstrip("\n") == text.rstrip("\n")


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_page_counts_the_rules_rightly(lang: str) -> None:
    page = (ROOT / "docs" / lang / "mercury.md").read_text("utf-8")
    assert f" {len(load().rules)} {'rules' if lang == 'en' else 'regels'}." in page
