"""One submission at the desk, and what is done with it short of answering it."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

from starlette.responses import Response

from mailwijzer import editing
from mailwijzer.editing import notifying, recording, undoing
from mailwijzer.editing.recording import Recorded
from mailwijzer.errors import MailwijzerError, ProblemsError
from mailwijzer.inbox import messages, neighbours
from mailwijzer.inbox.faults import UnknownSubmissionError
from mailwijzer.locales import CODES
from mailwijzer.publishing import readertext, sources
from mailwijzer.publishing.commits import Hindrance
from mailwijzer.qa import secrets
from mailwijzer.qa.lifecycle import WAITING, Action, SubmissionStatus, allowed
from mailwijzer.qa.listings import Entry
from mailwijzer.qa.model import Question
from mailwijzer.qa.submission import Event, Submission
from mailwijzer.search.reading import UnusableIndexError
from mailwijzer.service import chapters, respond, said
from mailwijzer.service.body import whole
from mailwijzer.service.deskaccess import Visit
from mailwijzer.service.deskpage import show
from mailwijzer.service.form import CONTROL
from mailwijzer.service.said import Said
from mailwijzer.templates import render

_REVERSIBLE = (Action.DECLINE, Action.SPAM, Action.HAM, Action.REOPEN)
_REASON_MAX = 500

_log = logging.getLogger(__name__)


def submission(visit: Visit) -> Response:
    """GET /<lang>/desk/<number>/: the reader's words, and everything there is to know for deciding."""
    return _submission(visit)


def _submission(visit: Visit, status: int = 200, fault: Sequence[Said] = (), reason: str = "") -> Response:
    item = visit.running.inbox.get(visit.number)
    history = visit.running.inbox.history(visit.number)
    done = visit.request.query_params.get("done", "")
    answer, _ = notifying.answered(visit.running.inbox, item.number, item.status)
    similar, pages = _published(visit, item, answer or item.number)
    content = render(
        visit.words,
        "desk-submission.html",
        item=item,
        chapter_title=chapters.title(visit.running.project, visit.words.code, item.chapter),
        reader_html=readertext.render(item.text),
        history=history,
        actions=allowed(item.status),
        can_undo=_can_undo(visit, item, history),
        recorded=_recorded(visit, history),
        by_hand=recording.by_hand(answer or visit.number),
        beside=_beside(visit, item),
        similar=similar,
        pages=pages,
        public=visit.running.public is not None,
        csrf=visit.csrf,
        done=done if done in (*(action.value for action in _REVERSIBLE), "merge", "undo") else "",
        secrets=secrets.find(f"{item.title}\n{item.text}"),
        mails=messages.listing(visit.running.inbox, number=visit.number),
        fault=fault,
        reason=reason,
    )
    title = visit.words.t("ask.error_prefix") + item.title if fault else item.title
    return show(visit, f"{visit.number}/", title, content, status)


def _beside(visit: Visit, item: Submission) -> tuple[int | None, int | None]:
    """The questions before and after this one in the list that it stands in."""
    view = WAITING if item.status in WAITING else (item.status,)
    lower, higher = neighbours.of(visit.running.inbox, item.number, view)
    return (lower, higher) if item.status in WAITING else (higher, lower)  # other lists are newest first


def _can_undo(visit: Visit, item: Submission, history: Sequence[Event]) -> bool:
    """Whether the last step that still stands may be taken back."""
    if item.status is SubmissionStatus.PUBLISHED:
        return undoing.possible(visit.running.project, visit.running.inbox, item.number)
    standing: list[Action] = []
    for event in history:
        if event.before != event.after:
            if event.action is None:
                standing.pop()
            else:
                standing.append(event.action)
    return bool(standing)


def _published(visit: Visit, item: Submission, answer: int) -> tuple[list[Entry] | None, list[Question]]:
    """Questions like this one (None when they cannot be compared), and the pages with its answer."""
    project = visit.running.project
    try:
        loaded = sources.load(project)
        pages = [q for code in CODES if (q := loaded.question(answer, code))]
    except ProblemsError as error:
        _log.warning("the question files have faults:\n%s", error)
        return None, []
    try:
        similar = editing.similar(project, f"{item.title}\n{item.text}", item.lang)
    except UnusableIndexError as error:
        _log.warning("%s", error)
        return None, pages
    return [entry for entry in similar if entry.question.id != item.number], pages


def decide(visit: Visit) -> Response:
    """POST /<lang>/desk/<number>/: decline, spam, ham, reopen, or undo the last of these."""
    inbox, chosen, recorded = visit.running.inbox, visit.fields.one("action"), None
    reason = CONTROL.sub("", visit.fields.one("reason")).strip()[:_REASON_MAX]
    try:
        if chosen == "undo":
            recorded = editing.undo(visit.running.project, inbox, visit.number)
        elif chosen == Action.DECLINE and not reason:
            return _submission(visit, 422, _fault(visit, "desk.decline_reason_empty"))
        elif chosen == Action.MERGE:
            into = visit.fields.one("into")
            number = whole(into)
            recorded = editing.merge(visit.running.project, inbox, visit.number, number)[1]
        elif chosen in _REVERSIBLE:
            inbox.record(visit.number, Action(chosen), reason if chosen == Action.DECLINE else "")
        else:
            return _submission(visit, 400, _fault(visit, "desk.failed_title"))
    except UnknownSubmissionError:
        raise
    except MailwijzerError as error:
        return _submission(visit, 409, said.of_error(visit.words, error), reason)
    return respond.see_other(visit.address(f"{visit.number}/?done={chosen}{_commit(recorded)}"))


def _fault(visit: Visit, key: str) -> list[Said]:
    return [Said(visit.words.t(key), visit.words.code)]


def _commit(recorded: Recorded | None) -> str:
    """What git has of it, for the address of the page that says so."""
    if recorded is None:
        return ""
    if recorded.hindrance is not None:
        _log.warning("not committed (%s): %s", recorded.hindrance, recorded.said)
    return f"&commit={recorded.hindrance or recorded.name}"


def _recorded(visit: Visit, history: Sequence[Event]) -> Recorded | None:
    """The same, read back."""
    told = visit.request.query_params.get("commit", "")
    if told in list(Hindrance):
        return recording.read(history[-1].detail) or Recorded(hindrance=Hindrance(told))
    return Recorded(told) if re.fullmatch(r"[0-9a-f]{7,40}", told) else None
