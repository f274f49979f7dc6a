from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from mailwijzer.publishing.project import Project
from mailwijzer.publishing.publish import publish_all
from support import put

Run = Callable[..., Result]

ANSWER = """\
---
lang: en
title: Why does my first mail wait?
topics: [smtp]
asked: 2026-11-20
asked_by: Ann
question: The log says 450
---

Because of [greylisting](../docs/en/smtp-session.md#ports).
"""


def saved(run: Run, number: int, tmp_path: Path, text: str = ANSWER):
    (tmp_path / "draft.md").write_text(text, "utf-8")
    return run("qa", "answer", str(number), "--file", str(tmp_path / "draft.md"), "--slug", "first-mail")


def test_an_empty_inbox_is_told(run: Run) -> None:
    result = run("qa", "list")
    assert (result.exit_code, result.stdout.strip()) == (0, "Nothing here.")


def test_the_list_names_number_status_and_question(run: Run, number: int) -> None:
    out = run("qa", "list").stdout
    assert str(number) in out
    assert "new" in out
    assert "Why does it" in out


def test_a_list_can_be_narrowed(run: Run, number: int) -> None:
    assert str(number) in run("qa", "list", "--status", "new", "--lang", "en").stdout
    assert "Nothing here" in run("qa", "list", "--status", "spam").stdout
    assert "Nothing here" in run("qa", "list", "--lang", "nl").stdout


def test_a_reader_cannot_steer_the_terminal(run: Run, number: int) -> None:
    for command in (["list"], ["show", str(number)], ["show", str(number), "--json"], ["list", "--json"]):
        out = run("qa", *command).stdout
        assert "Why does it" in out
        assert not set(out) & {"\x1b", "\x9b"}


def test_programs_get_json(run: Run, number: int) -> None:
    (listed,) = json.loads(run("qa", "list", "--json").stdout)
    shown = json.loads(run("qa", "show", str(number), "--json").stdout)
    assert listed == shown
    assert (shown["number"], shown["status"], shown["has_address"]) == (42, "new", True)
    assert shown["text"] == "The log says\n450\x9b31m"


@pytest.mark.usefixtures("number")
def test_no_command_shows_the_readers_address(run: Run) -> None:
    for command in (
        ["list"],
        ["list", "--json"],
        ["show", "42"],
        ["show", "42", "--json"],
        ["history", "42"],
    ):
        assert "ann@example.org" not in run("qa", *command).output


def test_showing_a_question_tells_what_can_be_done(run: Run, number: int) -> None:
    out = run("qa", "show", str(number)).stdout
    assert "Possible now: answer, decline, spam" in out
    assert "Asked from: smtp-session" in out


def test_similar_questions_are_listed(run: Run, number: int, project: Project) -> None:
    publish_all(project)
    assert "No published question" in run("qa", "similar", str(number)).stdout
    put(project, 3, title="What does 450 mean in my log?")
    publish_all(project)
    assert "0003  What does 450 mean" in run("qa", "similar", str(number)).stdout


@pytest.mark.parametrize("command", ["show", "history", "similar", "answer", "preview", "undo", "ham"])
def test_an_unknown_number_is_a_sentence_and_status_1(run: Run, command: str) -> None:
    result = run("qa", command, "7")
    assert result.exit_code == 1
    assert "no submission 7 in the inbox" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.usefixtures("number")
def test_declining_asks_first_and_is_taken_back_by_undo(run: Run) -> None:
    asked = run("qa", "decline", "42", "--reason", "off topic", typed="n\n")
    assert asked.exit_code == 1
    assert "is now declined" in run("qa", "decline", "42", "--reason", "off topic", typed="y\n").stdout
    assert "is now new" in run("qa", "undo", "42").stdout
    history = run("qa", "history", "42").stdout
    assert "new -> declined  off topic" in history
    assert "taken back" in history


@pytest.mark.usefixtures("number")
def test_spam_ham_and_reopen_go_their_ways(run: Run) -> None:
    assert "is now spam" in run("qa", "spam", "42", "--yes").stdout
    assert "is now new" in run("qa", "ham", "42").stdout
    run("qa", "decline", "42", "--reason", "x", "--yes")
    assert "is now new" in run("qa", "reopen", "42").stdout


@pytest.mark.usefixtures("number")
def test_what_the_life_cycle_forbids_is_refused_before_asking(run: Run) -> None:
    result = run("qa", "ham", "42")
    assert result.exit_code == 1
    assert "possible: answer, decline, spam" in result.stderr


def test_a_question_is_answered_from_a_file_previewed_and_published(
    run: Run, number: int, project: Project, tmp_path: Path
) -> None:
    assert saved(run, number, tmp_path).stdout == "The draft of 42 is saved.\n"
    preview = run("qa", "preview", "42").stdout
    assert "== qa/0042-first-mail.en.md" in preview
    assert ".nl.md" not in preview
    result = run("qa", "publish", "42", "--yes")
    assert result.exit_code == 0, result.output
    assert "en  /en/qa/0042-first-mail/" in result.stdout
    assert "greylisting" in (project.qa / "0042-first-mail.en.md").read_text("utf-8")
    assert (project.site / "en/qa/0042-first-mail/index.html").is_file()


def test_an_unfinished_answer_is_saved_and_what_it_lacks_is_told(
    run: Run, number: int, tmp_path: Path
) -> None:
    result = saved(run, number, tmp_path, ANSWER.replace("[smtp]", "[smpt]"))
    assert result.exit_code == 0
    assert "unknown topic 'smpt'; did you mean 'smtp'?" in result.stdout
    assert "smpt" in run("qa", "preview", "42").stdout


@pytest.mark.usefixtures("number")
def test_a_file_that_cannot_be_read_is_told(run: Run, tmp_path: Path) -> None:
    result = run("qa", "answer", "42", "--file", str(tmp_path / "none.md"))
    assert result.exit_code == 1
    assert "none.md: cannot be read" in result.stderr


@pytest.mark.usefixtures("number")
def test_without_an_editor_the_way_out_is_told(run: Run) -> None:
    result = run("qa", "answer", "42")
    assert result.exit_code == 1
    assert "set EDITOR, or give the answer with --file" in result.stderr


@pytest.mark.usefixtures("number")
def test_the_editor_gets_a_file_per_language_and_its_text_is_the_draft(run: Run, tmp_path: Path) -> None:
    script = tmp_path / "editor"
    script.write_text('#!/bin/sh\nfor f; do echo "Added to ${f##*.en}" >> "$f"; done\n', "utf-8")
    script.chmod(0o700)
    assert "is saved" in run("qa", "answer", "42", EDITOR=str(script)).stdout
    preview = run("qa", "preview", "42").stdout
    assert "Added to .md" in preview
    assert "== qa/0042-why-does-it-2jwait.nl.md" in preview


@pytest.mark.usefixtures("number")
def test_what_an_editor_left_unreadable_is_kept_and_its_place_told(run: Run, tmp_path: Path) -> None:
    script = tmp_path / "editor"
    script.write_text('#!/bin/sh\nfor f; do echo "my long answer" > "$f"; done\n', "utf-8")
    script.chmod(0o700)
    result = run("qa", "answer", "42", EDITOR=str(script), TMPDIR=str(tmp_path))
    assert result.exit_code == 1
    assert "Nothing was saved. Your text is in" in result.stderr
    folder = Path(result.stderr.split("Your text is in ")[1].split(";")[0])
    assert (folder / "0042-why-does-it-2jwait.en.md").read_text("utf-8") == "my long answer\n"


def test_checking_tells_every_problem_with_file_and_line(run: Run, project: Project) -> None:
    assert "0 questions in 0 files, no problems." in run("qa", "check").stdout
    put(project, 1, topics=("smpt",))
    put(project, 2, chapters=("nothing",))
    result = run("qa", "check")
    assert result.exit_code == 1
    assert "qa/0001-question-1.en.md:7: unknown topic 'smpt'" in result.stderr
    assert "qa/0002-question-2.en.md:" in result.stderr


def test_checking_tells_a_fence_that_ci_would_not_run(run: Run, project: Project) -> None:
    put(project, 1, answer="Look:\n\n```console\n$ mailq\n```")
    result = run("qa", "check")
    assert result.exit_code == 1
    assert re.search(r"qa/0001-question-1\.en\.md:\d+: a fence that nobody runs", result.stderr)
    put(project, 1, answer='Look:\n\n```{.console norun="yours"}\n$ mailq\n```')
    assert run("qa", "check").exit_code == 0


def test_the_schema_is_written_once_and_a_stale_one_is_noticed(run: Run, project: Project) -> None:
    assert run("qa", "schema", "--check").exit_code == 1
    assert run("qa", "schema").exit_code == 0
    assert json.loads((project.qa / "schema.json").read_bytes())["title"] == "FrontMatter"
    assert run("qa", "schema", "--check").exit_code == 0
    (project.qa / "schema.json").write_text("{}", "utf-8")
    result = run("qa", "schema", "--check")
    assert (result.exit_code, "run `mailwijzer qa schema`" in result.stderr) == (1, True)


def test_outside_a_project_the_way_out_is_told(run: Run, tmp_path: Path) -> None:
    result = run("--root", str(tmp_path), "qa", "check")
    assert result.exit_code == 1
    assert "no mkdocs.yml" in result.stderr
