"""The plugin under the three commands that run MkDocs plugins, on the project's own theme and chapters."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from mailwijzer.publishing.project import Project
from support import put, real_site, wait_for_output

pytestmark = pytest.mark.site

ENV = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONUNBUFFERED": "1"}


def run(project: Project, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=project.root, env=ENV, capture_output=True, text=True, timeout=120)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = real_site(tmp_path)
    put(project, 1, "en", title="Why greylisting?", chapters=("smtp-session",))
    return project


@pytest.mark.parametrize("module", ["mkdocs", "properdocs"])
def test_a_build_has_chapters_questions_and_no_shell(project: Project, module: str) -> None:
    result = run(project, module, "build", "--strict", "-q", "-f", "mkdocs.yml")
    assert result.returncode == 0, result.stderr + result.stdout
    site = project.site / "en"
    assert "Why greylisting?" in (site / "qa/0001-question-1/index.html").read_text("utf-8")
    assert "Why greylisting?" in (site / "smtp-session/index.html").read_text("utf-8")
    assert "Why greylisting?" in (site / "find/index.html").read_text("utf-8")
    assert {path.name for path in (site / "search").glob("*.js")} == {"start.js", "manifest.js", "delta.js"}
    assert not (site / "shell").exists()
    assert not re.search(r"@@[A-Z]+@@", (site / "qa/index.html").read_text("utf-8"))
    assert "/shell/" not in (site / "sitemap.xml").read_text("utf-8")


def test_a_second_build_renders_no_answer_and_keeps_every_page(project: Project) -> None:
    run(project, "mkdocs", "build", "-q")
    page = project.site / "en/qa/0001-question-1/index.html"
    before = page.stat().st_ino
    result = run(project, "mkdocs", "build", "-q")
    assert result.returncode == 0, result.stderr
    assert page.stat().st_ino == before


def test_the_index_follows_a_chapter_that_changed(project: Project) -> None:
    run(project, "mkdocs", "build", "-q")
    contents = project.site / "en/contents/index.html"
    assert "Ships" not in contents.read_text("utf-8")
    chapter = project.root / "docs/en/sip.md"
    chapter.write_text(f"{chapter.read_text('utf-8')}\n## Ships {{#ships}}\n\nAs RFC 5598 says.\n", "utf-8")
    result = run(project, "mkdocs", "build", "-q")
    assert result.returncode == 0, result.stderr
    made = contents.read_text("utf-8")
    assert '<li><a href="../sip/#ships">Ships</a></li>' in made
    assert '<a href="../sip/#ships">Ships</a>' in made.partition('id="rfc5598"')[2].partition("</dd>")[0]


def test_a_link_to_a_snippet_holds_and_one_to_none_is_told(project: Project) -> None:
    chapter = project.root / "docs/en/sip.md"
    links = "## Links\n\n[one](message-path.md#snippet-path-dig) [none](message-path.md#snippet-nowhere)"
    chapter.write_text(f"{chapter.read_text('utf-8')}\n{links}\n", "utf-8")
    result = run(project, "mkdocs", "build", "--strict")
    assert result.returncode != 0, result.stderr[-3000:]
    assert "snippet-nowhere" in result.stderr
    assert "snippet-path-dig" not in result.stderr


def test_faults_in_questions_are_listed_and_the_site_of_before_stays(project: Project) -> None:
    assert run(project, "mkdocs", "build", "-q").returncode == 0
    before = (project.site / "en/index.html").stat().st_mtime_ns
    put(project, 2, topics=("nope",))
    put(project, 3, chapters=("nope",))
    result = run(project, "mkdocs", "build", "-q")
    assert result.returncode == 1
    assert "qa/0002-question-2.en.md:7: unknown topic 'nope'" in result.stderr
    assert "qa/0003-question-3.en.md:9: unknown chapter 'nope'" in result.stderr
    assert "Traceback" not in result.stderr
    assert (project.site / "en/index.html").stat().st_mtime_ns == before


def test_a_fault_in_a_chapters_snippet_is_told_with_its_line_and_no_traceback(project: Project) -> None:
    chapter = project.docs / "en" / "smtp-session.md"
    chapter.write_text('# SMTP\n\n```{.console ref="nope"}\n```\n', "utf-8")
    result = run(project, "mkdocs", "build", "-q")
    assert result.returncode == 1
    assert "smtp-session.md:3: " in result.stderr
    assert "Traceback" not in result.stderr


def test_a_chapter_where_questions_stand_is_refused(project: Project) -> None:
    (project.docs / "en" / "qa").mkdir()
    (project.docs / "en" / "qa" / "index.md").write_text("# Mine\n", "utf-8")
    result = run(project, "mkdocs", "build", "-q")
    assert result.returncode == 1
    assert "qa/index.md: 'qa/' is the site's own address; rename the file" in result.stderr


def test_serve_shows_questions_too(project: Project) -> None:
    command = [sys.executable, "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{_free_port()}", "--no-livereload"]
    with subprocess.Popen(command, cwd=project.root, env=ENV, stderr=subprocess.PIPE) as server:
        try:
            address = wait_for_output(server, r"Serving on (http://\S+)")
            with urllib.request.urlopen(f"{address}qa/0001-question-1/", timeout=10) as answer:
                assert "Why greylisting?" in answer.read().decode()
        finally:
            server.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
