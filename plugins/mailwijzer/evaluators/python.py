"""`python`: code in one long-lived interpreter for each session of a page, and what it prints.

A fence that begins with `>>> ` is a dialogue with the interpreter, its output compared line by line. Any
other is a script: it must end well; a `text` fence with `of="its-id"` shows what it printed.
"""

from __future__ import annotations

import codeop
import json
import os
import selectors
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from typing import Any

from mailwijzer.errors import MailwijzerError
from mailwijzer.evaluators.console import CAP, person
from mailwijzer.evaluators.processes import end_process
from mailwijzer.snippets import matching
from mailwijzer.snippets.host import Host
from mailwijzer.snippets.model import Outcome, Sessions, Snippet


def evaluate(snippet: Snippet, host: Host, sessions: Sessions) -> Outcome:
    """Run the fence; a fault is told with the traceback, at the page's own line."""
    key = ("python", host.name, snippet.options.get("session", ""))
    if key not in sessions.open:
        interpreter = Interpreter(host)
        sessions.stack.callback(interpreter.close)
        sessions.open[key] = interpreter
    try:
        if snippet.text.startswith(">>> "):
            return _dialogue(snippet, sessions.open[key])
        return _script(snippet, sessions.open[key], sessions)
    except MailwijzerError:
        sessions.open.pop(key).close()
        raise


def _script(snippet: Snippet, interpreter: Interpreter, sessions: Sessions) -> Outcome:
    answer = interpreter.run(snippet, snippet.text, 1, echo=False)
    sessions.printed[snippet.id] = answer["printed"]
    if "fault" not in answer:
        return Outcome(True, actual=snippet.text)
    line = answer["line"] - snippet.where.line if answer["line"] else 0
    return Outcome(False, answer["fault"], line)


def _dialogue(snippet: Snippet, interpreter: Interpreter) -> Outcome:
    shown: list[str] = []
    failure: tuple[str, int] | None = None
    page = snippet.text.split("\n")
    for step in steps(page):
        answer = interpreter.run(snippet, step.code, step.line, echo=True)
        actual = answer["printed"].rstrip("\n").split("\n") if answer["printed"].strip("\n") else []
        difference = matching.diff(step.expected, actual)
        if difference:
            said = step.code.partition("\n")[0]
            failure = failure or (f"`{said}` said something else:\n{difference}", step.line)
        shown += [*page[step.line - 1 : step.line - 1 + step.height], *matching.merged(step.expected, actual)]
    detail, line = failure or ("", 0)
    return Outcome(failure is None, detail, line, "\n".join(shown))


@dataclass(frozen=True)
class Step:
    """What is typed at one prompt, the line it stands on, and what the page says came of it."""

    code: str
    line: int
    height: int
    expected: tuple[str, ...]


def steps(page: list[str]) -> Iterator[Step]:
    """The prompts of a dialogue. `...` goes on with an unfinished statement, else it is a wildcard."""
    starts = [at for at, line in enumerate(page) if line.startswith(">>> ")]
    for start, end in zip(starts, [*starts[1:], len(page)], strict=True):
        code, at = page[start][4:], start + 1
        while at < end and (page[at] == "..." or page[at].startswith("... ")) and _unfinished(code):
            code, at = f"{code}\n{page[at][4:]}", at + 1
        yield Step(code, start + 1, at - start, tuple(page[at:end]))


def _unfinished(code: str) -> bool:
    try:
        return codeop.compile_command(code) is None
    except (SyntaxError, ValueError):
        return False


class Interpreter:
    """A Python on the host that stays, so that names do."""

    def __init__(self, host: Host) -> None:
        source = resources.files(__package__).joinpath("interpreter.py").read_text(encoding="utf-8")
        self.process: subprocess.Popen[bytes] = host.open(["python3", "-c", source], user=person(host))
        self._answer(30)

    def run(self, snippet: Snippet, code: str, line: int, *, echo: bool) -> dict[str, Any]:
        """Run code that stands on a line of the fence. Raises MailwijzerError when it does not come back."""
        assert self.process.stdin is not None
        order = {"code": code, "file": snippet.where.path, "line": snippet.where.line + line, "echo": echo}
        with suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
            self.process.stdin.flush()
        answer = self._answer(snippet.timeout)
        if len(answer["printed"]) > CAP:
            raise MailwijzerError(f"printed more than {CAP} bytes and was killed")
        return answer

    def _answer(self, timeout: float) -> dict[str, Any]:
        assert self.process.stdout is not None
        got, end = b"", time.monotonic() + timeout
        with selectors.DefaultSelector() as ready:
            ready.register(self.process.stdout, selectors.EVENT_READ)
            while not got.endswith(b"\n"):
                if not ready.select(max(0.0, end - time.monotonic())):
                    raise MailwijzerError(f"did not end within {timeout:g} s and was killed")
                chunk = os.read(self.process.stdout.fileno(), 1 << 20)
                if not chunk:
                    raise MailwijzerError("the session's Python has ended")
                got += chunk
        answer: dict[str, Any] = json.loads(got)
        return answer

    def close(self) -> None:
        """End the interpreter."""
        end_process(self.process)
