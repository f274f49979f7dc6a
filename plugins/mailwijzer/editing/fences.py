"""The fences of answers, as CI will judge them: told while the answer is still being written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mailwijzer.editing.files import Planned
from mailwijzer.errors import Problem
from mailwijzer.markdown import extraction, unrun
from mailwijzer.publishing.project import Project


def of_files(project: Project) -> list[Problem]:
    """What is wrong with the fences of every file in qa/, at its line."""
    chapters = project.docs / "en"
    return [
        problem
        for path in sorted(project.qa.glob("*.md"))
        for problem in unrun.check(path.read_text("utf-8"), project.relative(path), chapters)
    ]


def of_planned(project: Project, files: Iterable[Planned]) -> list[Problem]:
    """The same for files that are not written yet, by lines of the answer: that is what the editor sees."""
    found = []
    for file in files:
        before = extraction.front_matter_lines(file.text)
        for problem in unrun.check(file.text, file.path, project.docs / "en"):
            line = problem.where.line - before
            what = f"in the answer, line {line}: {problem.what}"
            key = "in_answer" if problem.key else ""
            found.append(replace(problem, what=what, key=key, values={"line": line, "problem": problem}))
    return found
