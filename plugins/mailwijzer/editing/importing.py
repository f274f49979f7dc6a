"""Questions from records: JSON lines, or the issues of a form as `gh issue list --json` gives them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mailwijzer.errors import Problem, fail_on
from mailwijzer.inbox.store import Inbox
from mailwijzer.locales import CODES
from mailwijzer.publishing import sources
from mailwijzer.publishing.project import Project
from mailwijzer.qa.submission import ADDRESS_MAX, NAME_MAX, TEXT_MAX, TITLE_MAX, NewSubmission
from mailwijzer.source import SourceLocation

_SECTION = re.compile(r"^### +(?P<name>.+?)\s*$", re.MULTILINE)
_NOTHING = "_No response_"


class Record(BaseModel):
    """One line of a .jsonl file."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(default="", max_length=TITLE_MAX)
    text: str = Field(max_length=TEXT_MAX)
    lang: str = ""
    name: str = Field(default="", max_length=NAME_MAX)
    address: str = Field(default="", max_length=ADDRESS_MAX)
    chapter: str = ""
    key: str = ""
    """Says which record is the same one when it comes again; made from the text when left out."""


class Author(BaseModel):
    """Who opened an issue."""

    login: str = ""


class Issue(BaseModel):
    """One issue of `gh issue list --json number,title,body,author,url`."""

    number: int
    title: str = ""
    body: str = ""
    author: Author = Author()
    url: str = ""


def read(paths: Iterable[Path], lang: str) -> list[NewSubmission]:
    """The questions of all files; raises MailwijzerError with every fault at file:line, and none is taken."""
    problems: list[Problem] = []
    found: list[NewSubmission] = []
    for path in paths:
        for line, item in _items(path, problems):
            where = SourceLocation(str(path), line)
            try:
                found.append(_question(item, lang))
            except ValidationError as error:
                for fault in error.errors():
                    key = ".".join(map(str, fault["loc"]))
                    problems.append(Problem(where, f"{key}: {fault['msg']}", "correct the record"))
            except ValueError as error:
                problems.append(Problem(where, str(error), "correct the record"))
    fail_on(problems)
    return found


def store(project: Project, inbox: Inbox, news: Iterable[NewSubmission]) -> tuple[int, int]:
    """Put them into the inbox; how many were new, and how many were there already."""
    added = known = 0
    first = sources.next_id(project)
    for new in news:
        if inbox.submit(new, first).repeated:
            known += 1
        else:
            added += 1
    return added, known


def _items(path: Path, problems: list[Problem]) -> Iterator[tuple[int, Any]]:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeError) as error:
        problems.append(Problem(SourceLocation(str(path)), f"cannot be read: {error}", "save it as UTF-8"))
        return
    if path.suffix == ".jsonl":
        lines = [(at, line) for at, line in enumerate(text.split("\n"), 1) if line.strip()]
    else:
        lines = [(1, text)]
    for at, line in lines:
        try:
            item = json.loads(line)
        except ValueError as error:
            problems.append(Problem(SourceLocation(str(path), at), f"not JSON: {error}", "mend the syntax"))
            continue
        for one in item if isinstance(item, list) else [item]:
            yield at, one


def _question(item: Any, lang: str) -> NewSubmission:
    if isinstance(item, dict) and "body" in item:
        return _of_issue(Issue.model_validate(item), lang)
    record = Record.model_validate(item)
    code = record.lang or lang
    if code not in CODES:
        raise ValueError(f"lang: '{code}' is not a language of the site ({', '.join(CODES)})")
    told = "\0".join((record.title, record.text, record.name))
    key = record.key or hashlib.sha256(told.encode()).hexdigest()
    return NewSubmission(
        f"import:{key}", code, record.title, record.text, record.name, record.address, record.chapter
    )


def _of_issue(issue: Issue, lang: str) -> NewSubmission:
    """An issue's form is Markdown: `### Field`, a blank line, what was filled in."""
    marks = list(_SECTION.finditer(issue.body))
    if marks:
        ends = [*(mark.start() for mark in marks[1:]), len(issue.body)]
        parts = [
            (mark["name"], issue.body[mark.end() : end].strip())
            for mark, end in zip(marks, ends, strict=True)
        ]
        filled = [(name, said) for name, said in parts if said and said != _NOTHING]
        text = "\n\n".join(said if len(filled) == 1 else f"{name}\n{said}" for name, said in filled)
    else:
        text = issue.body.strip()
    if not (text or issue.title):
        raise ValueError(f"issue {issue.number} is empty")
    key = issue.url or f"issue-{issue.number}"
    return NewSubmission(
        f"import:{key}",
        lang,
        issue.title[:TITLE_MAX],
        text.replace("\r\n", "\n")[:TEXT_MAX],
        issue.author.login[:NAME_MAX],
    )
