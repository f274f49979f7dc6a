"""Rewrite a page so that it prints what was really said."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from mailwijzer.snippets.model import Snippet


def rewritten(page: str, changes: Iterable[tuple[Snippet, str]]) -> str:
    """The page with each snippet's text replaced, from the bottom up, the fence's indentation kept."""
    lines = page.split("\n")
    for snippet, text in sorted(changes, key=lambda change: -change[0].where.line):
        opening = lines[snippet.where.line - 1]
        indent = opening[: len(opening) - len(opening.lstrip("> \t"))]
        start, count = snippet.where.line, snippet.text.count("\n") + 1
        lines[start : start + count] = _changed(lines[start : start + count], snippet.text, text, indent)
    return "\n".join(lines)


def _changed(source: list[str], old: str, new: str, indent: str) -> list[str]:
    """The source lines for the new text; lines that stay keep their very bytes, tabs included."""
    before, after = old.split("\n"), new.split("\n")
    result: list[str] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        result += source[i1:i2] if tag == "equal" else [(indent + line).rstrip() for line in after[j1:j2]]
    return result
