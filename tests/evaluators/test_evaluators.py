"""Evaluators on a real shell, and against a real, small server."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluators.localhost import Localhost
from mailwijzer.errors import MailwijzerError
from mailwijzer.evaluators import page
from mailwijzer.snippets.host import Host
from mailwijzer.snippets.model import Snippet
from mailwijzer.source import SourceLocation


class _Server(socketserver.StreamRequestHandler):
    """Greets, says 250 to everything but RCPT, nothing at all to NOOP."""

    def handle(self) -> None:
        self.wfile.write(b"220 sink ESMTP\r\n")
        for line in self.rfile:
            if line.startswith(b"QUIT"):
                self.wfile.write(b"221 Bye\r\n")
                return
            if not line.startswith(b"NOOP"):
                self.wfile.write(b"450 not now\r\n" if line.startswith(b"RCPT") else b"250 Ok\r\n")


class _Threads(socketserver.ThreadingTCPServer):
    daemon_threads = True


@pytest.fixture
def server() -> Iterator[str]:
    with _Threads(("127.0.0.1", 0), _Server) as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield f"127.0.0.1:{running.server_address[1]}"
        running.shutdown()


def _run(folder: Path, *snippets: Snippet) -> list[page.Result]:
    def hosts(name: str) -> Host:
        if name:
            raise MailwijzerError(f"no host '{name}' here")
        return Localhost(folder)

    return list(page.run(snippets, hosts, "13"))


def _snippet(kind: str, text: str, **options: str) -> Snippet:
    return Snippet(kind, "x", text, SourceLocation("page.md", 10), options)


def _detail(folder: Path, *snippets: Snippet) -> str:
    result = _run(folder, *snippets)[-1]
    return "" if result.outcome.ok else f"{result.where}: {result.outcome.detail}"


def test_directories_and_variables_stay_within_a_session(tmp_path: Path) -> None:
    first = _snippet("console", "# mkdir d; cd d; X=1", session="a")
    again = _snippet("console", "# echo ${PWD##*/} $X\nd 1", session="a")
    other = _snippet("console", "# echo $X-\n-", session="b")
    assert [result.outcome.ok for result in _run(tmp_path, first, again, other)] == [True] * 3


def test_a_command_over_several_lines_is_one(tmp_path: Path) -> None:
    assert _detail(tmp_path, _snippet("console", "# for n in 1 2\n> do echo $n; done\n1\n2")) == ""


def test_another_output_is_told_at_the_command(tmp_path: Path) -> None:
    told = _detail(tmp_path, _snippet("console", "# true\n# echo b\na"))
    assert told.startswith("page.md:12: `echo b` said something else:")
    assert told.endswith("-a\n+b")


def test_an_exit_code_that_was_not_expected_is_told(tmp_path: Path) -> None:
    assert _detail(tmp_path, _snippet("console", "# false")) == "page.md:11: `false` ended with 1, expected 0"
    assert _detail(tmp_path, _snippet("console", "# false", exit="1")) == ""


def test_a_command_that_never_ends_is_killed_and_the_rest_goes_on(tmp_path: Path) -> None:
    endless = _snippet("console", "# sleep 600", timeout="0.1")
    first, second = _run(tmp_path, endless, _snippet("console", "# echo a\na"))
    assert first.outcome.detail == "`sleep 600` did not end within 0.1 s and was killed"
    assert second.outcome.ok


def test_a_command_that_prints_for_ever_is_killed(tmp_path: Path) -> None:
    assert "printed more than 200000 bytes" in _detail(tmp_path, _snippet("console", "# yes"))


def test_a_dialogue_that_goes_as_printed_passes(tmp_path: Path, server: str) -> None:
    text = "S: 220 sink ESMTP\nC: EHLO a\nC: MAIL FROM:<>\nS: 250 Ok\nS: 250 Ok\nC: QUIT\nS: 221 Bye"
    assert _detail(tmp_path, _snippet("transcript", text, to=server)) == ""


def test_another_answer_is_told_with_what_was_waited_for(tmp_path: Path, server: str) -> None:
    text = "S: 220 sink ESMTP\nC: RCPT TO:<a>\nS: 250 Ok"
    told = _detail(tmp_path, _snippet("transcript", text, to=server))
    assert told == "page.md:13: waited for '250 Ok'; received '450 not now'"


def test_an_answer_that_never_comes_is_told(tmp_path: Path, server: str) -> None:
    text = "S: 220 sink ESMTP\nC: NOOP\nS: 250 Ok"
    told = _detail(tmp_path, _snippet("transcript", text, to=server, timeout="0.2"))
    assert told == (
        "page.md:13: waited 0.2 s for '250 Ok': timed out; the last line received was '220 sink ESMTP'"
    )


def test_output_is_looked_for_in_its_file(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a\nb\nc\n")
    assert _detail(tmp_path, _snippet("text", "b\nc", file="/log")) == ""
    assert "differs" in _detail(tmp_path, _snippet("text", "c\nb", file="/log", timeout="0"))
    assert _detail(tmp_path, _snippet("text", "c\nb", file="/log", order="any")) == ""


def test_a_letter_must_be_sound(tmp_path: Path) -> None:
    letter = "From: a@example.org\nDate: Tue, 24 Nov 2026 09:15:00 +0100\n\nHi"
    assert _detail(tmp_path, _snippet("message", letter)) == ""
    assert "no Date" in _detail(tmp_path, _snippet("message", "From: a@example.org\n\nHi"))


def test_an_expected_failure_that_passes_is_a_failure(tmp_path: Path) -> None:
    assert _detail(tmp_path, _snippet("console", "# false", xfail="known")) == ""
    assert "remove xfail" in _detail(tmp_path, _snippet("console", "# true", xfail="known"))


def test_a_setup_that_fails_and_an_unknown_host_are_told(tmp_path: Path) -> None:
    assert "setup ended with 1" in _detail(tmp_path, _snippet("console", "# true", setup="false"))
    assert "no host 'mx' here" in _detail(tmp_path, _snippet("console", "# true", host="mx"))


def test_what_is_for_another_release_or_has_a_reason_is_not_run(tmp_path: Path) -> None:
    assert _run(tmp_path, _snippet("console", "# false", on="12"), _snippet("text", "", norun="why")) == []


def test_a_letter_on_the_host_is_compared_and_its_verdicts_are_read(tmp_path: Path) -> None:
    results = "Authentication-Results: mx.thuis.test; spf=pass (spf=none is a comment);\n\tdmarc=fail"
    letter = f"{results}\nFrom: a@example.org\nDate: Tue, 24 Nov 2026 09:15:00 +0100\n\nHi"
    (tmp_path / "new").write_text(f"{letter}\n")
    found = {"file": str(tmp_path / "n*")}
    host = Localhost(Path("/"))

    def told(text: str, **options: str) -> str:
        snippet = _snippet("message", text, **options)
        (result,) = page.run([snippet], lambda _name: host, "13")
        return "" if result.outcome.ok else f"{result.where}: {result.outcome.detail}"

    assert told(letter, **found, auth="spf=pass dmarc=fail") == ""
    assert told("...\n\nHi", **found) == ""
    assert "is another letter:" in told("...\n\nHo", **found)
    assert told("...", **found, auth="spf=none").endswith(
        "spf=none was expected; the receiver notes spf=pass"
    )
    assert told("...", **found, auth="arc=pass").endswith("the receiver says nothing of arc")
    assert told("...", file=str(tmp_path / "x*")) == f"page.md:10: there is no {tmp_path}/x* on here"
