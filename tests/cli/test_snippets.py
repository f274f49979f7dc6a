"""`mailwijzer snippets` without the lab: what is listed, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mailwijzer.cli import app

ROOT = Path(__file__).parents[2]


def _call(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["--root", str(ROOT), "snippets", *arguments])
    return done.exit_code, done.output


@pytest.mark.slow
def test_every_fence_of_the_chapters_runs_or_says_why_not() -> None:
    code, said = _call("list")
    assert code == 0
    assert re.search(r"smtp-session\.md:\d+ +console +smtp-dig +Debian 12, 13", said)
    assert "never run: it installs packages" in said
    assert said.strip().endswith("with a reason.")


def test_update_is_refused_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    code, said = _call("update")
    assert code == 1
    assert "not for CI" in said


def test_an_unknown_chapter_or_release_is_told() -> None:
    assert "did you mean 'smtp-session'?" in _call("list", "smtp-sesion")[1]
    assert "there is no Debian '11' here" in _call("run", "--release", "11")[1]


def _project(folder: Path, chapter: str, answer: str = "", *, world: str = "") -> Path:
    for name, text in (
        ("mkdocs.yml", ""),
        ("docs/en/page.md", chapter),
        ("docs/nl/page.md", ""),
        ("qa/0001-x.en.md", answer),
        ("docs/worlds/page.yml", world),
    ):
        if text or name == "mkdocs.yml":
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
    return folder


def _said(folder: Path, *arguments: str) -> list[str]:
    done = CliRunner().invoke(app, ["--root", str(folder), "snippets", *arguments])
    return done.output.strip().split("\n")


def test_every_fault_of_every_page_is_told_before_anything_is_run(tmp_path: Path) -> None:
    chapter = (
        '```{.console id="a" hots="mx"}\n$ true\n```\n\n```bash\ntrue\n```\n\n'
        "```{.console}\n$ true\n```\n\n```console title=\"x\" {id='b'}\n$ true\n```\n"
    )
    opened = "console title=\"x\" {id='b'}"
    reason = 'name the chapter\'s snippet with ref="...", or say why with norun="..."'
    assert _said(_project(tmp_path, chapter, "```console\n$ true\n```\n", world="x"), "run") == [
        "docs/en/page.md:1: unknown option 'hots'; did you mean 'host'?",
        "docs/en/page.md:5: a fence of the unknown language 'bash'; did you mean 'console'?",
        'docs/en/page.md:9: a snippet without an id; write id="..." in the braces',
        f"docs/en/page.md:13: options outside the braces: '{opened}'; write {{.console title=\"x\" id='b'}}",
        f"qa/0001-x.en.md:1: a fence that nobody runs; {reason}",
    ]


def test_a_page_that_runs_something_needs_a_world(tmp_path: Path) -> None:
    told = _said(_project(tmp_path, 'a\n\n```{.console id="a"}\n$ true\n```\n'), "run")
    assert told == ["docs/en/page.md:3: the page has no world; write docs/worlds/page.yml, or say norun="]


def test_three_kinds_of_fences_do_not_simply_run_and_each_says_why(tmp_path: Path) -> None:
    reasons = {"a": 'norun="an illustration"', "b": 'skip="soon"', "c": 'xfail="a fault on purpose"'}
    chapter = "".join(f'```{{.console id="{name}" {why}}}\n$ false\n```\n\n' for name, why in reasons.items())
    listed = _said(_project(tmp_path, chapter, world="x"), "list")
    assert listed[0].endswith("never run: an illustration")
    assert listed[1].endswith("not run for now: soon")
    assert listed[2].endswith("Debian 12, 13, must fail: a fault on purpose")
    assert listed[3] == "3 fences shown: 1 run, 2 not run, with a reason."
