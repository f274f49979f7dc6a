"""The linter that a page loads, run by Node: the same findings as Python, file by file and text by text."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwijzer.cli.mercury import as_script
from mailwijzer.mercury.lint import lint
from mailwijzer.mercury.rules import load
from support import ROOT

ASSETS = ROOT / "plugins/mailwijzer/theme/material/assets/mailwijzer"
FIXTURES = sorted((ROOT / "tests" / "golden" / "mercury").glob("*.ini"))
Browser = Callable[[str, str], list[dict[str, Any]]]

_NAMES = [name for name, keys in load().sections.items() for name in (name, *keys)]
_VALUES = st.one_of(
    st.sampled_from(
        ["0", "1", "16", "99", "+5", "localhost", "mx.thuis.test", "a#b", "~N", "N", r"C:\Program Files"]
    ),
    st.text(max_size=9),
)
TEXTS = st.lists(
    st.one_of(
        st.sampled_from([f"[{name}]" for name in load().sections]),
        st.sampled_from(
            ["[", "[]", "[ a ] b", ":", "a:", "; x", "# y", "\ufeff\x85 x", "\r", r"D:\mercuryc.dll"]
        ),
        st.builds("{}{}{}".format, st.sampled_from(_NAMES), st.sampled_from([":", " : ", "="]), _VALUES),
        st.text(max_size=20),
    )
).map("\n".join)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """mercury-lint.js in one Node that is asked line by line; skipped where there is no Node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    command = [
        node,
        str(Path(__file__).with_name("lint.cjs")),
        str(ASSETS / "mercury-lint.js"),
        str(ASSETS / "mercury-rules.js"),
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin
        assert running.stdout
        asked, told = running.stdin, running.stdout

        def ask(text: str, lang: str) -> list[dict[str, Any]]:
            asked.write(json.dumps([text, lang]) + "\n")
            asked.flush()
            found: list[dict[str, Any]] = json.loads(told.readline())
            return found

        yield ask
        running.stdin.close()


def by_python(text: str, lang: str) -> list[dict[str, Any]]:
    return [
        {
            "line": finding.line,
            "rule": finding.rule.id,
            "level": finding.rule.level,
            "what": finding.what(lang),
            "reason": finding.rule.of(lang).reason,
            "cure": finding.rule.of(lang).cure,
            "source": load().sources[finding.rule.source],
        }
        for finding in lint(text, load())
    ]


@pytest.mark.parametrize("lang", ["en", "nl"])
@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_the_browser_finds_in_every_fixture_what_python_finds(
    browser: Browser, path: Path, lang: str
) -> None:
    text = path.read_text("utf-8")
    assert browser(text, lang) == by_python(text, lang)


@pytest.mark.slow
@given(text=TEXTS)
def test_the_browser_finds_in_any_text_what_python_finds(browser: Browser, text: str) -> None:
    assert browser(text, "nl") == by_python(text, "nl")


def test_the_script_that_a_page_loads_holds_the_rules_of_today() -> None:
    assert (ASSETS / "mercury-rules.js").read_text("utf-8") == as_script(load()), "run `make schema`"


def test_patterns_mean_the_same_to_both_languages() -> None:
    tests = [rule.test for rule in load().rules]
    tests += [condition.test for rule in load().rules for condition in rule.when]
    for pattern in (
        text for test in tests for text in (test.matches, test.lacks, test.lists, test.lists_none)
    ):
        # What is written differently in Python and JavaScript, or means another thing there.
        assert not re.search(r"\(\?|\\[AZGbBwWsS]|\\p|[^\x20-\x7e]", pattern), pattern
