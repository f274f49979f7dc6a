"""Take a step back. What was published goes by a commit that reverts another, or stays, and says why."""

from __future__ import annotations

from mailwijzer.editing import notifying, recording, writing
from mailwijzer.editing.recording import Recorded
from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox import outbox, undoing
from mailwijzer.inbox.store import Inbox
from mailwijzer.publishing import commits
from mailwijzer.publishing.commits import Hindrance, Made, NotCommittedError
from mailwijzer.publishing.project import Project
from mailwijzer.qa.lifecycle import SubmissionStatus


def undo(project: Project, inbox: Inbox, number: int) -> Recorded | None:
    """Take the last step of a submission back, with the commit it made; None where there is none to revert.

    Raises MailwijzerError, with nothing changed, when it cannot be taken back.
    """
    submission = inbox.get(number)
    if submission.status is SubmissionStatus.PUBLISHED:
        return _unpublish(project, inbox, number)
    into = notifying.answered(inbox, number, submission.status)[0]
    inbox.undo(number)
    return _unmerge(project, number, into) if into and commits.wanted(project) else None


def possible(project: Project, inbox: Inbox, number: int) -> bool:
    """Whether taking back a publication is worth offering: git has it, and no asker was sent to its page."""
    return commits.wanted(project) and not outbox.answer_left(inbox, number)


def _unpublish(project: Project, inbox: Inbox, number: int) -> Recorded:
    if not commits.wanted(project):
        inbox.undo(number)  # says that a publication stays
        raise MailwijzerError(f"question {number} is published, and that is not taken back", "undo_stays")
    if outbox.answer_left(inbox, number):
        raise MailwijzerError(
            f"the asker of question {number} has been told of its page; "
            "change its answer and publish it again",
            "undo_told",
        )
    made = commits.last(project, number)
    if made is None:
        raise MailwijzerError(
            f"the last change of qa/{number:04d}-*.md was not made by publishing; undo it with git, "
            "or change the answer and publish it again",
            "undo_by_hand",
            files=f"qa/{number:04d}-*.md",
        )
    if made.merged:
        raise MailwijzerError(
            f"question {made.merged} was merged into it since; take that back first",
            "undo_merged",
            number=made.merged,
        )
    done = _revert(project, number, made)
    undoing.undo_publication(inbox, number)
    return done


def _unmerge(project: Project, number: int, into: int) -> Recorded | None:
    """The merge is taken back in any case; its words leave the other question's file if git can do that."""
    try:
        made = commits.last(project, into)
        return _revert(project, into, made) if made is not None and made.merged == number else None
    except NotCommittedError as error:
        return Recorded(hindrance=error.hindrance, said=error.said)
    except MailwijzerError as error:
        return Recorded(hindrance=Hindrance.REFUSED, said=" ".join(str(error).split()))


def _revert(project: Project, number: int, made: Made) -> Recorded:
    """The files of before the commit, the site, and a commit that says so: all three or none."""
    commits.refuse_unready(project)
    if unsaved := commits.changed(project, made.files):
        raise NotCommittedError(Hindrance.DIRTY, ", ".join(unsaved))
    former = {path: commits.content_before(project, made, path) for path in made.files}
    now = writing.contents(project, former)
    try:
        writing.write(project, former)
        return Recorded(recording.undo(project, number, made))
    except (MailwijzerError, OSError):
        writing.take_back(project, now)
        raise
