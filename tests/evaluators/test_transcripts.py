"""Dialogues with small servers that do as told; the real daemons are in tests/lab/test_pages.py."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from evaluators.localhost import Localhost
from mailwijzer.evaluators import dialogue, registry
from mailwijzer.snippets.model import Outcome, Snippet
from mailwijzer.source import SourceLocation


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[str]:
    with server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class _Threads(socketserver.ThreadingTCPServer):
    daemon_threads = True


class _Imap(socketserver.StreamRequestHandler):
    """Numbers its mailboxes anew each time, and wants to hear the number again."""

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, word, *rest = line.decode().split()
            if word == "SELECT":
                told = f"* 1 EXISTS\r\n* OK [UIDVALIDITY 987654] new\r\n{tag} OK done\r\n"
                self.wfile.write(told.encode())
            elif word == "CHECK":
                self.wfile.write(f"{tag} {'OK' if rest == ['987654'] else 'NO'} {rest[0]}\r\n".encode())


class _Sip(socketserver.BaseRequestHandler):
    """Says twice that it is trying, as UDP servers do, and then 200 with a tag of its own."""

    def handle(self) -> None:
        request, answering = self.request
        assert request.endswith(b"\r\n\r\n")
        for answer in ("100 Trying", "100 Trying", "200 OK\r\nTo: <sip:bea@thuis.test>;tag=q8w7"):
            answering.sendto(f"SIP/2.0 {answer}\r\n\r\n".encode(), self.client_address)


@pytest.fixture
def imap() -> Iterator[str]:
    with _serving(_Threads(("127.0.0.1", 0), _Imap)) as address:
        yield address


def _held(folder: Path, text: str, **options: str) -> Outcome:
    snippet = Snippet("transcript", "x", text, SourceLocation("page.md", 1), options)
    with registry.sessions() as sessions:
        return registry.evaluate(snippet, Localhost(folder), sessions)


PAGE = """S: * OK ready
C: a1 SELECT INBOX
S: ...
S: * OK [UIDVALIDITY 123456] new
S: a1 OK done
C: a2 CHECK 123456
S: a2 OK 123456"""


def test_a_word_of_the_server_is_repeated_to_it_and_the_page_keeps_its_own(tmp_path: Path, imap: str) -> None:
    held = _held(tmp_path, PAGE, to=imap, capture="123456")
    assert (held.ok, held.detail, held.actual) == (True, "", PAGE)


def test_what_is_not_captured_is_said_as_printed(tmp_path: Path, imap: str) -> None:
    held = _held(tmp_path, PAGE, to=imap)
    assert (held.detail, held.line) == ("waited for 'a2 OK 123456'; received 'a2 NO 123456'", 7)


def test_a_line_that_the_page_leaves_out_is_told_where_it_came(tmp_path: Path, imap: str) -> None:
    page = PAGE.replace("S: a1 OK done\n", "")
    held = _held(tmp_path, page, to=imap, capture="123456")
    assert (held.detail, held.line) == ("the server said more: 'a1 OK done'", 4)


@pytest.mark.slow
def test_a_page_of_questions_is_filled_in_by_the_server(tmp_path: Path, imap: str) -> None:
    held = _held(tmp_path, "S: ?\nC: a1 SELECT INBOX\nS: ?", to=imap)
    assert held.actual.split("\n")[2:] == [
        "S: * 1 EXISTS", "S: * OK [UIDVALIDITY 987654] new", "S: a1 OK done"
    ]  # fmt: skip


def test_the_first_note_is_the_moment_for_what_happens_meanwhile(tmp_path: Path, imap: str) -> None:
    page = "S: * OK ready\n(meanwhile)\nC: a1 SELECT INBOX\nS: ..."
    assert _held(tmp_path, page, to=imap, meanwhile="touch done").ok
    assert (tmp_path / "done").exists()
    held = _held(tmp_path, page, to=imap, meanwhile="echo no; false")
    assert (held.detail, held.line) == ("meanwhile ended with 1: no", 2)


def test_datagrams_are_compared_whole_and_repetitions_pass(tmp_path: Path) -> None:
    page = (
        "C: OPTIONS sip:bea\nS: SIP/2.0 100 Trying\n\nS: SIP/2.0 200 OK\nS: To: <sip:bea@thuis.test>;tag=a1"
    )
    with _serving(socketserver.ThreadingUDPServer(("127.0.0.1", 0), _Sip)) as to:
        assert _held(tmp_path, page, to=to, udp="yes", capture="a1").ok
        other = _held(tmp_path, page.replace("200 OK", "404"), to=to, udp="yes", capture="a1")
    assert other.line == 4
    assert other.detail.endswith("-SIP/2.0 404\n+SIP/2.0 200 OK\n To: <sip:bea@thuis.test>;tag=q8w7")


def test_a_datagram_that_never_comes_is_told(tmp_path: Path) -> None:
    page = "C: OPTIONS sip:bea\nS: SIP/2.0 100 Trying\n\nS: SIP/2.0 200 OK\nS: To: ...\n\nS: BYE"
    with _serving(socketserver.ThreadingUDPServer(("127.0.0.1", 0), _Sip)) as to:
        held = _held(tmp_path, page, to=to, udp="yes", timeout="0.2")
    assert (held.detail, held.line) == ("waited 0.2 s for 'BYE': timed out", 7)


def test_nobody_at_home_is_told(tmp_path: Path) -> None:
    assert "no dialogue with 127.0.0.1:1: " in _held(tmp_path, "S: ?", to="127.0.0.1:1").detail


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("C: a PUT {4}\nS: +\nC: Milk\nS: ok", []),
        ("C: a PUT {6}\nS: +\nC: Milk\nC:\nS: ok", []),
        ("C: a PUT {6+}\nC: Milk\nC:\nS: ok", []),
        ("C: a PUT {5}\nS: +\nC: Milk", [("{5} announces 5 octets; the lines that follow hold 4", 1)]),
        ("S: ...\nC: a", [("nobody knows where these lines end; write the line that ends them", 1)]),
    ],
)
def test_a_page_that_cannot_go_well_is_told_before_anybody_is_called(
    page: str, told: list[tuple[str, int]]
) -> None:
    assert list(dialogue.faults(dialogue.blocks(page))) == told


@pytest.mark.parametrize(
    ("sent", "answer", "starts"),
    [
        ("STARTTLS\r\n", "220 2.0.0 Ready to start TLS", True),
        ("STLS\r\n", "+OK Begin", True),
        ("STARTTLS\r\n", 'OK "Begin"', True),
        ("a1 STARTTLS\r\n", "a1 OK Begin", True),
        ("a1 STARTTLS\r\n", "* OK Begin", False),
        ("STARTTLS\r\n", "454 4.7.0 not now", False),
        ("EHLO starttls\r\n", "220 x", False),
    ],
)
def test_tls_starts_when_the_server_agrees(sent: str, answer: str, starts: bool) -> None:
    assert dialogue.starts_tls(sent, answer) is starts
