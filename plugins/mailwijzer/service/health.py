"""For who watches over the service: /healthz, and figures for Prometheus at /metrics."""

from __future__ import annotations

import json
from collections.abc import Iterator

import anyio
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from mailwijzer.inbox import keeping, outbox
from mailwijzer.inbox.faults import InboxUnavailableError
from mailwijzer.locales import CODES
from mailwijzer.service import respond
from mailwijzer.service.origin import is_local
from mailwijzer.service.respond import Service
from mailwijzer.service.watching import Watch

RETRY_SECONDS = "60"
_QUIET = {"Cache-Control": "no-store"}


async def healthz(request: Request) -> Response:
    """GET /healthz: 200 when questions can be taken in and the site stands, else 503."""
    found = await anyio.to_thread.run_sync(_state, respond.service(request))
    well = all(found.values())
    body = json.dumps({name: "ok" if fine else "unavailable" for name, fine in found.items()}) + "\n"
    headers = _QUIET if well else {**_QUIET, "Retry-After": RETRY_SECONDS}
    return Response(body, 200 if well else 503, headers, "application/json")


def _state(running: Service) -> dict[str, bool]:
    try:
        keeping.probe(running.inbox)
        inbox = True
    except InboxUnavailableError:
        inbox = False
    site = running.project.site
    return {"inbox": inbox, "site": all((site / code / "index.html").is_file() for code in CODES)}


async def metrics(request: Request) -> Response:
    """GET /metrics: Prometheus's text format, to this machine only; no figure is about a person."""
    if not is_local(request):
        return respond.plain("404 Not Found", 404)
    watch: Watch = request.app.state.watch
    lines = await anyio.to_thread.run_sync(lambda: list(_lines(respond.service(request), watch)))
    kind = "text/plain; version=0.0.4; charset=utf-8"
    return PlainTextResponse("\n".join(lines) + "\n", headers=_QUIET, media_type=kind)


def _lines(running: Service, watch: Watch) -> Iterator[str]:
    yield from _family("mailwijzer_up", "gauge", "Whether questions can be taken in, and the site stands.")
    for name, fine in _state(running).items():
        yield f'mailwijzer_up{{part="{name}"}} {int(fine)}'
    yield from _family("mailwijzer_requests_total", "counter", "Requests since the start.")
    for (page, method, status), count in sorted(watch.requests.items()):
        yield f'mailwijzer_requests_total{{page="{page}",method="{method}",status="{status}"}} {count}'
    yield from _family("mailwijzer_request_seconds_total", "counter", "Time spent on answers.")
    for page, seconds in sorted(watch.seconds.items()):
        yield f'mailwijzer_request_seconds_total{{page="{page}"}} {seconds:.6f}'
    try:
        questions, notices = running.inbox.counts(), outbox.counts(running.inbox)
    except InboxUnavailableError:
        return
    yield from _family("mailwijzer_questions", "gauge", "Questions in the inbox.")
    for where, count in questions.items():
        yield f'mailwijzer_questions{{status="{where}"}} {count}'
    yield from _family("mailwijzer_notices", "gauge", "Mail to askers.")
    for state, count in notices.items():
        yield f'mailwijzer_notices{{state="{state}"}} {count}'


def _family(name: str, kind: str, text: str) -> tuple[str, str]:
    return f"# HELP {name} {text}", f"# TYPE {name} {kind}"
