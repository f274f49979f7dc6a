"""Everything that would stop a draft from being published, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mailwijzer.editing import fences
from mailwijzer.editing.files import Planned, planned
from mailwijzer.errors import Problem, ProblemsError
from mailwijzer.publishing import linkcheck, sources
from mailwijzer.publishing.project import Project
from mailwijzer.publishing.sources import Sources
from mailwijzer.qa import checking, parsing
from mailwijzer.qa.model import NAME, SLUG_MAX, Question
from mailwijzer.qa.submission import Draft
from mailwijzer.source import SourceLocation


def check(project: Project, number: int, draft: Draft) -> list[Problem]:
    """All problems of a draft, at the lines of the files that would be written.

    Faults in other question files are told too: they would stop the publication just the same.
    """
    try:
        loaded = sources.load(project)
    except ProblemsError as error:
        return list(error.problems)
    files = planned(loaded, number, draft)
    found = problems(project, loaded, number, draft, files)
    return found or _dead_links(project, loaded, number, files)


def _dead_links(project: Project, loaded: Sources, number: int, files: Sequence[Planned]) -> list[Problem]:
    """Told here already, where they can be mended, and not only by the publication they would stop."""
    parsed = (parsing.parse(file.text, file.path, loaded.known())[0] for file in files)
    own = [question for question in parsed if question is not None]
    others = (question for question in loaded.questions if question.id != number)
    together = replace(loaded, questions=(*others, *own))
    return [problem for question in own for problem in _linked(project, together, question)]


def _linked(project: Project, together: Sources, question: Question) -> list[Problem]:
    try:
        return linkcheck.check(project, together, question)
    except ProblemsError as error:  # the answer cannot be rendered: a diagram with a fault, say
        where = SourceLocation(question.path, question.answer_line)
        return [
            replace(problem, where=where, what=f"in the answer: {problem.what}", key="")
            for problem in error.problems
        ]


def problems(
    project: Project, loaded: Sources, number: int, draft: Draft, files: Sequence[Planned]
) -> list[Problem]:
    """The same, for sources that are loaded and files that are planned already."""
    found = list(_whole(number, draft, files))
    found += _removed(loaded, number, files)
    found += fences.of_planned(project, files)
    parsed: list[Question] = []
    for file in files:
        if NAME.fullmatch(file.path.rpartition("/")[2]) is None:
            continue  # the slug's fault, told once
        question, faults = parsing.parse(file.text, file.path, loaded.known())
        found += faults
        if question is not None:
            parsed.append(question)
            found += _survives(file, question)
    others = [question for question in loaded.questions if question.id != number]
    found += checking.check([*others, *parsed])
    return sorted(set(found))


def _whole(number: int, draft: Draft, files: Sequence[Planned]) -> Iterable[Problem]:
    where = SourceLocation(f"qa/{number:04d}-{draft.slug}")
    if not files:
        yield Problem(where, "the draft has no title and answer", "write both in at least one language")
    if len(draft.slug) > SLUG_MAX or NAME.fullmatch(f"0001-{draft.slug}.en.md") is None:
        what = f"'{draft.slug}' cannot be a slug"
        yield Problem(where, what, f"use a-z, 0-9 and single hyphens, at most {SLUG_MAX} characters")


def _removed(loaded: Sources, number: int, files: Sequence[Planned]) -> Iterable[Problem]:
    """A language that is published and no longer in the draft: nobody's page vanishes by accident."""
    kept = {file.lang for file in files}
    for question in loaded.questions:
        if question.id == number and question.lang not in kept:
            yield Problem(
                SourceLocation(question.path),
                f"the page is published in '{question.lang}', but the draft has no such text",
                "write it, or delete the file yourself first",
                "language_gone",
                {"lang": question.lang},
            )


def _survives(file: Planned, question: Question) -> Iterable[Problem]:
    """The words of a reader are kept to the letter: a file that would bend them is not written."""
    if question.meta.question != file.meta.question:
        what = "the question's text would change by being written to the file"
        yield Problem(SourceLocation(file.path), what, "remove its control characters", "bent")
