"""What a reader sent, and the editor's draft of its answer. Plain data, shared by inbox and desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from mailwijzer.qa.lifecycle import Action, SubmissionStatus

TEXT_MAX = 10_000
"""Longest question that is taken in, in characters."""

TITLE_MAX = 200
NAME_MAX = 80
ADDRESS_MAX = 254
"""RFC 5321 4.5.3.1.3 allows a path of 256 octets, the angle brackets included."""


@dataclass(frozen=True)
class NewSubmission:
    """A question on its way into the inbox, validated and with its text as the reader typed it."""

    key: str
    """Idempotency key: the same key is the same question, however often it is sent."""

    lang: str
    title: str
    """The question in one line; empty when the reader gave only a text."""

    text: str
    name: str = ""
    """Public name the reader chose; empty for "a reader"."""

    address: str = ""
    """Mail address for one notice. Personal: never leaves the inbox."""

    chapter: str = ""
    """Chapter from which the question was asked."""

    suspicion: tuple[str, ...] = ()
    """Signs of spam: `honeypot`, `too-fast`, ... Any sign files it under spam, never drops it."""


@dataclass(frozen=True)
class Submission:
    """A submission as it stands in the inbox."""

    number: int
    """The number the reader was given; a published question keeps it as its id."""

    lang: str
    title: str
    text: str
    name: str
    has_address: bool
    """Whether a notice was asked for. The address itself stays in the store."""

    chapter: str
    suspicion: tuple[str, ...]
    status: SubmissionStatus
    received: dt.datetime
    """UTC."""


@dataclass(frozen=True)
class DraftText:
    """One language of a draft."""

    title: str = ""
    question: str = ""
    answer: str = ""
    also_asked: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.title or self.answer)


@dataclass(frozen=True)
class Draft:
    """An editor's answer before it is published, in one or both languages."""

    slug: str = ""
    topics: tuple[str, ...] = ()
    chapters: tuple[str, ...] = ()
    asked: dt.date | None = None
    asked_by: str = ""
    source_url: str = ""
    source_title: str = ""
    applies_to: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    texts: Mapping[str, DraftText] = field(default_factory=dict)
    """Language code -> text; a language without a title and an answer is not published."""


@dataclass(frozen=True)
class Event:
    """One step in the history of a submission."""

    at: dt.datetime
    """UTC."""

    action: Action | None
    """None for the arrival itself."""

    before: SubmissionStatus
    after: SubmissionStatus
    detail: str
    """What an editor may want to know: a reason, a commit, the signs of spam."""
