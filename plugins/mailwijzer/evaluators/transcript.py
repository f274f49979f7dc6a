"""`transcript`: C: lines are sent, S: lines are waited for, from a host to a server."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from importlib import resources

from mailwijzer.snippets import matching
from mailwijzer.snippets.host import Host
from mailwijzer.snippets.model import Outcome, Sessions, Snippet

_CLIENT = "/tmp/mailwijzer-client.py"  # noqa: S108  (on the host, which is thrown away)
_SPOKEN = ("C:", "S:")


def plan(text: str) -> Iterator[dict[str, object]]:
    """The client's steps. C: lines without an answer between them go out together, as pipelining does."""
    pending = ""
    for line in text.split("\n"):
        who, said = line[:2], line[2:].removeprefix(" ")
        if who == "C:":
            bare = said.endswith("<LF>")
            pending += said.removesuffix("<LF>") + ("\n" if bare else "\r\n")
        elif who == "S:":
            if pending:
                yield {"send": pending}
                pending = ""
            yield {"read": True}
    if pending:
        yield {"send": pending}


def evaluate(snippet: Snippet, host: Host, _sessions: Sessions) -> Outcome:
    """Hold the dialogue and compare each answer. The first other one is told, with what was waited for."""
    server, _, port = snippet.options.get("to", "").rpartition(":")
    if not port:
        return Outcome(False, 'a dialogue with nobody; say with whom: to="mx.thuis.test:25"')
    steps = list(plan(snippet.text))
    tls = "tls" in snippet.options
    job = {"host": server, "port": int(port), "tls": tls, "timeout": snippet.timeout, "steps": steps}
    source = resources.files(__package__).joinpath("client.py").read_text(encoding="utf-8")
    host.write(_CLIENT, source)
    limit = snippet.timeout * (2 + len(steps))
    ran = host.run(f"printf %s {shlex.quote(json.dumps(job))} | python3 {_CLIENT}", timeout=limit)
    if ran.code:
        said = (ran.output.strip().split("\n") or [""])[-1]
        return Outcome(False, f"no dialogue with {server}:{port}: {said}")
    return _compared(snippet, json.loads(ran.output))


def _compared(snippet: Snippet, heard: list[dict[str, str]]) -> Outcome:
    answers, lines, failure = iter(heard), [], None
    previous = ""
    for number, line in enumerate(snippet.text.split("\n"), 1):
        if not line.startswith("S:"):
            lines.append(line)
            continue
        wanted = line[2:].removeprefix(" ")
        got = next(answers, {"trouble": "nothing more"})
        matches = "line" in got and matching.expectation(wanted).matches(got["line"])
        if not matches and failure is None:
            failure = (_explained(snippet, wanted, got, previous), number)
        lines.append(line if matches or "line" not in got else f"S: {got['line']}")
        previous = got.get("line", previous)
    detail, at = failure or ("", 0)
    return Outcome(failure is None, detail, at, "\n".join(lines))


def _explained(snippet: Snippet, wanted: str, got: dict[str, str], previous: str) -> str:
    if "line" in got:
        return f"waited for '{wanted}'; received '{got['line']}'"
    after = f"; the last line received was '{previous}'" if previous else "; nothing was received"
    why = f"waited {snippet.timeout:g} s for" if "timed out" in got["trouble"] else "waited for"
    return f"{why} '{wanted}': {got['trouble']}{after}"
