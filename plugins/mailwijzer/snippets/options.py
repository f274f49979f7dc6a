"""What may stand in the braces of a snippet, and what is wrong with what stands there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches

from mailwijzer.errors import Problem
from mailwijzer.snippets.model import Snippet

_NUMBER = re.compile(r"\d+(\.\d+)?")
_CODE = re.compile(r"\d{1,3}")
_SERVER = re.compile(r"[\w.-]+:\d{1,5}|/[\w./-]+")
_RESULTS = re.compile(r"[a-z-]+=[a-z]+(?: [a-z-]+=[a-z]+)*")
_PORT = re.compile(r"\d{1,5}")

_CHECKS: dict[str, tuple[Callable[[str], object], str]] = {
    "title": (bool, "say what the fence shows"),
    "ref": (bool, "name the snippet"),
    "norun": (bool, "say why it is never run"),
    "skip": (bool, "say why it is not run"),
    "xfail": (bool, "say why it fails"),
    "simulated": (bool, "say who stands in for whom, and where the answers are from"),
    "session": (bool, "name the session"),
    "host": (bool, "name a host of the chapter's world"),
    "on": (lambda value: value in ("12", "13"), "write 12 or 13, or leave it out for both"),
    "setup": (bool, "write the commands"),
    "exit": (_CODE.fullmatch, "write an exit code"),
    "timeout": (_NUMBER.fullmatch, "write seconds"),
    "file": (lambda value: value.startswith("/"), "write the path from / on"),
    "write": (lambda value: value in ("add", "whole"), "write add or whole"),
    "check": (bool, "write the command that checks the file"),
    "origin": (bool, "write the name of the zone"),
    "dkim": (lambda value: value in ("pass", "fail"), "write pass or fail"),
    "auth": (_RESULTS.fullmatch, "write method=result, as in spf=pass dmarc=pass"),
    "of": (bool, "name the snippet that prints this"),
    "order": (lambda value: value == "any", "write any for lines in any order, or leave it out"),
    "to": (_SERVER.fullmatch, "write host:port, or the path of a socket"),
    "from": (_PORT.fullmatch, "write the client's own port"),
    "udp": (lambda value: value == "yes", "write yes for datagrams, or leave it out"),
    "capture": (bool, "name the words that the server chooses, as they stand on the page"),
    "meanwhile": (bool, "write the commands that are run at the first note"),
    "tls": (lambda value: value == "yes", "write yes for TLS from the first byte, or leave it out"),
}

OPTIONS = tuple(_CHECKS)
"""All options beside the id."""


def check(snippet: Snippet) -> Iterator[Problem]:
    """Everything that is wrong with a snippet's options."""
    for option, value in snippet.options.items():
        if option not in _CHECKS:
            near = get_close_matches(option, OPTIONS, 1)
            todo = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(OPTIONS)}"
            yield Problem(snippet.where, f"unknown option '{option}'", todo)
            continue
        valid, todo = _CHECKS[option]
        if not valid(value):
            yield Problem(snippet.where, f'{option}="{value}"', todo)
