"""Compare what a page prints with what was said, line by line.

A line of the page is literal, except: `...` alone stands for any lines, `...` within a line for
any text, and a line that ends in `(glob)` or `(regex)` is a pattern, with `?`, `*` or `+` inside
the brackets for how often. What differs from run to run (dates, queue ids, process ids) matches
anything of its own form, so that real output can stay on the page.
"""

from __future__ import annotations

import difflib
import fnmatch
import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailwijzer.snippets.volatile import VOLATILE

_MARK = re.compile(r"(?P<body>.*) \((?P<how>glob|regex|)(?P<count>[?*+]?)\)")


@dataclass(frozen=True)
class Expectation:
    """One line of the page as a pattern."""

    line: str
    pattern: re.Pattern[str]
    least: int = 1
    most: int | None = 1

    def matches(self, actual: str) -> bool:
        """Whether a line that was said is what the page allows."""
        return bool(self.pattern.fullmatch(stable(actual)) or self.line == actual)


def stable(line: str) -> str:
    """A line with what changes from run to run replaced by its name."""
    line = line.expandtabs(4).rstrip()
    for pattern, name in VOLATILE:
        line = pattern.sub(name, line)
    return line


def expectation(line: str) -> Expectation:
    """Read a line of the page; raises ValueError for a regular expression that is none."""
    if line.strip() == "...":
        return Expectation(line, re.compile(".*"), 0, None)
    mark = _MARK.fullmatch(line)
    if mark is None or not (mark["how"] or mark["count"]):
        parts = map(re.escape, stable(line).split("..."))
        return Expectation(line, re.compile(".*".join(parts)))
    least, most = {"": (1, 1), "?": (0, 1), "*": (0, None), "+": (1, None)}[mark["count"]]
    body = mark["body"]
    if mark["how"] == "glob":
        body = fnmatch.translate(body)
    elif not mark["how"]:
        body = re.escape(stable(body))
    try:
        pattern = re.compile(body)
    except re.error as error:
        raise ValueError(f"'{body}' is no regular expression: {error}") from None
    return Expectation(line, pattern, least, most)


def align(expected: Sequence[str], actual: Sequence[str]) -> list[str] | None:
    """The page's lines if what was said matches them all, None otherwise."""
    rules = [expectation(line) for line in expected]
    reached = {0}
    for rule in rules:
        after: set[int] = set()
        for start in reached:
            count = 0
            while True:
                if count >= rule.least:
                    after.add(start + count)
                if rule.most is not None and count >= rule.most:
                    break
                if start + count >= len(actual) or not rule.matches(actual[start + count]):
                    break
                count += 1
        reached = after
    return list(expected) if len(actual) in reached else None


def merged(expected: Sequence[str], actual: Sequence[str]) -> list[str]:
    """What was said, with the page's own line wherever that still matches: a rewrite that keeps wildcards."""
    if align(expected, actual) is not None:
        return list(expected)
    rules = [expectation(line) for line in expected]
    keys = [next((rule.line for rule in rules if rule.matches(line)), line) for line in actual]
    repeats = [rule.line for rule in rules if rule.most != 1]
    kept: list[str] = []
    for key in keys:
        if key not in repeats or key not in kept[-1:]:
            kept.append(key)
    return kept


def diff(expected: Sequence[str], actual: Sequence[str]) -> str:
    """The difference, in which lines that match are no change. Empty where all matches."""
    if align(expected, actual) is not None:
        return ""
    lines = difflib.unified_diff(expected, merged(expected, actual), "page", "said", lineterm="", n=2)
    return "\n".join(lines)
