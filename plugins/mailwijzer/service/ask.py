"""The form for readers' questions: show it, take it in, thank for it."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import anyio
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from mailwijzer.inbox import limits, tickets, workers
from mailwijzer.inbox.faults import InboxUnavailableError, KeyConflictError
from mailwijzer.inbox.limits import Sender, TooManyError
from mailwijzer.inbox.tickets import TicketKind
from mailwijzer.locales import CODES, Locale, locale, negotiate, others
from mailwijzer.pages import Page
from mailwijzer.publishing import buildstate, readertext, shells, sources
from mailwijzer.qa import spam
from mailwijzer.qa.submission import TEXT_MAX, TITLE_MAX
from mailwijzer.service import chapters, respond
from mailwijzer.service import form as forms
from mailwijzer.service.body import SECONDS, STATUS, Reason, RefusedBodyError, read_form
from mailwijzer.service.form import Entered, FieldError
from mailwijzer.service.origin import is_foreign
from mailwijzer.service.respond import Service
from mailwijzer.service.tokens import TokenState
from mailwijzer.templates import render

BODY_MAX = 128 * 1024
"""Bytes of a posted form."""

_PATIENCE = 1.0
"""Seconds that a page may wait for a word that it can do without."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Notice:
    """Why the form is shown again, when no field is at fault."""

    text: str
    mail: bool = False
    """Offer to send the question by mail."""


async def index(request: Request) -> Response:
    """GET /ask: the form in the browser's language."""
    lang = negotiate(request.headers.get("accept-language", ""))
    return respond.see_other(f"/{lang}/ask/")


async def form(request: Request) -> Response:
    """GET /<lang>/ask/: a form about the chapter that `?chapter=` names, begun with `?title=`."""
    words, given = respond.words_of(request), request.query_params
    title = given.get("title", "")[:TITLE_MAX]
    return await _form(request, words, Entered(title=title, chapter=given.get("chapter", "")))


async def received(request: Request) -> Response:
    """GET /<lang>/ask/received/<number>/: thanks. Shows the number, never what was sent."""
    words = respond.words_of(request)
    number = request.path_params["number"]
    mails = await _mails(respond.service(request))
    content = render(
        words, "ask-received.html", base=shells.served_base(words.code), number=number, mails=mails
    )
    url = f"ask/received/{number}/"
    title = words.t("ask.received_title")
    shown = Page(url, title, title, content, dict.fromkeys(others(words.code), url), indexed=False)
    return respond.page(request, words, shown)


async def post(request: Request) -> Response:
    """POST /ask: a question goes into the inbox, or comes back with all that is wrong with it."""
    words = respond.words_of(request)
    if is_foreign(request, buildstate.load(respond.service(request).project, words.code).site_url):
        return _refused(request, words, "foreign", 403)
    try:
        fields = await read_form(request, BODY_MAX)
    except RefusedBodyError as error:
        return _refused(request, words, error.reason.value, STATUS[error.reason])
    words = locale(lang) if (lang := fields.one("lang")) in CODES else words
    entered = forms.entered(fields)
    if fields.damaged:
        return await _form(request, words, entered, 400, notice=Notice(words.t("ask.damaged")))
    if errors := forms.errors(words, entered):
        return await _form(request, words, entered, 422, errors)
    state = respond.service(request).tokens.check(entered.token, entered.key)
    if state in (TokenState.EXPIRED, TokenState.INVALID):
        return await _form(request, words, entered, 422, notice=Notice(words.t(f"ask.again_{state}")))
    if fields.one("do") == "preview":
        return await _form(request, words, entered, preview=True)
    return await _take_in(request, words, entered, _signs(state, entered))


def _signs(state: TokenState, entered: Entered) -> tuple[str, ...]:
    signs = [state.value] if state is TokenState.TOO_FAST else []
    return tuple([*signs, "honeypot"] if entered.trap else signs)


def _suspicion(running: Service, entered: Entered, signs: tuple[str, ...]) -> tuple[str, ...]:
    """The signs of spam that weigh enough, against work that was done for this form, once. Blocks."""
    proof = running.proofs.check(entered.proof, entered.key) if signs else None
    if proof is None:
        return spam.filed(signs)
    fresh = tickets.spend_foreign(running.inbox, TicketKind.PROOF, proof.signature, proof.until)
    return spam.filed(signs, proved=fresh)


async def _take_in(request: Request, words: Locale, entered: Entered, signs: tuple[str, ...]) -> Response:
    """Durable first, thanks after. A repetition gets the number of the first time."""
    running = respond.service(request)
    known = bool(chapters.title(running.project, words.code, entered.chapter))
    entered = entered if known else replace(entered, chapter="")

    def submit() -> int:
        new = forms.submission(entered, words.code, _suspicion(running, entered, signs))
        return running.inbox.submit(new, sources.next_id(running.project), _sender(request)).number

    try:
        number = await anyio.to_thread.run_sync(submit)
    except TooManyError as error:
        text = words.t("ask.too_many", minutes=-(-error.seconds // 60))
        later = {"Retry-After": str(error.seconds)}
        return await _form(request, words, entered, 429, notice=Notice(text, mail=True), headers=later)
    except KeyConflictError:
        again = replace(entered, key=forms.new_key())
        return await _form(request, words, again, 409, notice=Notice(words.t("ask.conflict")))
    except InboxUnavailableError as error:
        _log.error("a question was not stored: %s", error)
        notice = Notice(words.t("ask.unavailable"), mail=True)
        return await _form(request, words, entered, 503, notice=notice)
    return respond.see_other(f"/{words.code}/ask/received/{number}/")


def _sender(request: Request) -> Sender:
    running = respond.service(request)
    address = request.client.host if request.client else ""
    name = limits.network(address, running.settings.secret, running.inbox.moment().date())
    return Sender(name, running.settings.limits)


async def _form(
    request: Request,
    words: Locale,
    entered: Entered,
    status: int = 200,
    errors: Sequence[FieldError] = (),
    notice: Notice | None = None,
    preview: bool = False,
    headers: Mapping[str, str] | None = None,
) -> Response:
    running = respond.service(request)
    about = chapters.title(running.project, words.code, entered.chapter)
    chapter = entered.chapter if about else ""
    entered = replace(entered, key=entered.key or forms.new_key())
    content = render(
        words,
        "ask-form.html",
        mode="form",
        mails=await _mails(running),
        base=shells.served_base(words.code),
        entered=entered,
        visible=forms.visible,
        errors=errors,
        wrong={error.field: error.text for error in reversed(errors)},
        notice=notice,
        chapter=chapter,
        chapter_title=about,
        preview=readertext.render(entered.text) if preview else None,
        token=running.tokens.issue(entered.key, again=status != 200 or preview),
        trap=forms.TRAP,
        proof=json.dumps(running.proofs.issue(entered.key)) if running.proofs.wanted else "",
        limits={name: forms.grouped(words, limit) for name, limit in forms.LIMITS.items()},
        ask_address=_ask_address(request, words),
    )
    return respond.page(
        request, words, _page(words, content, chapter, status), status, headers or _later(status)
    )


async def _mails(running: Service) -> bool:
    """Whether mail to askers goes out here; if nobody can tell in a moment, it is not promised."""
    with anyio.move_on_after(_PATIENCE), suppress(InboxUnavailableError):
        return await anyio.to_thread.run_sync(
            workers.works, running.inbox, workers.Worker.SEND, abandon_on_cancel=True
        )
    return False


def _ask_address(request: Request, words: Locale) -> str:
    """Where a question may go by mail; empty when the site has no such address."""
    project = respond.service(request).project
    return buildstate.load(project, words.code).extra.get("ask_address", "")


def _later(status: int) -> dict[str, str]:
    return {"Retry-After": "120"} if status == 503 else {}


def _page(words: Locale, content: Markup, chapter: str, status: int) -> Page:
    query = f"?{urlencode({'chapter': chapter})}" if chapter else ""
    title = words.t("ask.title")
    if status != 200:
        title = words.t("ask.error_prefix") + title
    twins = dict.fromkeys(others(words.code), f"ask/{query}")
    return Page(
        "ask/", title, words.t("ask.description"), content, twins, indexed=status == 200 and not chapter
    )


def _refused(request: Request, words: Locale, reason: str, status: int) -> Response:
    """A post that is not read as a question: why, and the way back."""
    explained = words.t(f"ask.{reason}", max=forms.grouped(words, TEXT_MAX), seconds=SECONDS)
    link = (f"/{words.code}/ask/", words.t("ask.to_form"))
    close = {"Connection": "close"} if reason in (Reason.TOO_LARGE, Reason.TOO_SLOW) else {}
    return respond.message(request, words, status, words.t(f"ask.{reason}_title"), [explained], [link], close)
