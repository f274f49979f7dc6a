"""Where something stands in a file, so that every error can point at it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class SourceLocation:
    """A place in a source file, for messages a person can click on."""

    path: str
    """Path as the author knows it: relative to the project's root."""

    line: int = 0
    """1-based line; 0 where the whole file is meant."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path

    @classmethod
    def of(cls, path: Path, line: int = 0, root: Path | None = None) -> SourceLocation:
        """The location of `line` in `path`, written relative to `root` when it lies below it."""
        if root is not None and path.is_relative_to(root):
            path = path.relative_to(root)
        return cls(path.as_posix(), line)
