"""From draft to page: files first, then the site, then the inbox. What was done is never lost."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from mailwijzer import frontmatter
from mailwijzer.editing import checking, recording, writing
from mailwijzer.editing.drafts import open_draft
from mailwijzer.editing.files import Planned, planned
from mailwijzer.editing.recording import Recorded
from mailwijzer.errors import MailwijzerError, ProblemsError, fail_on
from mailwijzer.inbox.store import Inbox
from mailwijzer.locales import CODES
from mailwijzer.publishing import shells, sources
from mailwijzer.publishing.project import Project
from mailwijzer.publishing.sources import Sources
from mailwijzer.qa.lifecycle import Action, SubmissionStatus, after
from mailwijzer.qa.model import NAME, stem
from mailwijzer.qa.submission import Draft


@dataclass(frozen=True)
class Published:
    """A publication that is done."""

    number: int
    urls: dict[str, str]
    """Language -> address from the site's root: `/en/qa/0042-slug/`."""

    seconds: float
    written: int
    """Files of the site that were written."""

    recorded: Recorded | None = None
    """What git has of it; None where no commit is wanted."""


class UnfinishedError(MailwijzerError):
    """The question's files stand, but the site or the inbox does not know of them yet."""

    def __init__(self, files: Sequence[str], cause: Exception) -> None:
        self.files = tuple(files)
        super().__init__(
            f"{cause}\nThe question is saved in {', '.join(files)}. Publish it again, "
            "or finish the site with `mailwijzer build`; nothing is lost",
            "unfinished",
            cause=cause,
            command="mailwijzer build",
            files=files,
        )


def publish(project: Project, inbox: Inbox, number: int) -> Published:
    """Publish the saved draft of a submission, or publish it anew.

    Raises ProblemsError, with nothing changed, when draft or sources have faults; UnfinishedError when
    the files were written and a later step failed: calling again finishes the work.
    """
    begun = time.monotonic()
    submission = inbox.get(number)
    after(submission.status, Action.PUBLISH)
    draft = open_draft(project, inbox, number)
    for code in CODES:
        shells.load(project, code)  # refuses before anything is written when there is no site yet
    _settle(project, number, draft.slug)
    loaded = sources.load(project)
    update = submission.status is SubmissionStatus.PUBLISHED
    files = planned(loaded, number, draft, update=update)
    fail_on(checking.problems(project, loaded, number, draft, files))
    subject = f"Publish question {number:04d}{' anew' if update else ''}: {draft.slug}"
    written, recorded = _write(project, loaded, number, files, subject)
    urls = {file.lang: f"{shells.served_base(file.lang)}qa/{stem(number, draft.slug)}/" for file in files}
    note = [recorded.note] if recorded is not None else []
    try:
        inbox.record(number, Action.PUBLISH, " ".join([*urls.values(), *note]))
    except (MailwijzerError, OSError) as error:
        raise UnfinishedError([file.path for file in files], error) from error
    return Published(number, urls, time.monotonic() - begun, written, recorded)


def rewrite(project: Project, number: int, draft: Draft, subject: str, merged: int = 0) -> Recorded | None:
    """Change the files of a published question, bring the site up to date, and commit if that is wanted.

    Raises ProblemsError, with nothing changed, when the result would have faults.
    """
    loaded = sources.load(project)
    files = planned(loaded, number, draft, update=True)
    fail_on(checking.problems(project, loaded, number, draft, files))
    return _write(project, loaded, number, files, subject, merged)[1]


def _write(
    project: Project, loaded: Sources, number: int, files: Sequence[Planned], subject: str, merged: int = 0
) -> tuple[int, Recorded | None]:
    """Write files and site, then commit; how many of the site's files were written, and what git has."""
    wanted: dict[str, bytes | None] = {file.path: file.text.encode() for file in files}
    for question in loaded.questions:
        if question.id == number:  # deleted last: a crash leaves the old file, or both
            wanted.setdefault(question.path, None)
    unsaved = recording.unsaved(project, wanted)
    try:
        written = writing.write(project, wanted)
    except ProblemsError:
        raise
    except (MailwijzerError, OSError) as error:
        raise UnfinishedError([file.path for file in files], error) from error
    return written, recording.record(project, number, wanted, unsaved, subject, merged)


def _settle(project: Project, number: int, slug: str) -> None:
    """Finish or take back a change of slug that a crash left half done.

    Only files that name each other (`former_slugs`) are touched, so a stranger's file never is.
    """
    found = [name for path in project.qa.glob(f"{number:04d}-*.md") if (name := NAME.fullmatch(path.name))]
    new = {name["lang"]: project.qa / name[0] for name in found if name["slug"] == slug}
    old = {name["lang"]: project.qa / name[0] for name in found if name["slug"] != slug}
    former = {name["slug"] for name in found} - {slug}
    for path in new.values():
        meta = frontmatter.parse(path.read_text("utf-8"), path.name).meta
        if not former <= set(meta.get("former_slugs") or ()):
            return
    if new and old:
        finished = old.keys() <= new.keys()
        for path in (old if finished else new).values():
            path.unlink()
