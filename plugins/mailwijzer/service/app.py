"""The ASGI application. Start it with `uvicorn --factory mailwijzer.service.app:create`."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import anyio
from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from mailwijzer.editing.live import Public
from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox.store import Inbox
from mailwijzer.locales import CODES
from mailwijzer.service import (
    api,
    ask,
    consent,
    desk,
    deskaccess,
    deskanswer,
    deskpasskey,
    deskpreview,
    deskqueue,
    find,
    health,
    respond,
)
from mailwijzer.service.deskaccess import Handler
from mailwijzer.service.deskgate import DeskGate
from mailwijzer.service.deskpage import told
from mailwijzer.service.headers import SecurityHeaders
from mailwijzer.service.proof import Proofs
from mailwijzer.service.settings import Settings, from_environment
from mailwijzer.service.static import Site
from mailwijzer.service.tokens import MAX_AGE, FormTokens
from mailwijzer.service.watching import Watch, Watching, log_to_stderr

_log = logging.getLogger(__name__)


class _Word(Convertor[str]):
    """One of some words in a route, so that other addresses stay files."""

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _Language(_Word):
    """`{lang:lang}`: one of the site's languages."""

    regex = "|".join(CODES)


class _Act(_Word):
    """`{act:act}`: what a link in a mail to an asker is for."""

    regex = "|".join(consent.ACTS)


class _Number(Convertor[int]):
    """`{number:number}`: the number of a question. Longer ones are no number that any database could hold."""

    regex = "[0-9]{1,9}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("lang", _Language())
register_url_convertor("number", _Number())
register_url_convertor("act", _Act())


_DESK: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "", deskqueue.listing),
    ("POST", "", deskqueue.bulk),
    ("GET", "outbox/", consent.listing),
    ("GET", "passkeys/", deskpasskey.listing),
    ("POST", "passkeys/", deskpasskey.remove),
    ("POST", "logout/", deskpasskey.logout),
    ("GET", "{number:number}/", desk.submission),
    ("POST", "{number:number}/", desk.decide),
    ("GET", "{number:number}/answer/", deskanswer.editor),
    ("POST", "{number:number}/answer/", deskanswer.answer),
    ("GET", "{number:number}/preview/{code:lang}/", deskpreview.preview),
    ("GET", "{number:number}/published/", deskanswer.published),
)


_DOOR: dict[str, Callable[[deskpasskey.Knock], Response]] = {
    "options": deskpasskey.options,
    "register": deskpasskey.register,
    "login": deskpasskey.login,
}


def create(settings: Settings | None = None) -> Starlette:
    """The application, by default with the settings of the environment.

    Raises MailwijzerError when there is no project; the inbox is opened when the server starts.
    """
    if settings is None:
        log_to_stderr()
        settings = from_environment()

    @asynccontextmanager
    async def running(app: Starlette) -> AsyncIterator[None]:
        inbox = await anyio.to_thread.run_sync(Inbox.open, settings.inbox_url)
        app.state.service = respond.Service(
            settings,
            inbox,
            FormTokens(settings.secret, settings.now),
            DeskGate(settings.desk_token, settings.secret, settings.now),
            Proofs(settings.secret, settings.now, settings.proof, MAX_AGE),
            Public(settings.live, settings.project.site) if settings.live else None,
        )
        try:
            yield
        finally:
            inbox.close()

    watch = Watch()
    app = Starlette(
        routes=_routes(settings.project.site),
        middleware=[Middleware(Watching, watch=watch), Middleware(SecurityHeaders)],
        exception_handlers={MailwijzerError: _explained},
        lifespan=running,
    )
    app.state.watch = watch
    app.router.redirect_slashes = False
    return app


def _routes(site: Path) -> list[Route | Mount]:
    return [
        Route("/ask", ask.index),
        Route("/ask", ask.post, methods=["POST"]),
        Route("/{lang:lang}/ask/", ask.form),
        Route("/{lang:lang}/ask/received/{number:number}/", ask.received),
        Route("/{lang:lang}/mail/{act:act}/{token}/", consent.ask),
        Route("/{lang:lang}/mail/{act:act}/{token}/", consent.act, methods=["POST"]),
        Route("/{lang:lang}/find/", find.page),
        Route("/api/search", api.search),
        Route("/api/suggest", api.suggest),
        Route("/api/related", api.related),
        Route("/api/missed", api.missed, methods=["POST"]),
        Route("/api/openapi.json", api.description),
        Route("/healthz", health.healthz),
        Route("/metrics", health.metrics),
        Route("/desk", deskaccess.index),
        Route("/desk/login", deskaccess.login),
        *(
            Route(f"/desk/passkey/{name}", deskpasskey.at_the_door(handler), methods=["POST"])
            for name, handler in _DOOR.items()
        ),
        Route("/{lang:lang}/desk/invite/{token}/", deskpasskey.invitation),
        *(
            Route(f"/{{lang:lang}}/desk/{rest}", deskaccess.guarded(told(handler)), methods=[method])
            for method, rest, handler in _DESK
        ),
        Mount("/", Site(site)),
    ]


async def _explained(_request: Request, error: Exception) -> Response:
    """An error that is meant for a person, such as a site that was not built, tells itself."""
    _log.error("%s", error)
    answer = respond.plain(str(cast("MailwijzerError", error)), 503)
    answer.headers["Retry-After"] = health.RETRY_SECONDS
    return answer
