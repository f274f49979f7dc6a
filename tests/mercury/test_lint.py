"""The linter of MERCURY.INI, on fixtures of our own: tests/golden/mercury, a file and what is said of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from typer.testing import CliRunner

from mailwijzer.cli import app
from mailwijzer.mercury import ini
from mailwijzer.mercury.lint import lint
from mailwijzer.mercury.rules import Check, Rules, load
from support import ROOT

GOLDEN = ROOT / "tests" / "golden" / "mercury"
FIXTURES = sorted(GOLDEN.glob("*.ini"))

LINES = st.lists(
    st.one_of(
        st.sampled_from(["[General]", "[Domains]", "[Protocols]", "[", "[]", ":", "a:", "; x", "# y", "\r"]),
        st.builds("{} : {}".format, st.sampled_from(["Relay", "myname", "RetryPeriod"]), st.text(max_size=9)),
        st.text(max_size=20),
    )
)


def said(path: Path, *options: str) -> tuple[str, int]:
    result = CliRunner().invoke(app, ["mercury", "lint", *options, str(path)])
    return result.output.replace(str(path), path.name), result.exit_code


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_golden(path: Path, lang: str) -> None:
    output, _ = said(path, "--lang", lang)
    assert output == path.with_suffix(f".{lang}.txt").read_text("utf-8")


def test_every_rule_is_triggered_by_a_fixture() -> None:
    spoken = {finding.rule.id for path in FIXTURES for finding in lint(path.read_text("utf-8"), load())}
    assert {rule.id for rule in load().rules} == spoken


def test_there_are_at_least_forty_rules() -> None:
    assert len(load().rules) >= 40


def test_a_good_file_triggers_none_and_ends_well() -> None:
    assert lint((GOLDEN / "good.ini").read_text("utf-8"), load()) == ()
    assert said(GOLDEN / "good.ini")[1] == 0


def test_the_exercise_has_exactly_seven_problems_on_seven_lines() -> None:
    found = lint((GOLDEN / "seven.ini").read_text("utf-8"), load())
    assert len(found) == len({finding.line for finding in found}) == 7


def test_errors_end_with_status_1_and_warnings_alone_do_not(tmp_path: Path) -> None:
    assert said(GOLDEN / "seven.ini")[1] == 1
    lax = tmp_path / "lax.ini"
    lax.write_text((GOLDEN / "good.ini").read_text("utf-8").replace("PM_notify:       1", "PM_notify: 0"))
    output, status = said(lax)
    assert "(warning, pm-notify-off)" in output
    assert status == 0


def test_json_has_a_row_for_each_finding_with_reason_and_source() -> None:
    output, status = said(GOLDEN / "seven.ini", "--format", "json")
    rows = json.loads(output)
    assert (len(rows), status) == (7, 1)
    assert all(row["reason"] and row["cure"] and row["source"].startswith("https://") for row in rows)


def test_the_rules_can_be_printed_for_other_programs_and_read_again() -> None:
    result = CliRunner().invoke(app, ["mercury", "rules"])
    assert Rules.model_validate(json.loads(result.output)) == load()


def test_a_file_in_the_characters_of_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "MERCURY.INI"
    path.write_bytes("[General]\r\nmyname: café.thuis.test\r\n".encode("cp1252"))
    assert "myname 'café.thuis.test' is no full host name" in said(path)[0]


def test_a_file_that_is_not_there_is_told_without_a_traceback(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["mercury", "lint", str(tmp_path / "none.ini")])
    assert result.exit_code == 1
    assert "cannot be read (No such file or directory)" in result.output


@given(LINES.map("\n".join))
def test_no_text_makes_the_reading_fail_and_no_line_is_lost(text: str) -> None:
    file = ini.parse(text)
    assert "\n".join(file.lines) == text
    told = [fault.line for fault in file.faults]
    told += [entry.line for section in file.sections for entry in section.entries]
    heads = [section.line for section in file.sections]
    code = [n for n, line in enumerate(file.lines, 1) if line.lstrip("\ufeff").partition("#")[0].strip()]
    assert sorted({*told, *heads}) == code
    assert all(0 <= finding.line <= len(file.lines) for finding in lint(text, load()))


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("Relay : 0 # strict", "Relay", "0"),
        ("path: D:\\MAIL", "path", "D:\\MAIL"),
        ("  host\t:\tmx.thuis.test \r", "host", "mx.thuis.test"),
    ],
)
def test_a_setting_is_what_stands_before_the_first_colon_and_before_the_comment(
    line: str, key: str, value: str
) -> None:
    entry = ini.parse(f"[MercuryS]\n{line}").sections[0].entries[0]
    assert (entry.line, entry.key, entry.value) == (2, key, value)


def test_a_test_of_a_rule_is_exactly_one_kind() -> None:
    with pytest.raises(ValidationError, match="exactly one"):
        Check.model_validate({"matches": "x", "lacks": "y"})
