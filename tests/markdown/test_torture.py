"""Every form in which a fence can be shown is found, with its line, and nothing that is not shown."""

from __future__ import annotations

from pathlib import Path

from mailwijzer.markdown.extraction import extract

PAGE = Path(__file__).with_name("torture.md")


def test_each_fence_that_is_shown_is_found_with_its_line_and_no_other() -> None:
    text = PAGE.read_text("utf-8")
    found = extract(text, "torture.md", ("console",))
    lines = text.split("\n")
    assert [snippet.text for snippet in found] == [f"$ echo {number}" for number in range(1, 10)]
    assert all(lines[snippet.where.line].endswith(snippet.text) for snippet in found)
