"""From the text of a question file to a Question, or to all its problems; and back to text."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import ValidationError

from mailwijzer import frontmatter
from mailwijzer.errors import Problem
from mailwijzer.locales import CODES
from mailwijzer.qa.model import NAME, FrontMatter, Question, Status, Topic
from mailwijzer.source import SourceLocation


@dataclass(frozen=True)
class Known:
    """What a question may refer to."""

    topics: Mapping[str, Topic]
    chapters: Collection[str]


def parse(text: str, path: str, known: Known) -> tuple[Question | None, list[Problem]]:
    """Read one question file. Returns the question, or None with every problem found in it."""
    name = NAME.fullmatch(path.rpartition("/")[2])
    if name is None:
        where = SourceLocation(path)
        return None, [
            Problem(where, "not a question's file name", "name it NNNN-slug.en.md or NNNN-slug.nl.md")
        ]
    document = frontmatter.parse(text, path)
    if document.problems:
        return None, list(document.problems)
    problems = list(_references(document, known))
    try:
        meta = FrontMatter.model_validate(document.meta)
    except ValidationError as error:
        return None, problems + [_problem(document, detail) for detail in error.errors()]
    problems += _name_agrees(document, meta, int(name["id"]), name["lang"])
    if meta.status is Status.ANSWERED and not document.body.strip():
        where = SourceLocation(path, document.body_line)
        problems.append(Problem(where, "status is 'answered' but the answer is empty", "write the answer"))
    if problems:
        return None, problems
    return Question(path, name["slug"], meta, document.body, document.body_line), []


def _references(document: frontmatter.Document, known: Known) -> Iterable[Problem]:
    kinds = (
        ("topics", "topic", known.topics, "qa/topics.yml"),
        ("chapters", "chapter", known.chapters, "docs/en/"),
    )
    for key, kind, names, place in kinds:
        values = document.meta.get(key)
        for index, value in enumerate(values if isinstance(values, list) else []):
            if isinstance(value, str) and value not in names:
                close = difflib.get_close_matches(value, names, n=1)
                hint = f"did you mean '{close[0]}'? " if close else "choose one that exists "
                where, what = document.where(f"{key}[{index}]"), f"unknown {kind} '{value}'"
                told = {"value": value, "place": place}
                yield Problem(where, what, f"{hint}({kind}s: {place})", f"unknown_{kind}", told)


def _name_agrees(
    document: frontmatter.Document, meta: FrontMatter, number: int, lang: str
) -> Iterable[Problem]:
    if meta.id != number:
        yield Problem(
            document.where("id"),
            f"id is {meta.id} but the file name says {number}",
            "ids never change: correct the id",
        )
    if meta.lang != lang:
        yield Problem(
            document.where("lang"),
            f"lang is '{meta.lang}' but the file name says '{lang}'",
            "make them agree",
        )


_TODO = {
    "missing": "add it",
    "extra_forbidden": "remove it, or correct its spelling",
    "string_too_long": "shorten it",
    "too_short": "give at least one",
}


def _problem(document: frontmatter.Document, detail: Any) -> Problem:
    """A pydantic error as one of ours, at the line of its key."""
    loc = [part for part in detail["loc"] if isinstance(part, int | str)]
    key = str(loc[0]) if loc else ""
    at = f"{key}[{loc[1]}]" if len(loc) > 1 and isinstance(loc[1], int) else key
    message = str(detail["msg"]).removeprefix("Value error, ")
    what, _, todo = message.partition("; ")
    if detail["type"] == "missing":
        what = "the field is missing"
    elif detail["type"] == "extra_forbidden":
        close = difflib.get_close_matches(key, FrontMatter.model_fields, n=1, cutoff=0.75)
        what = "unknown field" + (f" (did you mean '{close[0]}'?)" if close else "")
    label = f"'{'.'.join(map(str, loc))}': " if key else ""
    todo = todo or _TODO.get(detail["type"], "see qa/schema.json")
    return Problem(document.where(at), f"{label}{what}", todo, *_worded(detail))


_WORDED = {
    "missing": "field_missing",
    "string_too_short": "field_empty",
    "string_too_long": "field_long",
    "too_short": "field_few",
    "too_long": "field_many",
    "string_pattern_mismatch": "field_form",
}
"""Kinds of pydantic's errors that a draft can have -> their key in theme/strings."""


def _worded(detail: Any) -> tuple[str, dict[str, object]]:
    ctx = detail.get("ctx", {})
    most, least = ctx.get("max_length", ""), ctx.get("min_length", "")
    name = ".".join(map(str, detail["loc"]))
    return _WORDED.get(detail["type"], ""), {"name": name, "max": most, "min": least}


def parse_topics(text: str, path: str) -> tuple[dict[str, Topic], list[Problem]]:
    """Read qa/topics.yml: id -> language -> name and description; every language is required."""
    # The front matter reader refuses tags, aliases and duplicate keys; a topics file is only that.
    document = frontmatter.parse(f"---\n{text}\n---\n", path)
    problems = [
        Problem(SourceLocation(p.where.path, max(p.where.line - 1, 1)), p.what, p.todo)
        for p in document.problems
    ]
    topics: dict[str, Topic] = {}
    for key, entry in document.meta.items():
        where = SourceLocation(path, document.lines.get(key, 2) - 1)
        for code in CODES:
            words = entry.get(code) if isinstance(entry, dict) else None
            if not isinstance(words, dict) or not words.get("name") or not words.get("description"):
                problems.append(
                    Problem(where, f"topic '{key}' has no {code} name and description", "add both")
                )
        if not any(problem.where == where for problem in problems):
            topics[key] = Topic(
                key,
                {code: str(entry[code]["name"]) for code in CODES},
                {code: str(entry[code]["description"]) for code in CODES},
            )
    return topics, problems


def dump(meta: FrontMatter, answer: str) -> str:
    """The text of a question file; `parse(dump(x)) == x` for any text a reader may send."""
    values = meta.model_dump(mode="python", exclude_defaults=True)
    values["status"] = str(meta.status)
    block = yaml.dump(
        _plain(values), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=96, line_break="\n"
    )
    return f"---\n{block}---\n\n{answer.strip()}\n"


_DELICATE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


class _Dumper(yaml.SafeDumper):
    """Long texts as literal blocks, so that a diff of a question reads like text; no aliases."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    # YAML folds NEL, U+2028 and the like in every style but the double-quoted one, which escapes them.
    style = '"' if _DELICATE.search(value) else "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value
