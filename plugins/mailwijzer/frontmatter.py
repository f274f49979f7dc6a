"""YAML front matter with the line of every key, and nothing of YAML that can hurt.

Tags, anchors and aliases are refused: `!!python/object` runs code in an unsafe loader and a
430-byte alias bomb explodes when it is written out again. Duplicate keys, which PyYAML lets pass
with the last one winning, are an error too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from mailwijzer.errors import Problem
from mailwijzer.source import SourceLocation

MAX_BYTES = 256 * 1024
"""Largest source that is read; a question of this size is a mistake or an attack."""

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Document:
    """A text file split into its front matter and its body."""

    path: str
    meta: dict[str, Any]
    lines: dict[str, int]
    """1-based line of each top-level key, and of list items as `key[0]`, `key[1]`, ..."""

    body: str
    body_line: int
    """1-based line on which the body starts."""

    problems: tuple[Problem, ...] = field(default=())

    def where(self, key: str = "") -> SourceLocation:
        """The place of a key (or of its nearest known parent) in the file."""
        while key and key not in self.lines:
            key = key.rpartition("[" if key.endswith("]") else ".")[0]
        return SourceLocation(self.path, self.lines.get(key, 1))


def parse(text: str, path: str) -> Document:
    """Split and read `text`. Faults are returned in `Document.problems`, all of them, never raised."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return _failed(path, 0, f"the file is larger than {MAX_BYTES // 1024} kB", "shorten it")
    split = _split(text)
    if split is None:
        return _failed(
            path, 1, "no front matter between two lines '---'", "start the file with '---', keys, '---'"
        )
    block, body, body_line = split
    try:
        node = yaml.compose(block, Loader=yaml.SafeLoader)
        problems = list(_refuse(block, node, path))
        if problems:
            return Document(path, {}, {}, body, body_line, tuple(problems))
        meta = yaml.safe_load(block) or {}
    except yaml.MarkedYAMLError as error:
        line = _line(error.problem_mark)
        return _failed(path, line, f"not valid YAML: {error.problem}", "mend the syntax on that line")
    except (yaml.YAMLError, ValueError) as error:
        return _failed(path, 1, f"not valid YAML: {error}", "mend the front matter")
    if not isinstance(meta, dict):
        return _failed(path, 2, "the front matter is not a mapping", "write 'key: value' lines")
    return Document(path, meta, _lines(node), body, body_line)


def _split(text: str) -> tuple[str, str, int] | None:
    first = _FENCE.match(text)
    if first is None:
        return None
    second = _FENCE.search(text, first.end() + 1)
    if second is None:
        return None
    block = text[first.end() + 1 : second.start()]
    body = text[second.end() :].lstrip("\n")
    return block, body, text[: len(text) - len(body)].count("\n") + 1


def _failed(path: str, line: int, what: str, todo: str) -> Document:
    return Document(path, {}, {}, "", 1, (Problem(SourceLocation(path, line), what, todo),))


def _refuse(block: str, node: yaml.Node | None, path: str) -> list[Problem]:
    """Problems for what we do not read: anchors, aliases, explicit tags, duplicate keys."""
    found: list[Problem] = []
    for event in yaml.parse(block, Loader=yaml.SafeLoader):
        where = SourceLocation(path, _line(event.start_mark))
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            found.append(Problem(where, "YAML anchors and aliases are not allowed", "write the value out"))
        elif tag := getattr(event, "tag", None):
            found.append(Problem(where, f"the YAML tag '{tag}' is not allowed", "write a plain value"))
    if not found and node is not None:
        found.extend(_duplicates(node, path))
    return found


def _duplicates(node: yaml.Node, path: str) -> list[Problem]:
    found: list[Problem] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                where = SourceLocation(path, _line(key.start_mark))
                found.append(Problem(where, f"the key '{key.value}' stands twice", "keep one of them"))
            seen.add(str(key.value))
            found.extend(_duplicates(value, path))
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            found.extend(_duplicates(item, path))
    return found


def _lines(node: yaml.Node | None) -> dict[str, int]:
    lines: dict[str, int] = {}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            lines[str(key.value)] = _line(key.start_mark)
            if isinstance(value, yaml.SequenceNode):
                for index, item in enumerate(value.value):
                    lines[f"{key.value}[{index}]"] = _line(item.start_mark)
    return lines


def _line(mark: Any) -> int:
    """The file's line of a mark in the block: 0-based there, and one line below the first '---'."""
    return int(mark.line) + 2 if mark else 1
