"""Find the fences of a page with the code that will show them: SuperFences itself.

Every other parser misses some of the fences that the site shows (in admonitions, in tabs, with a
title); what is looked up, tested or counted must be what the reader sees.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from markdown import Markdown
from pymdownx.superfences import SuperFencesCodeExtension

from mailwijzer.errors import MailwijzerError, Problem
from mailwijzer.markdown import fencing
from mailwijzer.snippets.model import KINDS, Snippet
from mailwijzer.source import SourceLocation

Formatter = Callable[..., str]
"""What SuperFences calls to show a fence; it gets the source, the options and the id by keyword."""

_EXTENSIONS = (
    "attr_list",
    "admonition",
    "def_list",
    "md_in_html",
    "pymdownx.details",
    "pymdownx.superfences",
    "pymdownx.tabbed",
    "tables",
)
"""Those of the site that decide where a fence may stand."""

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*\n\n*", re.DOTALL)
"""What MkDocs cuts off before it renders, blank lines included."""


def register(md: Markdown, names: Sequence[str], formatter: Formatter) -> None:
    """Let SuperFences hand the fences called `names` to `formatter`.

    Raises MailwijzerError when SuperFences is not among the extensions before ours.
    """
    owner = next((ext for ext in md.registeredExtensions if isinstance(ext, SuperFencesCodeExtension)), None)
    if owner is None:
        raise MailwijzerError(
            "snippets need pymdownx.superfences; list it in markdown_extensions before ours"
        )
    for name in names:
        owner.extend_super_fences(name, formatter, _accept, lambda _md: None)


def _accept(
    _language: str, inputs: dict[str, Any], options: dict[str, Any], _attrs: dict[str, str], _md: Markdown
) -> bool:
    # Unknown options are accepted here and told later, with their line: a refused fence would
    # silently be shown as a paragraph.
    options.update({key: str(value) for key, value in inputs.items()})
    return True


def follow_lines(md: Markdown, ranges: list[range] | None = None) -> Callable[[], int]:
    """A function that gives, inside a formatter, the 1-based line on which the fence opens.

    The lines of each fence that SuperFences reads are added to `ranges`.
    """
    preprocessor: Any = md.preprocessors["fenced_code_block"]
    process = preprocessor.process_nested_block
    current = 0

    def noting(ws: str, content: str, start: int, end: int) -> None:
        nonlocal current
        current = start + 1
        if ranges is not None:
            ranges.append(range(start + 1, end + 1))
        process(ws, content, start, end)

    preprocessor.process_nested_block = noting
    return lambda: current


def front_matter_lines(text: str) -> int:
    """How many lines of the file stand before the text that MkDocs hands to Markdown."""
    match = _FRONT_MATTER.match(text)
    return match.group().count("\n") if match else 0


def extract(text: str, path: str, names: Sequence[str] = KINDS) -> tuple[Snippet, ...]:
    """All fences called `names` in the source `text` of a page, front matter included, in order."""
    return tuple(snippet for snippet in survey(text, path)[0] if snippet.kind in names)


def survey(text: str, path: str) -> tuple[tuple[Snippet, ...], tuple[Problem, ...]]:
    """Every fence that the page shows, whatever its language, and what is wrong with how they are opened."""
    md = Markdown(extensions=list(_EXTENSIONS))
    noted: list[Snippet] = []
    ranges: list[range] = []
    skipped = front_matter_lines(text)

    def note(src: str = "", language: str = "", options: dict[str, str] | None = None, **rest: Any) -> str:
        given = dict(options or {})
        ident = rest.get("id_value") or given.pop("id", "")
        noted.append(Snippet(language or "", ident, src, SourceLocation(path, line() + skipped), given))
        return f"<p>@@snippet-{len(noted) - 1}@@</p>"

    register(md, ("*",), note)
    line = follow_lines(md, ranges)
    body = text.split("\n")[skipped:]
    # SuperFences reads fences in comments and in literals too, and puts these back later: what counts
    # is what stands in the page.
    shown = _COMMENT.sub("", md.convert("\n".join(body)))
    found = tuple(snippet for at, snippet in enumerate(noted) if f"@@snippet-{at}@@" in shown)
    lines = text.split("\n")
    problems = [problem for fence in found for problem in fencing.faults(fence, lines[fence.where.line - 1])]
    uncommented = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), "\n".join(body))
    problems += fencing.broken(uncommented.split("\n"), ranges, path, skipped)
    return found, tuple(problems)


def library(folder: Path) -> tuple[dict[str, Snippet], tuple[Problem, ...]]:
    """Snippets by id in all chapters below `folder`, and a problem for every id that stands twice."""
    stamps = tuple((path, path.stat().st_mtime_ns) for path in sorted(folder.rglob("*.md")))
    return _library(stamps)


@lru_cache(maxsize=4)
def _library(
    stamps: tuple[tuple[Path, int], ...],
) -> tuple[dict[str, Snippet], tuple[Problem, ...]]:
    by_id: dict[str, Snippet] = {}
    problems: list[Problem] = []
    for snippet in _owned(path for path, _ in stamps):
        first = by_id.setdefault(snippet.id, snippet)
        if first is not snippet:
            what = f"the snippet id '{snippet.id}' stands also at {first.where}"
            problems.append(Problem(snippet.where, what, "give one of them another id"))
    return by_id, tuple(problems)


def _owned(paths: Iterator[Path]) -> Iterator[Snippet]:
    for path in paths:
        name = SourceLocation.of(path.absolute(), root=Path.cwd()).path
        for snippet in extract(path.read_text("utf-8"), name):
            if snippet.id and not snippet.ref:
                yield snippet
