"""What a build and one changed question cost, beside plain MkDocs with the same questions as its pages.

    make bench                      300 questions
    .venv/bin/python bench/publish.py 3000

Every figure is processor time (user + system) of the whole process tree; ratios are to plain
`mkdocs build` in the same run, since machines differ and are seldom idle.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from mailwijzer.publishing import sources
from mailwijzer.publishing.project import Project

ROOT = Path(__file__).resolve().parents[1]
ENV = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}

PLAIN = """\
site_name: Plain
site_url: https://plain.example/
theme: {name: material, font: false}
plugins: {search: {}}
not_in_nav: qa/
nav: [index.md, smtp-session.md]
markdown_extensions:
  abbr: {}
  admonition: {}
  attr_list: {}
  def_list: {}
  md_in_html: {}
  tables: {}
  toc: {permalink: true}
  pymdownx.details: {}
  pymdownx.highlight: {anchor_linenums: false}
  pymdownx.superfences: {}
"""


def ours(folder: Path, count: int) -> Project:
    """The project's chapters with `count` English questions, made by repeating the real ones."""
    project = Project(folder)
    folder.mkdir()
    shutil.copy(ROOT / "mkdocs.yml", folder)
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copytree(ROOT / "plugins/mailwijzer/theme/material", folder / "plugins/mailwijzer/theme/material")
    project.qa.mkdir()
    shutil.copy(ROOT / "qa/topics.yml", project.qa)
    real = [q for q in sources.load(Project(ROOT)).questions if q.lang == "en"]
    for number in range(1, count + 1):
        model = real[number % len(real)]
        meta = model.meta.model_copy(update={"id": number, "title": f"{model.meta.title} ({number})"})
        sources.write(project, meta, f"question-{number}", _without_links(model.answer))
    return project


def _without_links(answer: str) -> str:
    # Links between the eight real questions have no targets among the copies.
    return answer.replace("](0", "](https://plain.example/0")


def plain(folder: Path, project: Project) -> None:
    """The same chapters and questions as pages of MkDocs with Material."""
    (folder / "docs").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(PLAIN, "utf-8")
    for path in (project.docs / "en").glob("*.md"):
        # The home page asks for a template of our own theme.
        text = path.read_text("utf-8").replace("template: home.html", "")
        (folder / "docs" / path.name).write_text(text, "utf-8")
    (folder / "docs" / "qa").mkdir()
    for question in sources.load(project).questions:
        text = f"# {question.meta.title}\n\n{question.meta.question}\n\n## Answer\n\n{question.answer}"
        (folder / "docs" / "qa" / f"{question.stem}.md").write_text(text, "utf-8")


def cost(*command: str, cwd: Path) -> tuple[float, float]:
    """Processor and wall seconds of a command; it must succeed."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run([sys.executable, *command], cwd=cwd, env=ENV, check=False, capture_output=True)
    if done.returncode:
        raise SystemExit(f"{command} failed:\n{(done.stdout + done.stderr).decode()[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.monotonic() - begun


def edit(project: Project, number: int, word: str) -> None:
    """Change one answer as an editor does."""
    question = sources.load(project).question(number, "en")
    assert question is not None
    changed = replace(question, answer=f"{question.answer}\n{word}\n")
    sources.write(project, changed.meta, changed.slug, changed.answer)


_CODE = """
from pathlib import Path
from mailwijzer.publishing import project, publish
publish.publish(project.Project(Path.cwd()), "en")
"""
PUBLISH = ("-c", _CODE)
BUILD = ("-m", "mkdocs", "build", "-q")


def measure(count: int, rounds: int = 3) -> Table:
    """Run everything in turn, `rounds` times, and keep the least of each."""
    with tempfile.TemporaryDirectory() as name:
        project = ours(Path(name, "ours"), count)
        plain(Path(name, "plain"), project)
        best: dict[str, tuple[float, float]] = {}

        def run(label: str, prepare: Callable[[], object], *command: str, cwd: Path) -> None:
            prepare()
            best[label] = min(best.get(label, (9e9, 9e9)), cost(*command, cwd=cwd))

        def forget() -> None:
            shutil.rmtree(project.state, ignore_errors=True)
            shutil.rmtree(project.site, ignore_errors=True)

        for turn in range(rounds):
            run("plain mkdocs build", lambda: None, *BUILD, cwd=Path(name, "plain"))
            run("ours, from nothing", forget, *BUILD, cwd=project.root)
            run("ours, nothing changed", lambda: None, *BUILD, cwd=project.root)
            for label, command in (("mkdocs build", BUILD), ("published", PUBLISH)):
                change = partial(edit, project, 7, f"{label} {turn}")
                run(f"ours, one question, {label}", change, *command, cwd=project.root)
    table = Table("", "CPU s", "wall s", "ratio", title=f"{count} questions, least of {rounds}")
    base = best["plain mkdocs build"][0]
    for label, (cpu, wall) in best.items():
        table.add_row(label, f"{cpu:.2f}", f"{wall:.2f}", f"{cpu / base:.3f}")
    return table


if __name__ == "__main__":
    Console().print(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
