"""How else people ask for a section: data that authors write beside a page, and search reads with it."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from mailwijzer.errors import Problem, ProblemsError
from mailwijzer.source import SourceLocation

Also = Mapping[str, tuple[str, ...]]
"""Address of a section -> other headings for it."""


def parse(text: str, path: str, lang: str) -> dict[str, tuple[str, ...]]:
    """What a file says in one language: a YAML mapping of addresses to lists of lines by language.

    Raises ProblemsError with every fault.
    """
    try:
        rows = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", -1) + 1
        raise ProblemsError([_problem(path, line, "not YAML", "mend the syntax")]) from None
    if not isinstance(rows, dict):
        raise ProblemsError([_problem(path, 0, "not a mapping", "begin with `page/#section:`")])
    wrong = [url for url, told in rows.items() if not _fits(url, told)]
    if wrong:
        todo = "give each language a list of lines: `en: [one, another]`"
        raise ProblemsError([_problem(path, 0, f"'{url}' has no lists of lines", todo) for url in wrong])
    return {url: tuple(told[lang]) for url, told in rows.items() if lang in told}


def _fits(url: object, told: object) -> bool:
    return (
        isinstance(url, str)
        and isinstance(told, dict)
        and all(isinstance(lines, list) and all(isinstance(a, str) for a in lines) for lines in told.values())
    )


def _problem(path: str, line: int, what: str, todo: str) -> Problem:
    return Problem(SourceLocation(path, line), what, todo)
