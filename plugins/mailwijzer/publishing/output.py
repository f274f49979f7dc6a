"""Writing pages: into a store that survives builds, and by hard link from there into the site.

The site generator empties its folder at every build. What is linked in again costs one system call
a page, and a crash leaves either the old or the new file, never half of one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mailwijzer.publishing.project import write_atomic


@dataclass(frozen=True)
class Output:
    """Where a language's question pages go."""

    store: Path
    site: Path

    def write(self, path: str, data: bytes) -> None:
        """Write one file, in the store and in the site."""
        write_atomic(self.store / path, data)
        self._link(path)

    def has(self, path: str) -> bool:
        """Whether the store has this file."""
        return (self.store / path).is_file()

    def mirror(self, paths: Iterable[str]) -> int:
        """Link into the site whatever is missing or stale there; returns how many."""
        linked = 0
        store, site = os.fspath(self.store), os.fspath(self.site)
        for path in paths:
            # Plain text: for thousands of files, pathlib would be most of the work.
            if not _same(f"{store}/{path}", f"{site}/{path}"):
                self._link(path)
                linked += 1
        return linked

    def names(self, ending: str) -> list[str]:
        """The files of the store whose names end so."""
        root = os.fspath(self.store)
        return [
            f"{folder[len(root) + 1 :]}/{name}".lstrip("/")
            for folder, _, listed in os.walk(root)
            for name in listed
            if name.endswith(ending)
        ]

    def remove(self, path: str) -> None:
        """Take a file out of store and site, and the folders that it leaves empty."""
        for root in (self.store, self.site):
            (root / path).unlink(missing_ok=True)
            folder = (root / path).parent
            while folder != root and folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
                folder = folder.parent

    def _link(self, path: str) -> None:
        target = self.site / path
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".link-{os.getpid()}-{target.name}")
        temporary.unlink(missing_ok=True)
        try:
            os.link(self.store / path, temporary)
        except OSError:  # another file system, or one without hard links
            shutil.copy2(self.store / path, temporary)
        temporary.replace(target)
        # rename() of two names of one file does nothing and leaves both (POSIX rename).
        temporary.unlink(missing_ok=True)


def _same(one: str, other: str) -> bool:
    try:
        a, b = os.stat(one), os.stat(other)  # noqa: PTH116 - see mirror
    except FileNotFoundError:
        return False
    if a.st_dev == b.st_dev:
        return a.st_ino == b.st_ino
    return (a.st_size, a.st_mtime_ns) == (b.st_size, b.st_mtime_ns)
