"""What chapters refer to, and the chapters themselves: read once as long as the files do not change."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from mailwijzer.errors import fail_on
from mailwijzer.reference import outline
from mailwijzer.reference.model import ErrorLine, Fact, Rfc, Term
from mailwijzer.reference.outline import Outline
from mailwijzer.reference.parsing import Entry, parse


def load(kind: type[Entry], path: str) -> tuple[Entry, ...]:
    """The entries of a file; none where no file is named. Raises ProblemsError with all faults."""
    if not path:
        return ()
    return _load(kind, path, Path(path).stat().st_mtime_ns)  # type: ignore[no-any-return]


@lru_cache(maxsize=16)
def _load(kind: type[Any], path: str, _stamp: int) -> Any:
    entries, problems = parse(kind, Path(path).read_text("utf-8"), Path(path).name)
    fail_on(problems)
    return entries


def chapters(folder: str, order: Sequence[str]) -> tuple[Outline, ...]:
    """Outlines of the chapters in a folder: those of `order` first, by name, then the rest."""
    there = {path.stem: path for path in sorted(Path(folder).glob("*.md"))} if folder else {}
    names = dict.fromkeys([*(name for name in order if name in there), *there])
    return tuple(_outline(str(there[name]), there[name].stat().st_mtime_ns) for name in names)


@lru_cache(maxsize=64)
def _outline(path: str, _stamp: int) -> Outline:
    return outline.read(Path(path).stem, Path(path).read_text("utf-8"))


__all__ = ["ErrorLine", "Fact", "Outline", "Rfc", "Term", "chapters", "load"]
