"""`transcript`: C: lines are sent, S: lines are waited for, from a host to a server."""

from __future__ import annotations

import json
import selectors
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from typing import Any

from mailwijzer.errors import MailwijzerError
from mailwijzer.evaluators import datagrams, dialogue
from mailwijzer.evaluators.conversation import Ask, Dialogue
from mailwijzer.evaluators.processes import end_process
from mailwijzer.snippets.host import Host
from mailwijzer.snippets.model import Outcome, Sessions, Snippet

_RACES = 20
"""How often a client that speaks before the greeting may try to be first."""


def evaluate(snippet: Snippet, host: Host, _sessions: Sessions) -> Outcome:
    """Hold the dialogue and compare each answer. The first other one is told, with what was waited for."""
    target = snippet.options.get("to", "")
    server, _, port = (target, "", "0") if target.startswith("/") else target.rpartition(":")
    if not server:
        return Outcome(False, 'a dialogue with nobody; say with whom: to="mx.thuis.test:25"')
    listed = dialogue.blocks(snippet.text)
    for what, number in dialogue.faults(listed):
        return Outcome(False, what, number)
    udp = "udp" in snippet.options
    order = {
        "host": server, "port": int(port), "tls": "tls" in snippet.options, "udp": udp,
        "bind": int(snippet.options.get("from", "0")), "timeout": snippet.timeout,
    }  # fmt: skip
    with _client(host) as ask:
        for _ in range(_RACES):
            held = datagrams.Exchange(snippet, ask) if udp else Dialogue(snippet, host, ask)
            eager = listed[0].who == "C" and not udp
            connected = ask(do="connect", send=listed[0].bytes_sent if eager else "", **order)
            if "trouble" in connected:
                return Outcome(False, f"no dialogue with {target}: {connected['trouble']}")
            outcome = held.hold(listed)
            # Who talks before the greeting has to win a race against it; a lost one says nothing.
            if not eager or outcome.ok or not held.greeted:
                break
    return outcome


@contextmanager
def _client(host: Host) -> Iterator[Ask]:
    """The client on the host; it ends with the block."""
    source = resources.files(__package__).joinpath("client.py").read_text(encoding="utf-8")
    process = host.open(["python3", "-c", source])
    assert process.stdin is not None
    assert process.stdout is not None

    def ask(**order: Any) -> Mapping[str, str]:
        assert process.stdin is not None
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.flush()
        return _answer(process, float(order.get("timeout", 0)))

    try:
        _answer(process, 30)
        yield ask
    finally:
        end_process(process)


def _answer(process: subprocess.Popen[bytes], timeout: float) -> Mapping[str, str]:
    assert process.stdout is not None
    assert process.stderr is not None
    with selectors.DefaultSelector() as ready:
        ready.register(process.stdout, selectors.EVENT_READ)
        if not ready.select(timeout + 30):
            return {"trouble": "timed out"}
    row = process.stdout.readline()
    if not row:
        said = process.stderr.read().decode(errors="replace").strip().rpartition("\n")[2]
        raise MailwijzerError(f"the dialogue's client ended: {said or 'without a word'}")
    answer: Mapping[str, str] = json.loads(row)
    return answer
