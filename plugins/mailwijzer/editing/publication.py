"""From draft to page: files first, then the site, then the inbox. What was done is never lost."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mailwijzer import frontmatter
from mailwijzer.editing import checking
from mailwijzer.editing.drafts import open_draft
from mailwijzer.editing.files import Planned, planned
from mailwijzer.errors import MailwijzerError, ProblemsError, fail_on
from mailwijzer.inbox.store import Inbox
from mailwijzer.locales import CODES
from mailwijzer.publishing import publish as publishing
from mailwijzer.publishing import root, shells, sources
from mailwijzer.publishing.project import Project, write_atomic
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


class UnfinishedError(MailwijzerError):
    """The question's files stand, but the site or the inbox does not know of them yet."""

    def __init__(self, files: Sequence[str], cause: Exception) -> None:
        self.files = tuple(files)
        super().__init__(
            f"{cause}\nThe question is saved in {', '.join(files)}. Publish it again, "
            "or finish the site with `mailwijzer build`; nothing is lost"
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
    replaced = [question.path for question in loaded.questions if question.id == number]
    written = _write(project, files, replaced)
    urls = {file.lang: f"{shells.served_base(file.lang)}qa/{stem(number, draft.slug)}/" for file in files}
    try:
        inbox.record(number, Action.PUBLISH, " ".join(urls.values()))
    except (MailwijzerError, OSError) as error:
        raise UnfinishedError([file.path for file in files], error) from error
    return Published(number, urls, time.monotonic() - begun, written)


def rewrite(project: Project, number: int, draft: Draft) -> None:
    """Change the files of a published question, and bring the site up to date.

    Raises ProblemsError, with nothing changed, when the result would have faults.
    """
    loaded = sources.load(project)
    files = planned(loaded, number, draft, update=True)
    fail_on(checking.problems(project, loaded, number, draft, files))
    _write(project, files, [question.path for question in loaded.questions if question.id == number])


def _write(project: Project, files: Sequence[Planned], replaced: Sequence[str]) -> int:
    """Write the files and render the site; returns how many of the site's files were written."""
    names = [file.path for file in files]
    before = {name: _content(project.root / name) for name in {*names, *replaced}}
    try:
        for file in files:
            sources.write(project, file.meta, file.slug, file.answer)
        for name in set(replaced) - set(names):
            (project.root / name).unlink(missing_ok=True)
        reports = publishing.publish_all(project)
        root.write_index(project)
    except ProblemsError:
        # An author's mistake, such as a dead link: the draft still has it, the build must not.
        _restore(project, before)
        with suppress(MailwijzerError):
            publishing.publish_all(project)  # one language may have its page already
        raise
    except (MailwijzerError, OSError) as error:
        raise UnfinishedError(names, error) from error
    return sum(len(report.written) for report in reports)


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _restore(project: Project, before: dict[str, bytes | None]) -> None:
    for name, content in before.items():
        path = project.root / name
        if content is None:
            path.unlink(missing_ok=True)
        else:
            write_atomic(path, content, durable=True)


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
