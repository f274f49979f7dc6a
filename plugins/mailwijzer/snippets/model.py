"""A snippet: one fence of a chapter, what it is and what it says; and what came of running it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from mailwijzer.snippets.host import Host
from mailwijzer.source import SourceLocation

KINDS = ("console", "python", "transcript", "config", "text", "message")
"""The fences that are snippets: commands, code, a protocol dialogue, a setting, plain output, a letter."""


@dataclass(frozen=True)
class Snippet:
    """One fence: code that stands once, in the chapter that owns it, or a reference to such code."""

    kind: str
    id: str
    text: str
    where: SourceLocation
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def ref(self) -> str:
        """Id of the snippet whose code is shown here; empty where the code is the fence's own."""
        return self.options.get("ref", "")

    @property
    def title(self) -> str:
        """Caption above the code: a file name, or a host; may be empty."""
        return self.options.get("title", "")

    @property
    def norun(self) -> str:
        """Why this snippet is never run: it is an illustration, or needs the world outside. Usually empty."""
        return self.options.get("norun", "")

    @property
    def skip(self) -> str:
        """Why this snippet is not run for the time being; usually empty."""
        return self.options.get("skip", "")

    @property
    def reason(self) -> str:
        """Why this snippet is not run, for ever or for now; empty where it is."""
        return self.norun or self.skip

    @property
    def xfail(self) -> str:
        """Why this snippet fails when it is run, as it must; usually empty."""
        return self.options.get("xfail", "")

    @property
    def simulated(self) -> str:
        """Who stands in for whom, where not the real program answers; usually empty."""
        return self.options.get("simulated", "")

    @property
    def releases(self) -> tuple[str, ...]:
        """The releases of Debian on which it is run."""
        on = self.options.get("on", "")
        return (on,) if on else ("12", "13")

    @property
    def captures(self) -> tuple[str, ...]:
        """Words of the page that the server chooses anew each time, and that the client repeats to it."""
        return tuple(self.options.get("capture", "").split())

    @property
    def timeout(self) -> float:
        """Seconds that one command, or one line of a server, may take."""
        return float(self.options.get("timeout", "30"))


@dataclass(frozen=True)
class Outcome:
    """What came of a snippet; `detail` explains a failure and is empty otherwise."""

    ok: bool
    detail: str = ""
    line: int = 0
    """Line within the fence to which the detail belongs, from 1; 0 is the fence itself."""

    actual: str = ""
    """The fence's text as it would be with what was really said."""


@dataclass
class Sessions:
    """What outlives a snippet within one page: shells, interpreters. Closing the stack ends them."""

    stack: ExitStack
    open: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)
    """What scripts printed, by the id of their snippet."""


Evaluator = Callable[[Snippet, Host, Sessions], Outcome]
"""Runs a snippet on a host. Never raises for what the snippet does; that is an outcome."""


def digest(text: str) -> str:
    """The fingerprint of a snippet's text, blind to line ends, tabs and blanks at the ends of lines.

    Records are keyed by it: whoever edits the text loses the record. SuperFences has turned tabs
    into spaces before we see the text, so the recorded original must count the same.
    """
    lines = [line.expandtabs(4).rstrip() for line in text.strip("\n").splitlines()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
