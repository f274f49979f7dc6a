"""Small true projects for tests: the real files, the real theme, nothing pretended."""

from __future__ import annotations

import datetime as dt
import os
import re
import selectors
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from mailwijzer import shell
from mailwijzer.publishing import buildstate
from mailwijzer.publishing.project import Project
from mailwijzer.qa import parsing
from mailwijzer.qa.model import FrontMatter, Question, stem

ROOT = Path(__file__).resolve().parents[1]

TOPICS = """\
dns:
  en: {name: DNS, description: Records that mail needs.}
  nl: {name: DNS, description: Records die mail nodig heeft.}
smtp:
  en: {name: SMTP, description: How servers talk.}
  nl: {name: SMTP, description: Hoe servers praten.}
"""

SHELL = """<!doctype html>
<html lang="{lang}"><head><title>@@TITLE@@ - Test</title><meta name="description" content="@@DESCRIPTION@@">
<link rel="stylesheet" href="../assets/site.css">@@HEAD@@</head>
<body><a href="../">home</a><a href="../qa/">questions</a><ul>@@SWITCH@@</ul>
<main>@@CONTENT@@</main></body></html>
"""


def front_matter(number: int = 1, lang: str = "en", **changes: Any) -> FrontMatter:
    """A valid front matter, with changes."""
    values: dict[str, Any] = {
        "id": number,
        "lang": lang,
        "title": f"Question {number}?",
        "status": "answered",
        "topics": ("smtp",),
        "asked": dt.date(2026, 11, 1),
        "answered": dt.date(2026, 11, 2),
        "question": f"Why {number}?",
    }
    return FrontMatter.model_validate({**values, **changes})


def question(
    number: int = 1, lang: str = "en", slug: str = "", answer: str = "Because.", **changes: Any
) -> Question:
    """A question as if it had been read from qa/."""
    meta = front_matter(number, lang, **changes)
    slug = slug or f"question-{number}"
    return Question(f"qa/{stem(number, slug)}.{lang}.md", slug, meta, answer)


def put(
    project: Project,
    number: int = 1,
    lang: str = "en",
    slug: str = "",
    answer: str = "Because.",
    **changes: Any,
) -> Path:
    """Write a question file into a project."""
    made = question(number, lang, slug, answer, **changes)
    path = project.root / made.path
    path.write_text(parsing.dump(made.meta, made.answer), "utf-8")
    return path


def sources_only(folder: Path) -> Project:
    """A project with topics and one chapter in each language, and no build."""
    project = Project(folder)
    for lang in ("en", "nl"):
        (project.docs / lang).mkdir(parents=True)
        (project.docs / lang / "index.md").write_text("# Home\n", "utf-8")
        (project.docs / lang / "smtp-session.md").write_text("# SMTP {#top}\n\n## Ports {#ports}\n", "utf-8")
    project.qa.mkdir()
    (project.qa / "topics.yml").write_text(TOPICS, "utf-8")
    (folder / "mkdocs.yml").write_text("site_name: Test\n", "utf-8")
    return project


def real_site(folder: Path) -> Project:
    """The project's own configuration, theme and chapters in a folder of its own, without questions."""
    for name in ("mkdocs.yml", "mkdocs.nl.yml"):
        shutil.copy(ROOT / name, folder / name)
    for name in ("docs", "plugins/mailwijzer/theme/material"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "qa").mkdir()
    shutil.copy(ROOT / "qa" / "topics.yml", folder / "qa")
    return Project(folder)


def built(folder: Path, shell_text: str = SHELL) -> Project:
    """A project as a build leaves it."""
    folder.mkdir(exist_ok=True)
    project = sources_only(folder)
    for lang in ("en", "nl"):
        site_url = f"https://site.test/{lang}/"
        cut = shell.cut(shell_text.format(lang=lang), "shell/", lang, site_url)
        state = buildstate.BuildState(
            lang=lang,
            site_url=site_url,
            shell=cut.html,
            markdown_extensions=("tables", "toc", "pymdownx.superfences"),
            anchors={"smtp-session": ("top", "ports"), "index": ()},
            extra={"ask_address": "ask@site.test"},
        )
        buildstate.save(project, state)
        chapter = project.site / lang / "smtp-session" / "index.html"
        chapter.parent.mkdir(parents=True)
        chapter.write_text("<p>x</p><!--asked:smtp-session--><!--/asked--><p>y</p>", "utf-8")
    return project


def wait_for_output(process: subprocess.Popen[bytes], pattern: str, seconds: float = 120) -> str:
    """Wait until a program has printed what matches, and return the first group.

    Reads the pipe itself: a buffered reader would hold lines back that select() no longer sees.
    """
    stream = process.stdout or process.stderr
    assert stream is not None
    waiting = selectors.DefaultSelector()
    waiting.register(stream, selectors.EVENT_READ)
    seen, end = "", time.monotonic() + seconds
    while waiting.select(timeout=max(end - time.monotonic(), 0)):
        more = os.read(stream.fileno(), 65536)
        if not more:
            break
        seen += more.decode(errors="replace")
        if found := re.search(pattern, seen):
            return found[1]
    raise AssertionError(f"{process.args} did not print {pattern}; it printed:\n{seen}")


def seen(text: str) -> str:
    """A text without white space, of which a page shows less."""
    return "".join(text.split())


def needed(text: str) -> str:
    """Of a question what a page has to show: all but the marks around code, with the name of its language."""
    lines = (line for line in text.split("\n") if not re.fullmatch(r"(`{3,}|~{3,})\s*[\w+#.-]*\s*", line))
    return seen("".join(re.sub("^(`{3,}|~{3,})", "", line) for line in lines))


def within(part: str, whole: str) -> bool:
    """Whether all of `part` stands in `whole`, in its order."""
    rest = iter(whole)
    return all(letter in rest for letter in part)
