"""Every form in which a fence can be shown is found, with its line, and nothing that is not shown."""

from __future__ import annotations

import re
from pathlib import Path

from markdown import Markdown

from mailwijzer.markdown.extraction import extract, survey

PAGE = Path(__file__).with_name("torture.md")
TEXT = PAGE.read_text("utf-8")
SITE = ["attr_list", "admonition", "def_list", "pymdownx.details", "pymdownx.superfences", "pymdownx.tabbed"]


def test_each_fence_that_is_shown_is_found_with_its_line_and_no_other() -> None:
    found = extract(TEXT, "torture.md", ("python",))
    lines = TEXT.split("\n")
    assert [snippet.text for snippet in found] == [f"print({number})" for number in range(1, 14)]
    assert all(lines[snippet.where.line].endswith(snippet.text) for snippet in found)


def test_what_is_found_is_what_the_site_shows_as_code() -> None:
    shown = Markdown(extensions=[*SITE, "mailwijzer.markdown.fences"]).convert(TEXT.split("---\n", 2)[2])
    shown = re.sub("<!--.*?-->", "", shown, flags=re.DOTALL)
    assert shown.count("mw-snippet--python") == len(extract(TEXT, "torture.md", ("python",))) == 13


def test_the_one_that_keeps_its_options_outside_the_braces_is_told() -> None:
    _, problems = survey(TEXT, "torture.md")
    assert [(TEXT.split("\n")[problem.where.line], problem.what) for problem in problems] == [
        ("print(13)", "options outside the braces: 'python title=\"told.py\"'")
    ]
