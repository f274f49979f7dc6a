"""The YAML files that chapters refer to, read once as long as they do not change."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from mailwijzer.errors import fail_on
from mailwijzer.reference.model import ErrorLine, Fact, Term
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


__all__ = ["ErrorLine", "Fact", "Term", "load"]
