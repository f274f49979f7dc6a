"""A commit of git for what was published: the question's files, and nothing else that lies in the tree."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from subprocess import PIPE, CompletedProcess, Popen, TimeoutExpired

from mailwijzer.errors import MailwijzerError
from mailwijzer.locales import CODES
from mailwijzer.publishing import buildstate
from mailwijzer.publishing.project import Project

SECONDS = 60
"""How long git may take, a hook and a signature included."""

_GRACE = 5
_SAID_MAX = 400
_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")
"""Set while git runs a hook; they would lead us into another repository."""


_OWN = ("-c", "user.useConfigOnly=true")
"""An author whom git made up from the machine's name is nobody."""


QUESTION, MERGED, UNDOES = "Question", "Merged", "Undoes"
"""Trailers of our commits: by them they are found again."""

_OURS = (QUESTION, MERGED)


class Hindrance(StrEnum):
    """Why nothing was committed. The names are those of the texts that say what to do."""

    NO_GIT = "no-git"
    NO_REPOSITORY = "no-repository"
    NO_BRANCH = "no-branch"
    """A detached HEAD: in the middle of a rebase, say."""

    NO_IDENTITY = "no-identity"
    DIRTY = "dirty"
    """The files had changes of somebody's own before they were published."""

    REFUSED = "refused"
    """By a hook, a lock, a merge that is not finished: git says which."""

    TOO_SLOW = "too-slow"


class NotCommittedError(MailwijzerError):
    """The files stand; git does not have them yet."""

    def __init__(self, hindrance: Hindrance, said: str = "") -> None:
        self.hindrance, self.said = hindrance, " ".join(said.split())[:_SAID_MAX]
        super().__init__(f"not committed ({hindrance}){': ' if self.said else ''}{self.said}")


def wanted(project: Project) -> bool:
    """Whether the site's configuration asks for a commit of every publication."""
    return buildstate.load(project, CODES[0]).extra.get("commit") == "yes"


def refuse_unready(project: Project) -> None:
    """Raise NotCommittedError where no commit could be made whatever the files are."""
    if (
        _git(project, "rev-parse", "--is-inside-work-tree", expected=Hindrance.NO_REPOSITORY).strip()
        != "true"
    ):
        raise NotCommittedError(Hindrance.NO_REPOSITORY)
    _git(project, "symbolic-ref", "-q", "HEAD", expected=Hindrance.NO_BRANCH)
    _git(project, *_OWN, "var", "GIT_COMMITTER_IDENT", expected=Hindrance.NO_IDENTITY)
    _git(project, *_OWN, "var", "GIT_AUTHOR_IDENT", expected=Hindrance.NO_IDENTITY)


def changed(project: Project, paths: Sequence[str]) -> list[str]:
    """Those of the files that differ from the last commit, files that git does not know included."""
    listed = _git(
        project, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", *paths
    )
    return [path for path in paths if any(entry[3:].endswith(path) for entry in listed.split("\0"))]


def commit(project: Project, paths: Sequence[str], message: str) -> str:
    """Commit these files as they stand, deleted ones as deleted; the commit's name, "" if nothing changed.

    What else is staged stays staged, and is not committed. Raises NotCommittedError.
    """
    refuse_unready(project)
    mine = changed(project, paths)
    fresh = [path for path in mine if not _git(project, "ls-files", "--", path)]
    fresh = [path for path in fresh if (project.root / path).is_file()]
    try:
        if fresh:
            _git(project, "add", "--intent-to-add", "--", *fresh)
        known = [path for path in mine if _git(project, "ls-files", "--", path)]
        if not known:
            return ""
        _git(project, *_OWN, "commit", "-q", "--only", "-F", "-", "--", *known, typed=message)
    except NotCommittedError:
        if fresh:  # as it was: known to nobody
            _run(project, ["rm", "-q", "--cached", "--ignore-unmatch", "--", *fresh])
        raise
    return _git(project, "rev-parse", "--short=10", "HEAD").strip()


@dataclass(frozen=True)
class Made:
    """A commit of ours that nothing was built upon since."""

    name: str
    files: tuple[str, ...]
    merged: int
    """The submission whose words it added; 0 for an answer."""


def last(project: Project, number: int) -> Made | None:
    """The commit of ours to undo next for a question; None where a person changed its files later.

    What was undone is passed over, together with its undoing. Raises NotCommittedError.
    """
    fields = "%x1f".join(f"%(trailers:key={key},valueonly,separator=%x2c)" for key in (*_OURS, UNDOES))
    glob = f":(glob)qa/{number:04d}-*.md"
    log = _git(project, "log", f"--format=%x1e%H%x1f{fields}%x1f", "--name-only", "--no-renames", "--", glob)
    undone: set[str] = set()
    for entry in log.split("\x1e")[1:]:
        name, question, merged, undoes, names = entry.split("\x1f")
        if undoes:
            undone.add(undoes)
        elif name not in undone:
            ours = question == f"{number:04d}"
            files = tuple(f"qa/{line.rpartition('/')[2]}" for line in names.split("\n") if line)
            return Made(name, files, int(merged or 0)) if ours else None
    return None


def content_before(project: Project, made: Made, path: str) -> bytes | None:
    """What a file held before a commit; None where it was not there."""
    if not _git(project, "ls-tree", "--name-only", f"{made.name}^", "--", path):
        return None
    return _git(project, "show", f"{made.name}^:./{path}").encode("utf-8")


def _git(project: Project, *arguments: str, expected: Hindrance = Hindrance.REFUSED, typed: str = "") -> str:
    done = _run(project, arguments, typed)
    if done.returncode:
        raise NotCommittedError(expected, done.stderr or done.stdout)
    return done.stdout


def _run(project: Project, arguments: Sequence[str], typed: str = "") -> CompletedProcess[str]:
    git = shutil.which("git")
    if git is None:
        raise NotCommittedError(Hindrance.NO_GIT)
    clean = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    clean |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}
    with Popen(  # noqa: S603 - git, with arguments of our own
        [git, *arguments],
        cwd=project.root,
        env=clean,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            out, told = process.communicate(typed, SECONDS)
        except TimeoutExpired:
            _end(process)
            raise NotCommittedError(Hindrance.TOO_SLOW, f"git {arguments[0]}") from None
    return CompletedProcess(arguments, process.returncode, out, told)


def _end(process: Popen[str]) -> None:
    """End git with the hooks that it started; asked kindly, it takes its lock away."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        os.killpg(process.pid, sign)
        with suppress(TimeoutExpired):
            process.communicate(timeout=_GRACE)
            return
