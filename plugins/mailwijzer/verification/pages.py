"""A chapter as something to run: its fences, what is wrong with them, and the world that they need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path

from mailwijzer.errors import MailwijzerError, Problem, fail_on
from mailwijzer.markdown import unrun
from mailwijzer.snippets.model import KINDS, Snippet

RELEASES = ("13", "12")
"""The newest first: it is the text's main system."""


@dataclass(frozen=True)
class Page:
    """A chapter in the language that owns the code."""

    name: str
    path: Path
    world: Path
    """The file that describes its hosts; needed only where something is run."""

    snippets: tuple[Snippet, ...]

    def runnable(self, release: str) -> tuple[Snippet, ...]:
        """The snippets that are run on a release, in their order."""
        return tuple(
            snippet for snippet in self.snippets if not snippet.reason and release in snippet.releases
        )


def names(root: Path) -> list[str]:
    """All chapters of the project at `root`."""
    folder = root / "docs" / "en"
    return sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.md"))


def load(root: Path, name: str) -> Page:
    """Read a chapter; raises ProblemsError with everything that is wrong with its fences."""
    known = names(root)
    if name not in known:
        near = get_close_matches(name, known, 1)
        hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(known)}"
        raise MailwijzerError(f"there is no chapter '{name}'; {hint}")
    path = root / "docs" / "en" / f"{name}.md"
    shown, problems = survey(path, root)
    own = tuple(snippet for snippet in shown if snippet.kind in KINDS and not snippet.ref)
    problems += _unnamed(own)
    page = Page(name, path, root / "docs" / "worlds" / f"{name}.yml", own)
    runs = [snippet for release in RELEASES for snippet in page.runnable(release)]
    if runs and not page.world.exists():
        todo = f"write docs/worlds/{name}.yml, or say norun="
        problems.append(Problem(runs[0].where, "the page has no world", todo))
    fail_on(problems)
    return page


def is_chapter(path: Path) -> bool:
    """Whether a file is a chapter in the language that owns the code: Markdown below docs/en."""
    return path.suffix == ".md" and ("docs", "en") in pairwise(path.parts)


def at(path: Path) -> Page:
    """The chapter in a file, of whatever project that lies in."""
    root = next(folder.parent for folder in path.parents if folder.name == "docs")
    return load(root, path.relative_to(root / "docs" / "en").with_suffix("").as_posix())


def survey(path: Path, root: Path) -> tuple[tuple[Snippet, ...], list[Problem]]:
    """Every fence of any page, and what is wrong with how they are written."""
    return unrun.survey(path.read_text("utf-8"), path.relative_to(root).as_posix())


def others(root: Path) -> list[Problem]:
    """What is wrong with the fences of translations and answers, where nothing is run for themselves."""
    chapters = root / "docs" / "en"
    translated = (path for path in (root / "docs").glob("[a-z][a-z]/**/*.md") if chapters not in path.parents)
    pages = sorted([*translated, *(root / "qa").glob("*.md")])
    return [
        problem
        for path in pages
        for problem in unrun.check(path.read_text("utf-8"), path.relative_to(root).as_posix(), chapters)
    ]


def counted(snippets: Iterable[Snippet]) -> str:
    """How many fences are shown, run, and not run with a reason, in a sentence."""
    run = Counter(not snippet.reason for snippet in snippets)
    return f"{run.total()} fences shown: {run[True]} run, {run[False]} not run, with a reason."


def _unnamed(own: Iterable[Snippet]) -> Iterator[Problem]:
    first: dict[str, Snippet] = {}
    for snippet in own:
        if not snippet.id:
            yield Problem(snippet.where, "a snippet without an id", 'write id="..." in the braces')
        elif first.setdefault(snippet.id, snippet) is not snippet:
            what = f"the id '{snippet.id}' stands also at {first[snippet.id].where}"
            yield Problem(snippet.where, what, "give one of them another id")
