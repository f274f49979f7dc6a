"""Mail to askers: what is due is planned from what stands in the inbox, then each is sent once."""

from __future__ import annotations

import re
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urljoin, urlsplit

from sqlalchemy import Connection, Row, select

from mailwijzer.editing.live import checked_base
from mailwijzer.inbox import consenting, outbox, schema, workers
from mailwijzer.inbox.consenting import ConsentState, digest
from mailwijzer.inbox.messages import MessageState
from mailwijzer.inbox.outbox import Notice, NoticeKind, NoticeState
from mailwijzer.inbox.store import Inbox
from mailwijzer.locales import locale
from mailwijzer.mail import notices, sending
from mailwijzer.mail.notices import Occasion, UnwritableAddressError
from mailwijzer.mail.sending import NotSentError, Outgoing
from mailwijzer.publishing import buildstate, sources
from mailwijzer.publishing.project import Project
from mailwijzer.qa.lifecycle import Action, SubmissionStatus

_S, _A, _M = schema.submission, schema.address, schema.message
_QUIET = (SubmissionStatus.SPAM, SubmissionStatus.DECLINED)
_SECONDS = 20

Live = Callable[[str], bool]
"""Whether the page at an address from the site's root (`/en/qa/0042-slug/`) is really there."""


def built(project: Project) -> Live:
    """Look among the files of the site on this machine."""
    return lambda address: (project.site / address.strip("/") / "index.html").is_file()


def deployed(base: str) -> Live:
    """Ask the site that readers see, at `base` (`https://mailwijzer.example/`); raises MailwijzerError."""
    checked_base(base)

    def there(address: str) -> bool:
        with (
            suppress(OSError, ValueError),
            urllib.request.urlopen(urljoin(base, address), timeout=_SECONDS) as page,  # noqa: S310
        ):
            # A server that answers everything with its start page shows another address than was asked for.
            return bool(page.status == 200 and urlsplit(page.url).path.rstrip("/") == address.rstrip("/"))
        return False

    return there


def plan(project: Project, inbox: Inbox, outgoing: Outgoing, live: Live) -> int:
    """Put into the outbox what is due now; returns how many notices are new. Planning twice adds nothing."""
    pages = _pages(project)
    new = 0
    for row in _askers(inbox):
        name = digest(row.address)
        if name == digest(outgoing.sender):
            continue
        number, kind = answered(inbox, row.number, row.status)
        page = _page(pages.get(number, {}), row.lang)
        there = kind if kind is not None and page and live(page) else None
        with inbox.transaction(writing=True) as connection:
            for kind in _due(connection, inbox, row, name, there):
                new += outbox.add(connection, row.number, kind, name, inbox.moment(), outgoing.domain)
    return new


def answered(inbox: Inbox, number: int, status: str) -> tuple[int, NoticeKind | None]:
    """The question that holds the answer to a submission, and how its asker is told; 0 and None for none."""
    if status == SubmissionStatus.PUBLISHED:
        return number, NoticeKind.PUBLISHED
    if status == SubmissionStatus.MERGED:
        merges = [event.detail for event in inbox.history(number) if event.action is Action.MERGE]
        if merges and (found := re.match(r"\d+", merges[-1])):
            return int(found[0]), NoticeKind.MERGED
    return 0, None


def send(project: Project, inbox: Inbox, outgoing: Outgoing) -> Counter[NoticeState]:
    """Send all that is due, one after another; returns what became of it. Several may do this at once."""
    became: Counter[NoticeState] = Counter()
    if dead := outbox.give_up_on_the_dead(inbox):
        became[NoticeState.UNSURE] = dead
    while (notice := outbox.claim(inbox)) is not None:
        state, reason = _deliver(project, inbox, outgoing, notice)
        outbox.settle(inbox, notice, state, reason)
        became[state] += 1
    workers.note(inbox, workers.Worker.SEND)
    return became


def _deliver(project: Project, inbox: Inbox, outgoing: Outgoing, notice: Notice) -> tuple[NoticeState, str]:
    recipient, token = outbox.address(inbox, notice)
    if not recipient:
        return NoticeState.CANCELLED, ""
    item = inbox.get(notice.number)
    number, kind = answered(inbox, item.number, item.status)
    if notice.kind in outbox.ANSWERS and notice.kind is not kind:
        return NoticeState.CANCELLED, ""  # the editor took the merge back meanwhile
    try:
        occasion = _occasion(project, inbox, notice, item.lang, token, number)
        letter = notices.write(locale(item.lang), outgoing.sender, recipient, occasion)
    except UnwritableAddressError:
        return NoticeState.FAILED, "no usable address"
    except Exception:
        # Nothing went out: it waits again, and does not end as one of which nobody knows.
        outbox.settle(inbox, notice, NoticeState.WAITING, "not written")
        raise
    try:
        sending.send(outgoing, letter, recipient)
    except NotSentError as error:
        return NoticeState.FAILED if error.final else NoticeState.WAITING, error.reason
    return NoticeState.SENT, ""


def _occasion(project: Project, inbox: Inbox, notice: Notice, lang: str, token: str, number: int) -> Occasion:
    """What a notice is made of; `number` is the question that holds the answer."""
    site = buildstate.load(project, lang).site_url
    with inbox.transaction() as connection:
        asked = consenting.state(connection, notice.digest) is ConsentState.ASKED
        own = select(_M.c.message_id).where(_M.c.number == notice.number, _M.c.state == MessageState.QUESTION)
        answers = connection.execute(own.limit(1)).scalar() or ""
    page = _page(_pages(project).get(number, {}), lang) if notice.kind in outbox.ANSWERS else ""
    return Occasion(
        kind=notice.kind,
        number=notice.number,
        message_id=notice.message_id,
        at=inbox.moment(),
        confirm_url=f"{site}mail/confirm/{token}/" if asked else "",
        stop_url=f"{site}mail/stop/{token}/",
        page_url=urljoin(site, page) if page else "",
        ask_url=f"{site}ask/",
        answers=answers,
    )


def _askers(inbox: Inbox) -> list[Row[Any]]:
    """Submissions with an address that may hear of us, with the mail that each came by, if any."""
    mail = (_M.c.number == _S.c.number) & (_M.c.state == MessageState.QUESTION)
    query = select(_S.c.number, _S.c.status, _S.c.lang, _S.c.received, _A.c.address, _M.c.details)
    query = query.select_from(_S.join(_A).outerjoin(_M, mail)).where(_S.c.status.not_in(_QUIET))
    with inbox.transaction() as connection:
        return [*connection.execute(query.order_by(_S.c.number))]


def _due(
    connection: Connection, inbox: Inbox, row: Row[Any], name: str, there: NoticeKind | None
) -> Iterator[NoticeKind]:
    """What one asker is due; `there` is the notice of an answer that can be read now.

    Who never confirmed gets one mail in all, whatever else is sent in that name.
    """
    said, now = consenting.state(connection, name), inbox.moment()
    verified = bool(row.details) and '"verified": "pass"' in row.details
    if said is None:
        consenting.begin(connection, name, now)
        yield NoticeKind.ACKNOWLEDGE if verified else NoticeKind.CONFIRM
    elif said is ConsentState.CONFIRMED:
        fresh = row.received > now - outbox.DAY
        if verified and fresh and not outbox.acknowledged_lately(connection, name, now):
            yield NoticeKind.ACKNOWLEDGE
        if there is not None and not outbox.told(connection, row.number, there):
            yield there


def _pages(project: Project) -> dict[int, dict[str, str]]:
    """Number -> language -> address of its page from the site's root."""
    found: dict[int, dict[str, str]] = {}
    for question in sources.load(project).questions:
        found.setdefault(question.id, {})[question.lang] = f"/{question.lang}/{question.url}"
    return found


def _page(pages: Mapping[str, str], lang: str) -> str:
    return pages.get(lang) or next(iter(pages.values()), "")
