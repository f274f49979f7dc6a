"""Whether a page is live is asked of the public site, which may be slow, wrong or away."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mailwijzer.editing import live
from mailwijzer.editing.live import Public, State
from mailwijzer.errors import MailwijzerError

ADDRESS = "/en/qa/0001-why/"
PAGE = b"<!doctype html><p>Because.</p>"


class Elsewhere:
    """A real web server that answers as the test says."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: Callable[[BaseHTTPRequestHandler], None] = lambda handler: reply(handler, 200, PAGE)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                outer.answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_port}/"


def reply(handler: BaseHTTPRequestHandler, code: int, body: bytes = b"", **headers: str) -> None:
    handler.send_response(code)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    there = Elsewhere()
    thread = threading.Thread(target=there.server.serve_forever)
    thread.start()
    yield there
    there.server.shutdown()
    there.server.server_close()
    thread.join()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    page = tmp_path / ADDRESS.strip("/") / "index.html"
    page.parent.mkdir(parents=True)
    page.write_bytes(PAGE)
    return tmp_path


def _redirect(handler: BaseHTTPRequestHandler) -> None:
    if handler.path == "/":
        reply(handler, 200, PAGE)
    else:
        reply(handler, 302, Location="/")


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        (lambda handler: reply(handler, 200, PAGE), State.LIVE, ""),
        (lambda handler: reply(handler, 200, PAGE + b"<p>Old."), State.DIFFERS, ""),
        (lambda handler: reply(handler, 404), State.ABSENT, ""),
        (_redirect, State.ABSENT, ""),
        (lambda handler: reply(handler, 503), State.UNKNOWN, "HTTP 503"),
        (lambda handler: handler.wfile.write(b"SSH-2.0-x\r\n\r\n"), State.UNKNOWN, "SSH"),
    ],
    ids=["same", "other", "404", "start page", "503", "no web server"],
)
def test_what_the_public_site_shows_is_told_as_it_is(
    elsewhere: Elsewhere,
    site: Path,
    answer: Callable[[BaseHTTPRequestHandler], None],
    state: State,
    reason: str,
) -> None:
    elsewhere.answer = answer
    (found,) = Public(elsewhere.base, site, patience=30).look([ADDRESS])
    assert found.url == f"{elsewhere.base}en/qa/0001-why/"
    assert found.state is state
    assert reason in found.reason
    assert elsewhere.asked[0] == ADDRESS


def test_nobody_at_home_is_unknown_with_the_reason(site: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    (found,) = Public(f"http://127.0.0.1:{port}/", site, patience=30).look([ADDRESS])
    assert found.state is State.UNKNOWN
    assert "refused" in found.reason


def test_a_site_that_hangs_holds_nobody_and_is_asked_once(elsewhere: Elsewhere, site: Path) -> None:
    go_on = threading.Event()

    def hang(handler: BaseHTTPRequestHandler) -> None:
        go_on.wait(30)
        reply(handler, 200, PAGE)

    elsewhere.answer = hang
    public = Public(elsewhere.base, site, patience=0.05)
    begun = time.monotonic()
    try:
        states = [public.look([ADDRESS])[0].state for _ in range(5)]
        took = time.monotonic() - begun
    finally:
        go_on.set()
    assert states == [State.ASKING] * 5
    assert took < 3
    patient = public.look([ADDRESS])[0]
    while patient.state is State.ASKING:  # each look waits a moment by itself
        patient = public.look([ADDRESS])[0]
    assert patient.state is State.LIVE
    assert elsewhere.asked == [ADDRESS]


def test_a_site_that_answers_in_drips_is_given_up(elsewhere: Elsewhere, site: Path) -> None:
    over = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not over.wait(0.02):
            try:
                handler.wfile.write(b"x")
            except OSError:
                return

    elsewhere.answer = drip
    try:
        found = live.ask(f"{elsewhere.base}en/qa/0001-why/", site / ADDRESS.strip("/") / "index.html", 0.3)
    finally:
        over.set()
    assert (found.state, found.reason) == (State.UNKNOWN, "timed out")


@pytest.mark.parametrize("told", ["www.example.org", "file:///etc/passwd", "https://", "ftp://example.org/"])
def test_only_the_address_of_a_site_is_asked(told: str) -> None:
    with pytest.raises(MailwijzerError, match="is no address of a site; write https://"):
        live.checked_base(told)
