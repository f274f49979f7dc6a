"""The domain: what matches, what options mean, how pages are rewritten, what the record tells."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from mailwijzer.errors import MailwijzerError
from mailwijzer.markdown.extraction import extract
from mailwijzer.snippets import matching, options, report, update
from mailwijzer.snippets.model import KINDS, Snippet
from mailwijzer.source import SourceLocation

GOLDEN = Path(__file__).parents[1] / "golden"


def _cases(area: str, name: str) -> list[Any]:
    cases = yaml.safe_load((GOLDEN / area / f"{name}.yml").read_text("utf-8"))
    return [pytest.param(*case, id=claim) for claim, case in cases.items()]


@pytest.mark.parametrize(("page", "said", "matches"), _cases("matching", "lines"))
def test_a_line_of_the_page_matches_what_it_means(page: list[str], said: list[str], matches: bool) -> None:
    assert (matching.align(page, said) is not None) is matches


def test_a_diff_shows_only_lines_that_do_not_match() -> None:
    page = ["queued as 3E4939A", "... ok", "old"]
    said = ["queued as C8D4FA3", "all ok", "new"]
    assert matching.diff(page, said).split("\n")[3:] == [" queued as 3E4939A", " ... ok", "-old", "+new"]


def test_a_broken_regular_expression_is_told() -> None:
    with pytest.raises(ValueError, match="is no regular expression"):
        matching.expectation("( (regex)")


@pytest.mark.parametrize(("given", "told"), _cases("options", "faults"))
def test_options_are_checked(given: dict[str, str], told: str) -> None:
    snippet = Snippet("console", "x", "$ true", SourceLocation("page.md", 3), given)
    assert "\n".join(map(str, options.check(snippet))) == told


@pytest.mark.parametrize(("page", "text", "after"), _cases("update", "pages"))
def test_update_rewrites_the_fence_and_nothing_else(page: str, text: str, after: str) -> None:
    (snippet,) = extract(page, "page.md")
    assert update.rewritten(page, [(snippet, text)]) == after


ROW = report.Verified("page", "x", "0" * 16, "13", "2026-11-24", {"Postfix": "3.10.13"})


def test_a_record_reads_back_as_written(tmp_path: Path) -> None:
    report.dump([ROW], tmp_path / "verified.json")
    assert report.load(tmp_path / "verified.json") == (ROW,)
    assert report.load(tmp_path / "absent.json") == ()


def test_a_record_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "verified.json").write_text('[{"page": 1}]')
    with pytest.raises(MailwijzerError, match="not a record of snippets"):
        report.load(tmp_path / "verified.json")


def test_the_date_of_a_record_is_no_difference_but_versions_are() -> None:
    assert report.differences([ROW], [replace(ROW, date="2026-12-01")]) == []
    (told,) = report.differences([ROW], [replace(ROW, versions={"Postfix": "3.10.14"})])
    assert told == "page#x on Debian 13: recorded with Postfix 3.10.13, ran with Postfix 3.10.14"
    assert len(report.differences([ROW], [])) == len(report.differences([], [ROW])) == 1


def test_every_kind_and_option_is_in_the_manual() -> None:
    manual = (GOLDEN.parents[1] / "docs" / "fences.md").read_text("utf-8")
    rows = "\n".join(line for line in manual.split("\n") if line.startswith("| `"))
    named = {name for line in rows.split("\n") for name in re.findall(r"`([a-z]+)`", line.split("|")[1])}
    assert named == {*KINDS, "ladder", "id", *options.OPTIONS}
