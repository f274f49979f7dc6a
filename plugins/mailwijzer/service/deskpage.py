"""A page of the desk in the shell, with its keys; and what is said where there is none."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps

from markupsafe import Markup
from starlette.responses import Response

from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox.faults import InboxUnavailableError, UnknownSubmissionError
from mailwijzer.locales import others
from mailwijzer.pages import Page
from mailwijzer.publishing import shells
from mailwijzer.service import respond, said
from mailwijzer.service.deskaccess import Visit
from mailwijzer.templates import render

_log = logging.getLogger(__name__)


def show(visit: Visit, url: str, title: str, content: Markup, status: int = 200) -> Response:
    """A page of the desk in the shell: for nobody's cache, and no search engine's."""
    base = shells.served_base(visit.words.code)
    script = Markup('<script defer src="{}assets/mailwijzer/desk.js"></script>').format(base)
    twins = dict.fromkeys(others(visit.words.code), f"desk/{url}")
    content += render(visit.words, "desk-keys.html")
    page = Page(f"desk/{url}", title, visit.words.t("desk.title"), content, twins, script, indexed=False)
    return respond.page(visit.request, visit.words, page, status, {"Cache-Control": "no-store"})


def told(handler: Callable[[Visit], Response]) -> Callable[[Visit], Response]:
    """Answers in the shell where `handler` meets an unknown submission, or something it cannot do."""

    @wraps(handler)
    def handle(visit: Visit) -> Response:
        words = visit.words
        links = [(visit.address(), words.t("desk.to_desk"))]
        try:
            return handler(visit)
        except UnknownSubmissionError:
            text = words.t("desk.unknown", number=visit.number)
            return respond.message(visit.request, words, 404, words.t("desk.unknown_title"), [text], links)
        except MailwijzerError as error:
            _log.warning("%s", error)
            lines = [one.marked(words.code) for one in said.of_error(words, error)]
            status = 503 if isinstance(error, InboxUnavailableError) else 409
            return respond.message(visit.request, words, status, words.t("desk.failed_title"), lines, links)

    return handle
