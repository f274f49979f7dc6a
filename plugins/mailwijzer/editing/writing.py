"""Question files and the site that is made of them: both changed, or neither."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from mailwijzer.errors import MailwijzerError, ProblemsError
from mailwijzer.publishing import publish as publishing
from mailwijzer.publishing import root
from mailwijzer.publishing.project import Project, write_atomic

Contents = Mapping[str, bytes | None]
"""Path from the project's root -> what the file holds; None where there is, or shall be, none."""


def contents(project: Project, paths: Contents) -> dict[str, bytes | None]:
    """What files hold now."""
    found = {}
    for name in paths:
        path = project.root / name
        found[name] = path.read_bytes() if path.is_file() else None
    return found


def put(project: Project, files: Contents) -> None:
    """Write or delete files of qa/, each whole or not at all, durable on return."""
    for name, content in files.items():
        path = project.root / name
        if content is None:
            path.unlink(missing_ok=True)
        else:
            write_atomic(path, content, durable=True)


def bring_up_to_date(project: Project) -> int:
    """Render what changed; returns how many of the site's files were written."""
    reports = publishing.publish_all(project)
    root.write_index(project)
    return sum(len(report.written) for report in reports)


def write(project: Project, files: Contents) -> int:
    """Write the files and render the site; an author's mistake leaves both as they were.

    Returns how many of the site's files were written. Raises ProblemsError with nothing changed; what else
    goes wrong leaves the files written.
    """
    before = contents(project, files)
    try:
        put(project, files)
        return bring_up_to_date(project)
    except ProblemsError:
        # Such as a dead link: the draft still has it, the build must not.
        take_back(project, before)
        raise


def take_back(project: Project, before: Contents) -> None:
    """Put the files of before in place again, and the site with them as far as it goes."""
    put(project, before)
    with suppress(MailwijzerError):
        bring_up_to_date(project)  # one language may have its page already
