"""A snippet: one fence of a chapter, what it is and what it says."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from mailwijzer.source import SourceLocation

KINDS = ("console", "transcript", "config", "text")
"""The fences that are snippets: commands with output, a protocol dialogue, a setting, plain output."""

OPTIONS = ("title", "ref", "norun")
"""What may stand in the braces of a snippet beside its id."""


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
        """Why this snippet is never run; empty where it should be."""
        return self.options.get("norun", "")


def digest(text: str) -> str:
    """The fingerprint of a snippet's text, blind to line ends, tabs and blanks at the ends of lines.

    Records are keyed by it: whoever edits the text loses the record. SuperFences has turned tabs
    into spaces before we see the text, so the recorded original must count the same.
    """
    lines = [line.expandtabs(4).rstrip() for line in text.strip("\n").splitlines()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
