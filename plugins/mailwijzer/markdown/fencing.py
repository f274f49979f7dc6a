"""How a fence is opened: what SuperFences would not show as a fence, or would show and nobody would run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from mailwijzer.errors import Problem
from mailwijzer.snippets.model import KINDS, Snippet
from mailwijzer.source import SourceLocation

DIAGRAMS = ("ladder", "map")

SHOWN = (*KINDS, *DIAGRAMS)
"""All fences that a page may have: snippets, and the diagrams."""

_OPENING = re.compile(r"[> \t]*(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>.*?)[ \t]*")
_USUAL = {
    **dict.fromkeys(("sh", "bash", "shell", "shell-session", "zsh"), "console"),
    **dict.fromkeys(("ini", "conf", "cfg", "zone", "dns", "yaml", "sieve", "toml"), "config"),
    **dict.fromkeys(("eml", "email", "mbox"), "message"),
    **dict.fromkeys(("py", "pycon", "Python"), "python"),
    **dict.fromkeys(("txt", "log", "plain", "output"), "text"),
    **dict.fromkeys(("smtp", "imap", "sip", "http"), "transcript"),
}


def faults(fence: Snippet, opening: str) -> Iterator[Problem]:
    """What is wrong with the line that opens a fence."""
    if fence.kind not in SHOWN:
        what = (
            f"a fence of the unknown language '{fence.kind}'" if fence.kind else "a fence without a language"
        )
        near = [_USUAL[fence.kind]] if fence.kind in _USUAL else get_close_matches(fence.kind, SHOWN, 1)
        todo = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(SHOWN)}"
        yield Problem(fence.where, what, todo)
    info = _info(opening)
    if info.lstrip(".") != fence.kind and not re.fullmatch(r"\{.*\}|\.?[\w#.+-]+[ \t]*\{.*\}", info):
        yield _outside(fence.where, info)


def broken(lines: Sequence[str], read: Sequence[range], path: str, skipped: int) -> Iterator[Problem]:
    """Lines that open a fence for a reader, and not for SuperFences, which shows them as a paragraph."""
    known = {number for lines_read in read for number in lines_read}
    for number, line in enumerate(lines, 1):
        info = _info(line)
        if number not in known and info and "`" not in info:
            yield _outside(SourceLocation(path, number + skipped), info)


def _info(line: str) -> str:
    found = _OPENING.fullmatch(line)
    return found["info"] if found else ""


def _outside(where: SourceLocation, info: str) -> Problem:
    kind, _, rest = info.replace("{", " ").replace("}", " ").strip().partition(" ")
    inside = " ".join(rest.split())
    todo = f"write {{.{kind.lstrip('.')} {inside}}}"
    return Problem(where, f"options outside the braces: '{info}'", todo)
