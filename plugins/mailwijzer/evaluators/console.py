"""`console`: commands in one long-lived bash for each session, and what they print."""

from __future__ import annotations

import os
import secrets
import selectors
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass

from mailwijzer.errors import MailwijzerError
from mailwijzer.evaluators.processes import end_process
from mailwijzer.snippets import matching
from mailwijzer.snippets.host import Host
from mailwijzer.snippets.model import Outcome, Sessions, Snippet

CAP = 200_000
"""Bytes of output that one command may give."""

_ENDED = 137


@dataclass(frozen=True)
class Step:
    """A command of the page, the line it stands on, and the output that follows it there."""

    prompt: str
    command: str
    line: int
    expected: tuple[str, ...]


def steps(text: str) -> Iterator[Step]:
    """The commands of a fence; raises ValueError where it begins without one."""
    lines = text.split("\n")
    if not lines[0].startswith(("$ ", "# ")):
        raise ValueError(f"'{lines[0]}' is no command; begin a console with '$ ' or '# '")
    starts = [at for at, line in enumerate(lines) if line.startswith(("$ ", "# "))]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        block = lines[start:end]
        more = 1
        while more < len(block) and block[more].startswith("> "):
            more += 1
        command = "\n".join(line[2:] for line in block[:more])
        yield Step(block[0][0], command, start + 1, tuple(block[more:]))


def evaluate(snippet: Snippet, host: Host, sessions: Sessions) -> Outcome:
    """Run each command in its session's shell and compare; the first failure is told with its line."""
    wanted = int(snippet.options.get("exit", "0"))
    shown: list[str] = []
    failure: tuple[str, int] | None = None
    listed = list(steps(snippet.text))
    for step in listed:
        shell = _shell(snippet, step, host, sessions)
        ran = shell.run(step.command, snippet.timeout)
        actual = ran.output.rstrip("\n").split("\n") if ran.output.strip("\n") else []
        shown += snippet.text.split("\n")[step.line - 1 : step.line - 1 + step.command.count("\n") + 1]
        shown += matching.merged(step.expected, actual)
        difference = matching.diff(step.expected, actual)
        if ran.trouble:
            failure = failure or (f"`{step.command}` {ran.trouble}", step.line)
            sessions.open.pop(_key(snippet, step, host), None)
        elif difference:
            failure = failure or (f"`{step.command}` said something else:\n{difference}", step.line)
        elif step is listed[-1] and ran.code != wanted:
            failure = failure or (f"`{step.command}` ended with {ran.code}, expected {wanted}", step.line)
    detail, line = failure or ("", 0)
    return Outcome(failure is None, detail, line, "\n".join(shown))


def _key(snippet: Snippet, step: Step, host: Host) -> tuple[str, str, str]:
    return (host.name, snippet.options.get("session", ""), step.prompt)


def _shell(snippet: Snippet, step: Step, host: Host, sessions: Sessions) -> Shell:
    key = _key(snippet, step, host)
    if key not in sessions.open:
        user = "root" if step.prompt == "#" else person(host)
        shell = Shell(host.open(["bash", "--norc", "--noprofile"], user=user))
        sessions.stack.callback(shell.close)
        sessions.open[key] = shell
    shell = sessions.open[key]
    assert isinstance(shell, Shell)
    return shell


_PERSON = "awk -F: '$3 >= 1000 && $3 < 60000 {print $1; exit}' /etc/passwd"


def person(host: Host) -> str:
    """Whoever lives on the host types after `$ `; where nobody does, it is root."""
    return host.run(_PERSON).output.strip() or "root"


@dataclass(frozen=True)
class Said:
    """What a command printed, how it ended, and what went wrong on our side of it."""

    code: int
    output: str
    trouble: str = ""


class Shell:
    """A bash that stays, so that `cd` and variables do."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.word = f"mailwijzer-{secrets.token_hex(8)}"

    def run(self, command: str, timeout: float) -> Said:
        """Run one command; a shell that does not come back, or floods, is killed."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"exec 2>&1\n{ " + command.encode() + b"\n} </dev/null\n")
        self.process.stdin.write(f"printf '\\n%s %s\\n' {self.word} $?\n".encode())
        try:
            self.process.stdin.flush()
        except BrokenPipeError:
            raise MailwijzerError("the session's shell has ended; do not say `exit` in it") from None
        return self._answer(timeout)

    def _answer(self, timeout: float) -> Said:
        assert self.process.stdout is not None
        mark, got, end = f"\n{self.word} ".encode(), b"", time.monotonic() + timeout
        with selectors.DefaultSelector() as ready:
            ready.register(self.process.stdout, selectors.EVENT_READ)
            while True:
                if not ready.select(max(0.0, end - time.monotonic())):
                    return self._ended(got, f"did not end within {timeout:g} s and was killed")
                chunk = os.read(self.process.stdout.fileno(), 65536)
                got += chunk
                before, found, after = got.partition(mark)
                if found and after.endswith(b"\n"):
                    return Said(int(after), before.decode(errors="replace"))
                if not chunk:
                    return self._ended(got, "ended the session's shell")
                if len(got) > CAP:
                    return self._ended(got[:CAP], f"printed more than {CAP} bytes and was killed")

    def _ended(self, got: bytes, trouble: str) -> Said:
        self.close()
        last = got.decode(errors="replace").strip().split("\n")[-3:]
        text = "\n".join(line[:200] for line in last)
        return Said(_ENDED, text, f"{trouble}; its last lines:\n{text}" if text else trouble)

    def close(self) -> None:
        """End the shell."""
        end_process(self.process)
