"""The life of a submission, from the reader's form to its page: which step may follow which."""

from __future__ import annotations

from enum import StrEnum

from mailwijzer.errors import MailwijzerError


class SubmissionStatus(StrEnum):
    """Where a submission stands at the desk."""

    NEW = "new"
    ANSWERING = "answering"
    """An editor saved a draft of the answer."""

    PUBLISHED = "published"
    DECLINED = "declined"
    SPAM = "spam"
    """In the spam view: kept, and one click from being a question again."""

    MERGED = "merged"
    """Asked before: its words stand with the published question."""


class Action(StrEnum):
    """What an editor does to a submission. The names are the desk's buttons and the CLI's verbs."""

    ANSWER = "answer"
    PUBLISH = "publish"
    DECLINE = "decline"
    SPAM = "spam"
    HAM = "ham"
    REOPEN = "reopen"
    MERGE = "merge"


_NEW, _ANSWERING, _PUBLISHED, _DECLINED, _SPAM, _MERGED = SubmissionStatus

CLOSED = (_PUBLISHED, _DECLINED, _SPAM, _MERGED)
"""Where a submission waits for nobody."""

WAITING = (_NEW, _ANSWERING)
"""Where it waits for an editor."""

_STEPS: dict[Action, dict[SubmissionStatus, SubmissionStatus]] = {
    Action.ANSWER: {_NEW: _ANSWERING, _ANSWERING: _ANSWERING, _PUBLISHED: _PUBLISHED},
    Action.PUBLISH: {_ANSWERING: _PUBLISHED, _PUBLISHED: _PUBLISHED},
    Action.DECLINE: {_NEW: _DECLINED, _ANSWERING: _DECLINED},
    Action.SPAM: {_NEW: _SPAM, _ANSWERING: _SPAM},
    Action.HAM: {_SPAM: _NEW},
    Action.REOPEN: {_DECLINED: _NEW, _MERGED: _NEW},
    Action.MERGE: {_NEW: _MERGED, _ANSWERING: _MERGED},
}


def allowed(status: SubmissionStatus) -> list[Action]:
    """The actions an editor can take now, in the order of the buttons."""
    return [action for action, steps in _STEPS.items() if status in steps]


def after(status: SubmissionStatus, action: Action) -> SubmissionStatus:
    """The status after an action; raises MailwijzerError when it cannot be taken now."""
    try:
        return _STEPS[action][status]
    except KeyError:
        possible = allowed(status)
        raise MailwijzerError(
            f"a submission that is '{status}' cannot be taken through '{action}'; "
            f"possible: {', '.join(possible) or 'nothing'}",
            "step",
            status=status,
            action=action,
            possible=possible,
        ) from None
