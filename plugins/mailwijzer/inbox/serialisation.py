"""Between rows of the inbox and the domain's plain data."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import asdict, fields, is_dataclass
from typing import Any

from sqlalchemy import Row

from mailwijzer.inbox.faults import UnstorableTextError
from mailwijzer.qa.lifecycle import Action, SubmissionStatus
from mailwijzer.qa.submission import Draft, DraftText, Event, Submission

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def refuse_unstorable(value: Any, where: str) -> None:
    """Raise UnstorableTextError for NUL and lone surrogates, anywhere in a dataclass, list or mapping.

    PostgreSQL keeps no NUL and neither database keeps half a UTF-16 pair; all else is kept as it came.
    """
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            raise UnstorableTextError(
                f"{where} contains a NUL or half a surrogate pair, which cannot be stored; remove it",
                "unstorable",
            )
    elif is_dataclass(value):
        for field in fields(value):
            refuse_unstorable(getattr(value, field.name), field.name)
    elif isinstance(value, dict):
        for key, item in value.items():
            refuse_unstorable(key, where)
            refuse_unstorable(item, where)
    elif isinstance(value, list | tuple):
        for item in value:
            refuse_unstorable(item, where)


def dump_draft(draft: Draft) -> str:
    """A draft as JSON. The same draft always gives the same text; its order is the editor's."""
    values = asdict(draft)
    values["asked"] = draft.asked.isoformat() if draft.asked else None
    return json.dumps(values, ensure_ascii=False)


def load_draft(content: str) -> Draft:
    """A draft from its JSON."""
    values = json.loads(content)
    asked = values.pop("asked")
    return Draft(
        **{
            **values,
            "topics": tuple(values["topics"]),
            "chapters": tuple(values["chapters"]),
            "asked": dt.date.fromisoformat(asked) if asked else None,
            "applies_to": {
                product: releases if isinstance(releases, str) else tuple(releases)
                for product, releases in values["applies_to"].items()
            },
            "texts": {
                lang: DraftText(**{**text, "also_asked": tuple(text["also_asked"])})
                for lang, text in values["texts"].items()
            },
        }
    )


def to_submission(row: Row[Any]) -> Submission:
    """A submission from its row, which carries `has_address` too."""
    return Submission(
        number=row.number,
        lang=row.lang,
        title=row.title,
        text=row.text,
        name=row.name,
        has_address=bool(row.has_address),
        chapter=row.chapter,
        suspicion=tuple(json.loads(row.suspicion)),
        status=SubmissionStatus(row.status),
        received=row.received,
    )


def to_event(row: Row[Any]) -> Event:
    """A step of the history from its row."""
    action = Action(row.action) if row.action else None
    return Event(row.at, action, SubmissionStatus(row.before), SubmissionStatus(row.after), row.detail)
