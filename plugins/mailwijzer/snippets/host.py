"""What a snippet runs on: a machine by name, wherever it is. The lab has such; a test may have others."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Ran:
    """A command that ended."""

    code: int
    """Exit code; 124 where the time limit ended it, as timeout(1) says."""

    output: str
    """Standard output and standard error as a terminal would show them, capped."""

    capped: bool = False
    """Whether output beyond the cap was thrown away."""


class Host(Protocol):
    """A machine with a shell, files at their standard paths and daemons."""

    @property
    def name(self) -> str:
        """Short name in the story: `mx`."""

    @property
    def release(self) -> str:
        """Debian release: `12` or `13`."""

    def run(self, command: str, *, timeout: float = 60.0, user: str = "root") -> Ran:
        """Run one bash command line to its end."""

    def open(self, argv: Sequence[str], *, user: str = "root") -> subprocess.Popen[bytes]:
        """Start a program on the host with pipes for all three streams: a session's shell, a client."""

    def write(self, path: str, text: str, *, mode: int = 0o644) -> None:
        """Put a file on the host."""

    def read(self, path: str) -> str:
        """The text of a file on the host."""

    def versions(self) -> Mapping[str, str]:
        """Product -> version, asked from the host's own programs: `postfix` -> `3.10.13`."""
