"""The editor's list, a page at a time, and what is done with many submissions at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import urlencode

from starlette.responses import Response

from mailwijzer.inbox import queue
from mailwijzer.inbox.store import Inbox
from mailwijzer.locales import CODES
from mailwijzer.qa.lifecycle import WAITING, Action, SubmissionStatus, allowed
from mailwijzer.service import chapters, respond
from mailwijzer.service.body import whole
from mailwijzer.service.deskaccess import Visit
from mailwijzer.service.deskpage import show
from mailwijzer.templates import render

_VIEWS: Mapping[str, Collection[SubmissionStatus]] = {
    "todo": WAITING,
    **{status.value: (status,) for status in SubmissionStatus},
    "all": tuple(SubmissionStatus),
}


def listing(visit: Visit) -> Response:
    """GET /<lang>/desk/: a page of the submissions of one status and language, with the number in each."""
    params = visit.request.query_params
    view = params.get("status", "") if params.get("status") in _VIEWS else "todo"
    lang = params.get("language", "") if params.get("language") in CODES else ""
    listed = queue.read(visit.running.inbox, _VIEWS[view], lang, whole(params.get("page", "")) or 1)
    content = render(
        visit.words,
        "desk-queue.html",
        views=[
            (name, _label(visit, name), sum(listed.counts[one] for one in _VIEWS[name])) for name in _VIEWS
        ],
        view=view,
        languages=["", *CODES],
        language=lang,
        listed=listed,
        changed=[one for text in params.get("changed", "").split(",")[: queue.PAGE] if (one := whole(text))],
        chapter_title=lambda name: chapters.title(visit.running.project, visit.words.code, name) or name,
        csrf=visit.csrf,
        exposed=bool(visit.running.settings.desk_origin),
        done=params.get("done", "") if params.get("done", "").isdecimal() else "",
        misses=visit.running.misses.most() if visit.running.misses else [],
    )
    return show(visit, "", visit.words.t("desk.title"), content)


def bulk(visit: Visit) -> Response:
    """POST /<lang>/desk/: spam or ham for all that were ticked, or that taken back, where it can be done."""
    chosen = visit.fields.one("action")
    numbers = [number for text in visit.fields.all("number") if (number := whole(text))]
    done = [number for number in numbers[: queue.PAGE] if _did(visit.running.inbox, number, chosen)]
    back = {name: visit.fields.one(name) for name in ("status", "language")}
    if page := whole(visit.fields.one("page")):
        back |= {"page": str(page)}
    back |= {"done": str(len(done))}
    if chosen != "undo":
        back |= {"changed": ",".join(map(str, done))}
    return respond.see_other(visit.address(f"?{urlencode(back)}"))


def _did(inbox: Inbox, number: int, chosen: str) -> bool:
    """Mark one of many as spam or no spam, or take just that back; False where it cannot be done now."""
    item = inbox.get(number)
    if chosen in (Action.SPAM, Action.HAM) and Action(chosen) in allowed(item.status):
        inbox.record(number, Action(chosen))
        return True
    if chosen == "undo" and inbox.history(number)[-1].action in (Action.SPAM, Action.HAM):
        inbox.undo(number)
        return True
    return False


def _label(visit: Visit, view: str) -> str:
    return visit.words.t(f"desk.filter_{view}" if view in ("todo", "all") else f"desk.status_{view}")


def _count(listed: queue.Queue, view: str) -> int:
    return sum(listed.counts[status] for status in _VIEWS[view])
