"""Answers in the site's own shell, and what the handlers share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from mailwijzer.editing.live import Public
from mailwijzer.inbox.misses import Misses
from mailwijzer.inbox.store import Inbox
from mailwijzer.locales import CODES, Locale, locale, negotiate
from mailwijzer.pages import Page
from mailwijzer.publishing import buildstate, shells
from mailwijzer.publishing.project import Project
from mailwijzer.service.deskgate import DeskGate
from mailwijzer.service.headers import EDITED, STRICT
from mailwijzer.service.proof import Proofs
from mailwijzer.service.settings import Settings
from mailwijzer.service.tokens import FormTokens
from mailwijzer.templates import render


@dataclass(frozen=True)
class Service:
    """What lives as long as the service runs."""

    settings: Settings
    inbox: Inbox
    tokens: FormTokens
    gate: DeskGate
    proofs: Proofs
    public: Public | None = None
    """The site that readers see, where the operator named one."""

    @property
    def project(self) -> Project:
        """The project that is served."""
        return self.settings.project

    @property
    def misses(self) -> Misses | None:
        """Where searches in vain are counted, if the site was built with `count_misses`."""
        extra = buildstate.load(self.project, CODES[0]).extra
        return Misses(self.project.root / "inbox" / "misses.sqlite3") if extra.get("count_misses") else None


def service(request: Request) -> Service:
    """The running service of a request."""
    return cast("Service", request.app.state.service)


def words_of(request: Request) -> Locale:
    """The language of an answer: that of the address, else the form's, else the browser's."""
    for code in (request.path_params.get("lang", ""), request.query_params.get("lang", "")):
        if code in CODES:
            return locale(code)
    return locale(negotiate(request.headers.get("accept-language", "")))


def page(
    request: Request,
    words: Locale,
    content: Page,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A page in the shell. Raises MailwijzerError while the site has not been built."""
    # Our pages know their base; a slot's name in them was typed by a reader, and stays text.
    shown = replace(content, content=Markup(str(content.content).replace("@@", "&#64;&#64;")))
    return _filled(request, words, shown, status, headers or {})


def _filled(
    request: Request, words: Locale, content: Page, status: int, headers: Mapping[str, str]
) -> Response:
    shell = shells.load(service(request).project, words.code)
    text = shell.fill(content, shells.served_base(words.code))
    defaults = {"Content-Security-Policy": STRICT, "Cache-Control": "private, no-cache"}
    body = text.encode("utf-8", "replace")
    return HTMLResponse(body, status, headers={**defaults, **headers})


def edited(request: Request, words: Locale, content: Page) -> Response:
    """A page that holds an editor's Markdown, for the editor alone."""
    headers = {"Content-Security-Policy": EDITED, "Cache-Control": "no-store"}
    return _filled(request, words, content, 200, headers)


def message(
    request: Request,
    words: Locale,
    status: int,
    title: str,
    lines: Sequence[str],
    links: list[tuple[str, str]],
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A short explanation in the shell: what happened (Markup is kept), and where to go (address, text)."""
    content: Markup = render(words, "ask-message.html", title=title, lines=lines, links=links)
    first = lines[0].striptags() if isinstance(lines[0], Markup) else lines[0]
    shown = Page("", title, first, content, indexed=False)
    return page(request, words, shown, status, headers)


def see_other(address: str) -> Response:
    """Go and look there (303), so that reloading does not send a form again."""
    return RedirectResponse(address, 303)


def plain(text: str, status: int) -> Response:
    """An answer without the shell: when there is none."""
    return PlainTextResponse(text + "\n", status, headers={"Cache-Control": "no-store"})
