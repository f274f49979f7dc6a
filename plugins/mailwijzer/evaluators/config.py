"""`config`: settings are written where the page says, and judged by the daemon that reads them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath

from mailwijzer.errors import MailwijzerError
from mailwijzer.evaluators.checkers import Checker, checker
from mailwijzer.snippets.host import Host
from mailwijzer.snippets.model import Outcome, Sessions, Snippet

_SETTING = re.compile(r"(?P<name>[\w.-]+)\s*=\s*(?P<value>.*)", re.DOTALL)
# Postfix waits until its file has been left alone for two seconds. This one has been written out.
_AGED = "touch -d '1 minute ago' /etc/postfix/main.cf /etc/postfix/master.cf"

_SERVICE_FIELDS = 8
"""Fields that a line of master.cf has at least: service, type, six columns and the command (master(5))."""


def evaluate(snippet: Snippet, host: Host, _sessions: Sessions) -> Outcome:
    """Write and check. A file that its daemon refuses is put back as it was, so that the page can go on."""
    path = snippet.options.get("file", "")
    if not path:
        return Outcome(False, "settings of nothing; name the file with file=, or say norun=")
    own = snippet.options.get("check", "")
    judge = Checker(re.compile(""), own) if own else checker(path)
    if judge is None:
        return Outcome(False, f'nobody here can check {path}; name a command with check="..."')
    before = ""
    with suppress(MailwijzerError, OSError):
        before = host.read(path)
    outcome = _written(snippet, host, path, before) or _judged(snippet, host, path, judge, before)
    if not outcome.ok and before:
        host.write(path, before)
    elif "/postfix/" in path:
        host.run(f"{_AGED}; postfix status 2>/dev/null && postfix reload", timeout=snippet.timeout)
    return outcome


def _written(snippet: Snippet, host: Host, path: str, before: str) -> Outcome | None:
    """Write the whole file, or what is to be added to it; None when that went well."""
    name = PurePosixPath(path).name
    if not _adds(snippet, path):
        host.write(path, snippet.text.rstrip("\n") + "\n")
        return None
    if name not in ("main.cf", "master.cf"):
        host.write(path, f"{before}{snippet.text.rstrip()}\n")
        return None
    for entry in _entries(snippet.text):
        command = _parameter(entry.text) if name == "main.cf" else _service(entry.text)
        if command is None:
            return Outcome(False, f"'{entry.text}' is no entry of {name}", entry.line)
        ran = host.run(command, timeout=snippet.timeout)
        if ran.code:
            return Outcome(False, f"{path}: postconf says:\n{ran.output.strip()}", entry.line)
    return None


def _adds(snippet: Snippet, path: str) -> bool:
    """Postfix's two files are added to unless the page shows them whole; all others the other way round."""
    usual = "add" if re.fullmatch(r".*/postfix/(?:main|master)\.cf", path) else "whole"
    return snippet.options.get("write", usual) == "add"


@dataclass(frozen=True)
class _Entry:
    text: str
    line: int


def _entries(text: str) -> Iterator[_Entry]:
    """Logical lines: what begins with a blank continues the one before; comments are left out."""
    entry: _Entry | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0] in " \t" and entry:
            entry = _Entry(f"{entry.text} {line.strip()}", entry.line)
            continue
        if entry:
            yield entry
        entry = _Entry(line.strip(), number)
    if entry:
        yield entry


def _parameter(entry: str) -> str | None:
    found = _SETTING.fullmatch(entry)
    return f"postconf -e {shlex.quote(found['name'] + '=' + found['value'])}" if found else None


def _service(entry: str) -> str | None:
    fields = entry.split()
    if len(fields) < _SERVICE_FIELDS:
        return None
    return f"postconf -Me {shlex.quote('/'.join(fields[:2]) + '=' + entry)}"


def _judged(snippet: Snippet, host: Host, path: str, judge: Checker, before: str) -> Outcome:
    origin = snippet.options.get("origin") or _origin(path)
    said: list[str] = []
    for command in filter(None, (judge.command, judge.also)):
        full = command.format(path=shlex.quote(path), origin=shlex.quote(origin))
        ran = host.run(full, timeout=snippet.timeout)
        lines = (line.removeprefix("/usr/sbin/") for line in ran.output.rstrip().split("\n"))
        said = [line for line in dict.fromkeys(lines) if line and not judge.content.fullmatch(line)]
        if said or ran.code:
            break
    else:
        return Outcome(True, actual=snippet.text)
    told = "\n".join(said) or f"(nothing; it ended with {ran.code})"
    added = before.count("\n") if _adds(snippet, path) else 0
    return Outcome(False, f"{path}: the daemon's checker says:\n{told}", _line(snippet, path, told, added))


def _origin(path: str) -> str:
    """The zone that a file is named after: db.thuis.test, thuis.test.zone."""
    return PurePosixPath(path).name.removeprefix("db.").removesuffix(".zone")


def _line(snippet: Snippet, path: str, said: str, added: int) -> int:
    """The line of the fence that a checker means, by number, by its text or by the setting that it names."""
    name = re.escape(PurePosixPath(path).name)
    lines = snippet.text.split("\n")
    found = re.search(rf"(?:{name}:|\bline )(\d+)", said)
    # What is missing at the end is told for the line after it.
    if found and 0 < int(found[1]) - added <= len(lines) + 1:
        return min(int(found[1]) - added, len(lines))
    for number, line in enumerate(lines, 1):
        if len(line.split()) > 1 and line.strip() in said:
            return number
        word = re.match(r"\s*(?:-o\s+)?([\w.-]+)\s*=", line)
        if word and re.search(rf"\b{re.escape(word[1])}\b", said):
            return number
    return 0
