"""Where the parts of a project lie on disk."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from mailwijzer.errors import MailwijzerError


@dataclass(frozen=True)
class Project:
    """A checkout: its root, and the folders that everything else is relative to."""

    root: Path

    @classmethod
    def find(cls, start: Path | None = None) -> Project:
        """The project that `start` (default: the current folder) lies in.

        Raises MailwijzerError when no folder above has a mkdocs.yml.
        """
        folder = (start or Path.cwd()).resolve()
        for candidate in (folder, *folder.parents):
            if (candidate / "mkdocs.yml").is_file():
                return cls(candidate)
        raise MailwijzerError(f"no mkdocs.yml in {folder} or above; run this inside the project's folder")

    @property
    def qa(self) -> Path:
        """The question files and qa/topics.yml."""
        return self.root / "qa"

    @property
    def docs(self) -> Path:
        """The chapters, one folder per language."""
        return self.root / "docs"

    @property
    def site(self) -> Path:
        """The finished site."""
        return self.root / "site"

    @property
    def state(self) -> Path:
        """What a build remembers for the next one; may be deleted at any time."""
        return self.root / "build"

    def relative(self, path: Path) -> str:
        """A path as people know it: relative to the project."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)


def write_atomic(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Write a file so that a reader, or the next build after a crash, sees the old or the new one.

    `durable` forces it to disk first: for sources, not for what can be built again.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
