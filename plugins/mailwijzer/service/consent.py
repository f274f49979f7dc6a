"""Where the links in mails to askers lead: a page with a button, which alone does anything."""

from __future__ import annotations

import re
from collections.abc import Callable

import anyio
from starlette.requests import Request
from starlette.responses import Response

from mailwijzer.inbox import consenting, outbox
from mailwijzer.inbox.faults import InboxUnavailableError
from mailwijzer.inbox.store import Inbox
from mailwijzer.pages import Page
from mailwijzer.service import respond
from mailwijzer.service.deskaccess import Visit
from mailwijzer.service.deskpage import show
from mailwijzer.templates import render

_QUIET = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
"""The address is the secret: nothing keeps it, and no link hands it on."""

ACTS: dict[str, tuple[str, Callable[[Inbox, str], bool]]] = {
    "confirm": ("yes", consenting.confirm),
    "stop": ("stop", consenting.refuse),
}


async def ask(request: Request) -> Response:
    """GET /<lang>/mail/<act>/<token>/: a button. Opening it changes nothing: mail scanners follow links."""
    words, token = respond.words_of(request), _token(request)
    name, _ = ACTS[request.path_params["act"]]
    try:
        known = await anyio.to_thread.run_sync(consenting.known, respond.service(request).inbox, token)
    except InboxUnavailableError:
        return _unavailable(request)
    if known is None:
        return _told(request, "unknown", 404)
    title, text, button = (words.t(f"notice.{name}_{part}") for part in ("title", "text", "button"))
    content = render(words, "mail-choice.html", title=title, text=text, button=button)
    return respond.page(request, words, Page("", title, title, content, indexed=False), headers=_QUIET)


async def act(request: Request) -> Response:
    """POST to the same address: do it. The body does not matter: RFC 8058 sends one of its own.

    Nobody but the reader of the mail knows the token, so no other site can send this.
    """
    name, do = ACTS[request.path_params["act"]]
    running, token = respond.service(request), _token(request)
    try:
        done = await anyio.to_thread.run_sync(do, running.inbox, token)
    except InboxUnavailableError:
        return _unavailable(request)
    return _told(request, f"{name}_done", 200) if done else _told(request, "unknown", 404)


def listing(visit: Visit) -> Response:
    """GET /<lang>/desk/outbox/: mail to askers, for the editor."""
    content = render(visit.words, "desk-outbox.html", listed=outbox.listing(visit.running.inbox))
    return show(visit, "outbox/", visit.words.t("notice.outbox_title"), content)


def _token(request: Request) -> str:
    """The token of the address; empty for what no token looks like, and not every database can look for."""
    token = str(request.path_params["token"])
    return token if re.fullmatch(r"[\w-]{1,64}", token, re.ASCII) else ""


def _told(request: Request, name: str, status: int) -> Response:
    words = respond.words_of(request)
    links = [(f"/{words.code}/", words.t("notice.to_start"))]
    title, line = words.t(f"notice.{name}_title"), words.t(f"notice.{name}")
    return respond.message(request, words, status, title, [line], links, _QUIET)


def _unavailable(request: Request) -> Response:
    words = respond.words_of(request)
    return respond.message(
        request,
        words,
        503,
        words.t("notice.later_title"),
        [words.t("notice.later")],
        [],
        {**_QUIET, "Retry-After": "120"},
    )
