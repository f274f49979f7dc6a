"""The commit that a publication leaves in git, where the site's configuration asks for one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailwijzer.editing.writing import Contents, contents
from mailwijzer.publishing import commits
from mailwijzer.publishing.commits import Hindrance, Made, NotCommittedError
from mailwijzer.publishing.project import Project

_NOTE = re.compile(r"\((?:commit (?P<name>[0-9a-f]+)|not committed, (?P<why>[a-z-]+)(?:: (?P<said>.*))?)\)")


@dataclass(frozen=True)
class Recorded:
    """What git has of a change of qa/."""

    name: str = ""
    """The commit; empty when there is none, or nothing had changed."""

    hindrance: Hindrance | None = None
    said: str = ""
    """Git's own words."""

    @property
    def note(self) -> str:
        """For the history of a submission; `read` finds it there again."""
        if self.hindrance is not None:
            return f"(not committed, {self.hindrance}{': ' if self.said else ''}{self.said})"
        return f"(commit {self.name})" if self.name else ""


def read(detail: str) -> Recorded | None:
    """What a note in the history says; None where there is none."""
    found = _NOTE.search(detail)
    if found is None:
        return None
    if found["name"]:
        return Recorded(found["name"])
    known = found["why"] in list(Hindrance)
    return Recorded(
        hindrance=Hindrance(found["why"]) if known else Hindrance.REFUSED, said=found["said"] or ""
    )


def by_hand(number: int) -> str:
    """The commands that do what could not be done."""
    files = f"qa/{number:04d}-*.md"
    return f"git add {files} && git commit -m 'Publish question {number:04d}' -- {files}"


def unsaved(project: Project, files: Contents) -> list[str]:
    """Files with changes of somebody's own, which a commit of ours would swallow. Asked before writing."""
    if not commits.wanted(project):
        return []
    now = contents(project, files)
    try:
        changed = commits.changed(project, [name for name, content in now.items() if content is not None])
    except NotCommittedError:
        return []  # told when the commit is tried
    return [name for name in changed if now[name] != files[name]]


def record(
    project: Project, number: int, files: Contents, unsaved: Sequence[str], subject: str, merged: int = 0
) -> Recorded | None:
    """Commit the files of a question as they were published; None where no commit is wanted.

    Never fails: the publication stands, and what hinders the commit is told.
    """
    if not commits.wanted(project):
        return None
    trailers = f"{commits.QUESTION}: {number:04d}\n" + (f"{commits.MERGED}: {merged}\n" if merged else "")
    try:
        if unsaved:
            raise NotCommittedError(Hindrance.DIRTY, ", ".join(unsaved))
        return Recorded(commits.commit(project, list(files), f"{subject}\n\n{trailers}"))
    except NotCommittedError as error:
        return Recorded(hindrance=error.hindrance, said=error.said)


def undo(project: Project, number: int, made: Made) -> str:
    """Commit the files of a commit as they were before it; they are so already."""
    message = f"Take back what was published of question {number:04d}\n\nThis reverts commit {made.name}.\n\n"
    return commits.commit(project, made.files, f"{message}{commits.UNDOES}: {made.name}\n")
