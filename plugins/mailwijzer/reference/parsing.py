"""From the text of a YAML list to its entries, or to all that is wrong with them."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from mailwijzer.errors import Problem
from mailwijzer.reference.model import ErrorLine, Fact, Rfc, Term
from mailwijzer.source import SourceLocation

Entry = TypeVar("Entry", Term, Fact, ErrorLine, Rfc)


def parse(kind: type[Entry], text: str, path: str) -> tuple[tuple[Entry, ...], list[Problem]]:
    """Read a list of entries; what is right is returned beside the problems of the rest."""
    try:
        rows: Any = yaml.safe_load(text) or []
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = SourceLocation(path, mark.line + 1 if mark else 0)
        return (), [Problem(where, f"not YAML: {getattr(error, 'problem', error)}", "mend the syntax")]
    if not isinstance(rows, list):
        return (), [Problem(SourceLocation(path), "not a list", "begin each entry with '- id:'")]
    lines = _lines(text)
    found: dict[str, Entry] = {}
    problems: list[Problem] = []
    for row in rows:
        ident = str(row.get("id", "")) if isinstance(row, dict) else ""
        where = SourceLocation(path, lines.get(ident, 0))
        try:
            entry = kind.model_validate(row)
        except ValidationError as error:
            problems += [_problem(where, ident, fault) for fault in error.errors()]
            continue
        if entry.id in found:
            problems.append(Problem(where, f"'{entry.id}' stands twice", "give one of them another id"))
        found[entry.id] = entry
    return tuple(found.values()), problems


def _lines(text: str) -> dict[str, int]:
    starts = (
        (number, re.match(r"- id: *(.+?)\s*$", line)) for number, line in enumerate(text.split("\n"), 1)
    )
    return {match[1]: number for number, match in starts if match}


def _problem(where: SourceLocation, ident: str, fault: Any) -> Problem:
    key = ".".join(map(str, fault["loc"]))
    what = str(fault["msg"]).removeprefix("Value error, ")
    return Problem(where, f"{ident or 'an entry'}: {f'{key}: ' if key else ''}{what}", "correct it")
