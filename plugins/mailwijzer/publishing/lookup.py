"""Looking things up in the built site's search index, as it is at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mailwijzer.locales import others
from mailwijzer.publishing.project import Project
from mailwijzer.publishing.searchstate import open_state
from mailwijzer.search.finding import LIMIT, Finder, Result
from mailwijzer.search.reading import UnusableIndexError


@dataclass(frozen=True)
class Found:
    """The answer to a query, and the language it is in."""

    lang: str
    result: Result


def finder(project: Project, lang: str) -> Finder:
    """Searches the site of a language. Raises UnusableIndexError while it was not built."""
    folder = project.site / lang / "search"
    try:
        times = tuple((folder / name).stat().st_mtime_ns for name in ("manifest.js", "delta.js"))
    except FileNotFoundError:
        raise UnusableIndexError(f"there is no search index for '{lang}'; run `mailwijzer build`") from None
    return _finder(folder, lang, times)


@lru_cache(maxsize=8)
def _finder(folder: Path, lang: str, _times: tuple[int, ...]) -> Finder:
    """One for each state of the files: what it has read it keeps."""
    return Finder(lang, lambda name: (folder / name).read_text("utf-8"))


def find(project: Project, lang: str, query: str, limit: int = LIMIT, filters: Sequence[str] = ()) -> Found:
    """Search in a language; where it has nothing at all, in the others. Raises UnusableIndexError."""
    result = finder(project, lang).find(query, limit, filters)
    if not result.total and result.plan.tokens:
        for other in others(lang):
            there = finder(project, other).find(query, limit, filters)
            if there.total:
                return Found(other, there)
    return Found(lang, result)


def related(project: Project, lang: str, url: str) -> tuple[str, ...]:
    """Addresses of the questions beside a section; empty for an unknown one."""
    path = project.state / lang / "search" / "state.sqlite3"
    if not path.is_file():
        raise UnusableIndexError(f"there is no search index for '{lang}'; run `mailwijzer build`")
    with open_state(path) as state:
        return state.related().get(url, ())
