"""The way into the desk, and what every request there has to pass."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import wraps

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from mailwijzer.inbox.passkeys import known
from mailwijzer.locales import Locale, negotiate
from mailwijzer.pages import Page
from mailwijzer.publishing import shells
from mailwijzer.service import respond
from mailwijzer.service.body import STATUS, Fields, RefusedBodyError, read_form
from mailwijzer.service.deskgate import COOKIE, SESSION_SECONDS
from mailwijzer.service.origin import is_exposed, is_foreign, is_local
from mailwijzer.service.respond import Service
from mailwijzer.templates import render

BODY_MAX = 512 * 1024
"""Bytes of a form of the desk: two answers in Markdown."""


@dataclass(frozen=True)
class Visit:
    """One request of an editor who may be here, with what answering it takes."""

    request: Request
    words: Locale
    running: Service
    csrf: str
    """Every form of the desk carries this."""

    fields: Fields = field(default_factory=lambda: Fields({}))
    """What was posted; empty for a GET."""

    session: str = ""
    passkey: str = ""
    """The passkey that opened the session; empty for the link from the terminal."""

    @property
    def number(self) -> int:
        """The submission that the address names."""
        return int(self.request.path_params["number"])

    def address(self, rest: str = "") -> str:
        """An address of the desk in the editor's language."""
        return f"/{self.words.code}/desk/{rest}"


Handler = Callable[[Visit], Response]


def guarded(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that only an editor reaches; `handler` runs in a thread and may block."""

    @wraps(handler)
    async def endpoint(request: Request) -> Response:
        words = respond.words_of(request)
        running = respond.service(request)
        if not may_come(request):
            return absent(request, words)
        session = request.cookies.get(COOKIE, "")
        passkey = running.gate.passkey(session)
        if passkey is None or (passkey and not await run_in_threadpool(known, running.inbox, passkey)):
            return _closed(request, words)
        fields = Fields({})
        if request.method == "POST":
            try:
                fields = await read_form(request, BODY_MAX)
            except RefusedBodyError as error:
                text = words.t("desk.refused_body", max=BODY_MAX // 1024)
                return _refused(request, words, text, STATUS[error.reason])
            if is_foreign(request) or not running.gate.is_csrf(session, fields.one("csrf")):
                return _refused(request, words, words.t("desk.refused"), 403)
        visit = Visit(request, words, running, running.gate.csrf(session), fields, session, passkey)
        return await run_in_threadpool(handler, visit)

    return endpoint


async def index(request: Request) -> Response:
    """GET /desk: the desk in the browser's language."""
    if not may_come(request):
        return absent(request, respond.words_of(request))
    return respond.see_other(f"/{negotiate(request.headers.get('accept-language', ''))}/desk/")


async def login(request: Request) -> Response:
    """GET /desk/login?token=...: the link from the terminal. It works once."""
    words = respond.words_of(request)
    if not is_local(request):
        return absent(request, words)
    gate = respond.service(request).gate
    answer = respond.see_other("/desk")
    if gate.knows(request.cookies.get(COOKIE, "")):
        return answer
    session = gate.enter(request.query_params.get("token", ""))
    if session is None:
        return _closed(request, words)
    set_session(answer, session, secure=request.url.scheme == "https")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def may_come(request: Request) -> bool:
    """Whether there is a desk for this request: from this machine, or for the name it is exposed under."""
    return is_local(request) or is_exposed(request, respond.service(request).settings.desk_origin)


def set_session(answer: Response, session: str, *, secure: bool) -> None:
    """Hand a session to the browser."""
    answer.set_cookie(
        COOKIE, session, max_age=SESSION_SECONDS, httponly=True, samesite="strict", secure=secure
    )


def delete_session(answer: Response) -> None:
    """Take it away."""
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    answer.headers["Cache-Control"] = "no-store"


def absent(request: Request, words: Locale) -> Response:
    """From elsewhere there is no desk."""
    title, text = words.t("site.not_found_title"), words.t("site.not_found_text")
    return respond.message(request, words, 404, title, [text], [])


def _closed(request: Request, words: Locale) -> Response:
    if is_exposed(request, respond.service(request).settings.desk_origin):
        return _door(request, words)
    lines = [words.t("desk.closed"), words.t("desk.closed_once")]
    return respond.message(request, words, 403, words.t("desk.closed_title"), lines, [])


def _door(request: Request, words: Locale) -> Response:
    title, base = words.t("desk.door_title"), shells.served_base(words.code)
    content = render(words, "desk-door.html", invite="", who="", title=title, base=base)
    page = Page("", title, title, content, indexed=False)
    return respond.page(request, words, page, 403, {"Cache-Control": "no-store"})


def _refused(request: Request, words: Locale, text: str, status: int) -> Response:
    links = [(f"/{words.code}/desk/", words.t("desk.to_desk"))]
    return respond.message(request, words, status, words.t("desk.refused_title"), [text], links)
