"""What is counted and logged of requests: which kind of page, how it went; never who or what."""

from __future__ import annotations

import json
import logging
import os
import re
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger("mailwijzer.requests")
_METHODS = ("GET", "HEAD", "POST")
_ADDRESS = re.compile(r"[^\s<>\"',;:]+@[^\s<>\"',;:]+")
_NETWORK = re.compile(
    r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])|(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"(token=|/mail/(?:confirm|stop)/|/desk/invite/)[\w-]+")


@dataclass
class Watch:
    """Counts since the start of this process."""

    requests: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    """(kind of page, method, status) -> how many."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))


class Watching:
    """ASGI middleware: counts each request, and logs it at INFO without its address or its sender."""

    def __init__(self, app: ASGIApp, watch: Watch) -> None:
        self._app, self._watch = app, watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and look at the answer's status."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, begun = 500, time.perf_counter()

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, seen)
        finally:
            page = _page(scope)
            method = scope["method"] if scope["method"] in _METHODS else "other"
            took = time.perf_counter() - begun
            self._watch.requests[page, method, status] += 1
            self._watch.seconds[page] += took
            _log.info("request", extra={"told": {"page": page, "method": method, "status": status}})


def _page(scope: Scope) -> str:
    """Which handler answered: `ask.post`; the address itself may hold a word or a token of somebody."""
    endpoint = scope.get("endpoint")
    module = str(getattr(endpoint, "__module__", "")).rpartition(".")[2]
    name = getattr(endpoint, "__name__", "")
    return f"{module}.{name}" if name else "static"


def redacted(text: str) -> str:
    """A line of a log without addresses of mail or network, and without tokens."""
    return _NETWORK.sub("[network]", _ADDRESS.sub("[address]", _TOKEN.sub(r"\1[token]", text)))


class Plain(logging.Formatter):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Level, logger, message; a traceback below, redacted as well."""
        told = getattr(record, "told", {})
        text = super().format(record) + "".join(f" {name}={value}" for name, value in told.items())
        return redacted(text)


class JsonLines(logging.Formatter):
    """One JSON object a line, for programs."""

    def format(self, record: logging.LogRecord) -> str:
        """at, level, logger, message, and what the record tells besides."""
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        line = {"at": at, "level": record.levelname.lower(), "logger": record.name}
        line |= {"message": redacted(record.getMessage()), **getattr(record, "told", {})}
        if record.exc_info:
            line["traceback"] = redacted(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=True)


def log_to_stderr(environment: Mapping[str, str] = os.environ) -> None:
    """Send all logs to stderr, as MAILWIJZER_LOG (plain, json) and MAILWIJZER_LOG_LEVEL (warning) say."""
    form, level = environment.get("MAILWIJZER_LOG"), environment.get("MAILWIJZER_LOG_LEVEL") or "warning"
    handler = logging.StreamHandler()
    plain = Plain("%(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonLines() if form == "json" else plain)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in ("uvicorn.access", "alembic", "sqlalchemy"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
