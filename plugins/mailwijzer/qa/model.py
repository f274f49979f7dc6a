"""A question and its answer: one model for the files, their schema, the desk and the pages."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from mailwijzer.locales import CODES

SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
SLUG_MAX = 60
NAME = re.compile(rf"(?P<id>\d{{4,}})-(?P<slug>{SLUG})\.(?P<lang>{'|'.join(CODES)})\.md")
"""File name of a question in `qa/`: `0042-why-is-my-mail-greylisted.en.md`."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=10_000)]


class Status(StrEnum):
    """Where a published question stands."""

    OPEN = "open"
    """Accepted and shown, but not answered yet."""

    ANSWERED = "answered"
    SUPERSEDED = "superseded"
    """Kept for its address only: it leads to `superseded_by`."""


class Source(BaseModel):
    """The public thread in which a question was asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$", max_length=500)]
    """Address of the thread."""

    title: Line
    """What a reader sees of the link: "docker-mailserver issue 2991"."""


class FrontMatter(BaseModel):
    """The front matter of `qa/NNNN-slug.<lang>.md`: one question in one language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[int, Field(strict=True, ge=1)]
    """Never reused, never changed; the file name begins with it."""

    lang: str
    """Language of this file: en or nl."""

    title: Line
    """The question in one line, as people would ask it."""

    status: Status
    """open, answered or superseded."""

    superseded_by: int | None = None
    """With status superseded: the id of the question that took its place."""

    topics: Annotated[tuple[str, ...], Field(min_length=1, max_length=6)]
    """Ids from qa/topics.yml, the most important first."""

    chapters: tuple[str, ...] = ()
    """Chapters that the question is about: file names in docs/<lang>/ without `.md`."""

    also_asked: tuple[Line, ...] = ()
    """Other ways in which the same was asked: merged duplicates, error lines. Searched too."""

    former_slugs: tuple[Annotated[str, StringConstraints(pattern=rf"^{SLUG}$")], ...] = ()
    """Slugs this question had before; their addresses keep working."""

    asked: dt.date
    """Day on which it was asked."""

    answered: dt.date | None = None
    """Day of the first answer."""

    updated: dt.date | None = None
    """Day of the last change a reader would notice."""

    applies_to: dict[str, str | tuple[str, ...]] = {}
    """Product -> releases the answer holds for: `postfix: ">=3.4"`, `debian: ["12", "13"]`."""

    asked_by: Line | None = None
    """A public name the asker chose, or null. Never an address."""

    source: Source | None = None
    """The public thread it was taken from, if any."""

    question: Text
    """The reader's words or our retelling: plain text for ever, never Markdown."""

    @field_validator("lang")
    @classmethod
    def _known_language(cls, value: str) -> str:
        if value not in CODES:
            raise ValueError(f"unknown language '{value}'; the site has {', '.join(CODES)}")
        return value

    @field_validator("asked", "answered", "updated", mode="before")
    @classmethod
    def _calendar_date(cls, value: Any) -> Any:
        # YAML reads 2026-11-24 as a date; "24/11/2026" arrives as text, a time as datetime.
        if value is None or type(value) is dt.date:
            return value
        try:
            if isinstance(value, str) and len(value) == len("2026-11-24"):
                return dt.date.fromisoformat(value)
        except ValueError:
            pass
        raise ValueError(f"'{value}' is not a date; write YYYY-MM-DD")

    @model_validator(mode="after")
    def _consistent(self) -> FrontMatter:
        if self.status is Status.ANSWERED and self.answered is None:
            raise ValueError("status is 'answered' but there is no 'answered' date; add the date")
        if (self.status is Status.SUPERSEDED) != (self.superseded_by is not None):
            raise ValueError("'superseded_by' and status 'superseded' go together; give both or neither")
        return self


@dataclass(frozen=True)
class Question:
    """A published question in one language, with its answer."""

    path: str
    """Source file relative to the project's root: `qa/0042-slug.en.md`."""

    slug: str
    meta: FrontMatter
    answer: str
    """The editor's answer in site Markdown; empty while the question is open."""

    answer_line: int = 1
    """Line of the file on which the answer begins, for messages."""

    @property
    def id(self) -> int:
        """The question's number."""
        return self.meta.id

    @property
    def lang(self) -> str:
        """The question's language."""
        return self.meta.lang

    @property
    def stem(self) -> str:
        """`0042-why-is-my-mail-greylisted`, the same in every language."""
        return stem(self.id, self.slug)

    @property
    def url(self) -> str:
        """Address relative to its language's root."""
        return f"qa/{self.stem}/"

    @property
    def changed(self) -> dt.date:
        """The last day on which a reader would notice a change."""
        return self.meta.updated or self.meta.answered or self.meta.asked


@dataclass(frozen=True)
class Topic:
    """One entry of qa/topics.yml: names and descriptions by language."""

    id: str
    names: dict[str, str]
    descriptions: dict[str, str]

    def url(self) -> str:
        """Address of the topic's page relative to the language's root."""
        return f"qa/topics/{self.id}/"


def stem(number: int, slug: str) -> str:
    """The name that files and addresses of a question share."""
    return f"{number:04d}-{slug}"


def schema() -> dict[str, Any]:
    """The JSON Schema of a question's front matter, for editors and for CI (qa/schema.json)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **FrontMatter.model_json_schema(),
    }
