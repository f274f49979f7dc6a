from __future__ import annotations

import pytest

from mailwijzer.errors import MailwijzerError
from mailwijzer.qa.lifecycle import Action, SubmissionStatus, after, allowed


def test_only_an_answered_submission_can_be_published() -> None:
    publishable = [status for status in SubmissionStatus if Action.PUBLISH in allowed(status)]
    assert publishable == [SubmissionStatus.ANSWERING, SubmissionStatus.PUBLISHED]


def test_nothing_but_ham_leaves_the_spam_view() -> None:
    assert allowed(SubmissionStatus.SPAM) == [Action.HAM]
    assert after(SubmissionStatus.SPAM, Action.HAM) is SubmissionStatus.NEW


def test_a_step_that_is_not_possible_says_what_is() -> None:
    with pytest.raises(MailwijzerError, match="possible: ham"):
        after(SubmissionStatus.SPAM, Action.PUBLISH)


def test_every_status_has_a_next_step() -> None:
    assert all(allowed(status) for status in SubmissionStatus)
