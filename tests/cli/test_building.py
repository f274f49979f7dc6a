from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest
from typer.testing import Result

from mailwijzer.cli import building
from mailwijzer.publishing.project import Project
from support import put, real_site

Run = Callable[..., Result]


def test_a_language_the_site_does_not_have_is_told(run: Run) -> None:
    result = run("build", "--lang", "fr")
    assert result.exit_code == 1
    assert "unknown language 'fr'; the site has en, nl" in result.stderr


@pytest.mark.slow
def test_all_problems_of_all_languages_are_shown_once(run: Run, project: Project) -> None:
    put(project, 1, topics=("smpt",))
    put(project, 2, topics=("dsn",))
    settings = "plugins: {{mailwijzer/qa: {{}}}}\ntheme: {{name: mkdocs, language: {0}}}\n"
    settings += "docs_dir: docs/{0}\nsite_dir: site/{0}\n"
    for name, lang in (("mkdocs.yml", "en"), ("mkdocs.nl.yml", "nl")):
        (project.root / name).write_text("site_name: Test\n" + settings.format(lang), "utf-8")
    result = run("build")
    assert result.exit_code == 1
    assert result.stderr.count("unknown topic 'smpt'") == 1
    assert result.stderr.count("unknown topic 'dsn'") == 1
    assert "English was not built" in result.stderr
    assert "Nederlands was not built" in result.stderr
    assert "Traceback" not in result.stderr


def test_only_a_change_of_chapters_settings_or_theme_needs_a_build(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    builds: list[Project] = []
    monkeypatch.setattr(building, "build", builds.append)
    future = max(building._time(path) for path in building._parts(project)) + 10
    for lang in ("en", "nl"):
        os.utime(project.state / lang / "build.json", (future, future))
    building.refresh(project)
    assert len(builds) == 1  # there is no chooser at / yet
    (project.site / "index.html").touch()
    put(project, 1)
    building.refresh(project)
    assert len(builds) == 1
    assert (project.site / "en/qa/0001-question-1/index.html").is_file()
    os.utime(project.docs / "nl/index.md", (future + 1, future + 1))
    building.refresh(project)
    assert len(builds) == 2


def test_a_taken_port_is_told_with_another_one(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("serve", "--port", str(port))
    assert result.exit_code == 1
    assert f"cannot listen on 127.0.0.1 port {port}: Address already in use" in result.stderr
    assert f"--port {port + 1}" in result.stderr


def test_an_address_that_is_not_ours_is_told(run: Run) -> None:
    result = run("serve", "--host", "192.0.2.1", "--port", "0")
    assert result.exit_code == 1
    assert "cannot listen on 192.0.2.1" in result.stderr


@pytest.mark.site
def test_the_site_is_built_and_served_with_a_link_to_the_desk(tmp_path: Path) -> None:
    project = real_site(tmp_path)
    command = [sys.executable, "-m", "mailwijzer.cli", "--root", str(project.root), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = [process.stdout.readline() for _ in range(3)]
            site, desk = (line.split()[1] for line in told[1:])
            assert desk.startswith(f"{site}desk/login?token=")
            for path in ("", "en/", "nl/qa/"):
                with urlopen(site + path) as answer:
                    assert answer.status == 200
        finally:
            process.terminate()
    assert (project.root / "inbox").stat().st_mode & 0o077 == 0
