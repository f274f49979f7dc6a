"""The desk's door where it is exposed: passkeys, made by an invitation, and used to enter."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mailwijzer.editing import ceremonies
from mailwijzer.editing.ceremonies import RefusedError
from mailwijzer.inbox import limits, passkeys, tickets
from mailwijzer.inbox.tickets import TicketKind
from mailwijzer.locales import Locale
from mailwijzer.pages import Page
from mailwijzer.publishing import buildstate, shells
from mailwijzer.service import deskaccess, respond
from mailwijzer.service.body import Reason, RefusedBodyError, read_json
from mailwijzer.service.deskaccess import Visit
from mailwijzer.service.deskpage import show
from mailwijzer.service.origin import is_exposed, is_foreign
from mailwijzer.service.respond import Service
from mailwijzer.templates import render

BODY_MAX = 64 * 1024
WINDOW, MOST, MOST_ALL = 900, 20, 300
"""Seconds that a challenge is good, and how many one network, and everybody, may ask for meanwhile."""

_QUIET = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Knock:
    """A request at the door, with what it brought."""

    request: Request
    words: Locale
    running: Service
    brought: Mapping[str, Any]

    def text(self, name: str) -> str:
        """A text that it brought; empty for anything else."""
        value = self.brought.get(name, "")
        return value if isinstance(value, str) and re.fullmatch(r"[\w-]{1,200}", value, re.ASCII) else ""

    @property
    def credential(self) -> Mapping[str, Any]:
        """The browser's answer."""
        found = self.brought.get("credential")
        return found if isinstance(found, dict) else {}

    @property
    def origin(self) -> str:
        """Where the desk is exposed."""
        return self.running.settings.desk_origin


def at_the_door(handler: Callable[[Knock], Response]) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint for our own script on our own origin; `handler` runs in a thread."""

    @wraps(handler)
    async def endpoint(request: Request) -> Response:
        running, words = respond.service(request), respond.words_of(request)
        if not is_exposed(request, running.settings.desk_origin):
            return JSONResponse({"error": words.t("site.not_found_title")}, 404, _QUIET)
        if is_foreign(request):
            return JSONResponse({"error": words.t("desk.refused")}, 403, _QUIET)
        try:
            brought = await read_json(request, BODY_MAX)
        except RefusedBodyError as error:
            status = 413 if error.reason is Reason.TOO_LARGE else 400
            return JSONResponse({"error": words.t("desk.passkey_failed")}, status, _QUIET)
        try:
            return await run_in_threadpool(handler, Knock(request, words, running, brought))
        except RefusedError as error:
            _log.warning("a passkey was refused: %s", error)
            return JSONResponse({"error": words.t("desk.passkey_failed")}, 403, _QUIET)

    return endpoint


def options(knock: Knock) -> Response:
    """POST /desk/passkey/options: a challenge, for a login or for who brings an invitation."""
    invite = knock.text("invite")
    kind = TicketKind.REGISTER if invite else TicketKind.LOGIN
    inbox = knock.running.inbox
    network = _network(knock)
    if (
        tickets.lately(inbox, kind, network, WINDOW) >= MOST
        or tickets.lately(inbox, kind, None, WINDOW) >= MOST_ALL
    ):
        headers = {**_QUIET, "Retry-After": str(WINDOW)}
        return JSONResponse({"error": knock.words.t("desk.passkey_often")}, 429, headers)
    if not invite:
        challenge = tickets.issue(inbox, kind, WINDOW, network=network)
        return JSONResponse(ceremonies.request(knock.origin, challenge), headers=_QUIET)
    name = tickets.name_of(inbox, TicketKind.INVITE, invite)
    if name is None:
        raise RefusedError("an invitation that is used, too old, or none")
    challenge = tickets.issue(inbox, kind, WINDOW, network=network)
    site = buildstate.load(knock.running.project, knock.words.code).extra.get("site_name") or "Mailwijzer"
    return JSONResponse(ceremonies.creation(knock.origin, site, name, challenge), headers=_QUIET)


def register(knock: Knock) -> Response:
    """POST /desk/passkey/register: keep the passkey of who was invited, and let them in."""
    inbox, invite = knock.running.inbox, knock.text("invite")
    name = tickets.name_of(inbox, TicketKind.INVITE, invite)
    made = ceremonies.registered(knock.origin, _challenge(knock, TicketKind.REGISTER), knock.credential)
    if name is None or not tickets.spend(inbox, TicketKind.INVITE, invite):
        raise RefusedError("an invitation that is used, too old, or none")
    passkeys.add(inbox, made.id, name, made.public_key, made.sign_count)
    _log.warning("a passkey was added")
    return _enter(knock, made.id)


def login(knock: Knock) -> Response:
    """POST /desk/passkey/login: let in who holds a passkey, verified by its device."""
    inbox = knock.running.inbox
    challenge = _challenge(knock, TicketKind.LOGIN)
    ident = knock.credential.get("id")
    passkey = passkeys.get(inbox, ident) if isinstance(ident, str) and ident.isascii() else None
    if passkey is None:
        raise RefusedError("an unknown passkey")
    count = ceremonies.counted(
        knock.origin, challenge, knock.credential, passkey.public_key, passkey.sign_count
    )
    if not passkeys.used(inbox, passkey, count):
        raise RefusedError("a login by the same passkey came in between")
    return _enter(knock, passkey.id)


def _challenge(knock: Knock, kind: TicketKind) -> str:
    """The challenge that was answered, used up by this."""
    challenge = knock.text("challenge")
    if not tickets.spend(knock.running.inbox, kind, challenge):
        raise RefusedError("a challenge that is used, too old, or not ours")
    return challenge


def _enter(knock: Knock, ident: str) -> Response:
    answer = JSONResponse({"next": f"/{knock.words.code}/desk/"}, headers=_QUIET)
    deskaccess.set_session(answer, knock.running.gate.open(ident), secure=knock.origin.startswith("https:"))
    return answer


def _network(knock: Knock) -> str:
    address = knock.request.client.host if knock.request.client else ""
    return limits.network(address, knock.running.settings.secret, knock.running.inbox.moment().date())


async def invitation(request: Request) -> Response:
    """GET /<lang>/desk/invite/<token>/: make a passkey. Opening the page uses nothing up."""
    running, words = respond.service(request), respond.words_of(request)
    if not is_exposed(request, running.settings.desk_origin):
        return deskaccess.absent(request, words)
    token = str(request.path_params["token"])
    name = await run_in_threadpool(tickets.name_of, running.inbox, TicketKind.INVITE, token)
    if name is None:
        lines = [words.t("desk.invite_unknown")]
        return respond.message(request, words, 404, words.t("desk.invite_unknown_title"), lines, [], _QUIET)
    title = words.t("desk.invite_title")
    content = render(
        words, "desk-door.html", invite=token, who=name, title=title, base=shells.served_base(words.code)
    )
    return respond.page(request, words, Page("", title, title, content, indexed=False), 200, _QUIET)


def listing(visit: Visit) -> Response:
    """GET /<lang>/desk/passkeys/: who may enter from outside."""
    words = visit.words
    content = render(
        words,
        "desk-passkeys.html",
        listed=passkeys.listing(visit.running.inbox),
        own=visit.passkey,
        exposed=bool(visit.running.settings.desk_origin),
        csrf=visit.csrf,
        done=visit.request.query_params.get("done", "") == "remove",
    )
    return show(visit, "passkeys/", words.t("desk.passkeys"), content)


def remove(visit: Visit) -> Response:
    """POST /<lang>/desk/passkeys/: forget one, and with it the sessions it opened."""
    done = passkeys.remove(visit.running.inbox, visit.fields.one("passkey"))
    return respond.see_other(visit.address(f"passkeys/{'?done=remove' if done else ''}"))


def logout(visit: Visit) -> Response:
    """POST /<lang>/desk/logout/: end this session, here and at the server."""
    visit.running.gate.end(visit.session)
    answer = respond.see_other(f"/{visit.words.code}/")
    deskaccess.delete_session(answer)
    return answer
