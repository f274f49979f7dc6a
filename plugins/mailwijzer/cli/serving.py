"""Serve the site from this machine, with the desk behind a link that works once."""

from __future__ import annotations

import os
import secrets
import socket

import uvicorn

from mailwijzer.cli import building, desk
from mailwijzer.cli.terminal import Place, console, say
from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox import people
from mailwijzer.inbox.store import KEEP_ADDRESS_DAYS

APP = "mailwijzer.service.app:create"
CONNECTIONS = 200
"""Open at one time; more get 503. A reader needs one, a browser takes six."""


def serve(place: Place, host: str, port: int) -> None:
    """Listen, bring the site up to date, and serve until interrupted.

    Raises MailwijzerError when the address is taken, the site cannot be built or the inbox is unusable.
    """
    project, origin = place.project(), desk.from_environment()
    with _listen(host, port) as listening:
        port = listening.getsockname()[1]
        with place.inbox() as inbox:  # made, upgraded or refused here, where it reaches the terminal
            people.purge(inbox, _keep_days())
        building.refresh(project)
        token = secrets.token_urlsafe(24)
        os.environ |= {
            "MAILWIJZER_ROOT": str(project.root),
            "MAILWIJZER_INBOX": place.url(),
            "MAILWIJZER_HOST": host,
            "MAILWIJZER_PORT": str(port),
            "MAILWIJZER_DESK_TOKEN": token,
        }
        _announce(host, port, token, origin)
        # No access log: it would keep readers' addresses, and the desk's link.
        config = uvicorn.Config(
            APP,
            factory=True,
            log_config=None,
            access_log=False,
            server_header=False,
            limit_concurrency=CONNECTIONS,
        )
        uvicorn.Server(config).run(sockets=[listening])


def _keep_days() -> int:
    """How long addresses are kept after a question is closed; raises MailwijzerError."""
    told = os.environ.get("MAILWIJZER_KEEP_DAYS", str(KEEP_ADDRESS_DAYS))
    if not told.isdecimal() or int(told) > KEEP_ADDRESS_DAYS:
        raise MailwijzerError(
            f"MAILWIJZER_KEEP_DAYS is '{told}', and the form promises at most {KEEP_ADDRESS_DAYS} days; "
            "write a whole number up to that"
        )
    return int(told)


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket, so that a taken port is known before anything else happens."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise MailwijzerError(f"cannot listen on '{host}': {error.strerror}; name another --host") from None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen()
    except OSError as error:
        listening.close()
        raise MailwijzerError(
            f"cannot listen on {host} port {port}: {error.strerror}; "
            f"stop the other program, or choose another port: mailwijzer serve --port {port + 1}"
        ) from None
    return listening


def _announce(host: str, port: int, token: str, origin: str) -> None:
    shown = f"[{host}]" if ":" in host else {"0.0.0.0": "127.0.0.1"}.get(host, host)  # noqa: S104 - only shown
    site = f"http://{shown}:{port}/"
    # Lines above and below, none beside: a link that is cut or wrapped cannot be followed.
    out = console()
    out.rule("Mailwijzer")
    say(f"Site  {site}")
    say(f"Desk  {site}desk/login?token={token}")
    desk.tell_origin(origin)
    say("\nThe desk's link works once, from this machine. Ctrl-C stops the site.")
    out.rule()
