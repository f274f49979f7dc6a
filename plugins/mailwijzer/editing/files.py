"""The question files that a draft becomes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from mailwijzer.locales import CODES
from mailwijzer.publishing.sources import Sources
from mailwijzer.qa import parsing
from mailwijzer.qa.model import FrontMatter, Question, Source, Status, stem
from mailwijzer.qa.submission import Draft, DraftText


@dataclass(frozen=True)
class Planned:
    """One file that is to be written."""

    path: str
    """Relative to the project's root."""

    slug: str
    meta: FrontMatter
    answer: str

    @property
    def lang(self) -> str:
        """The file's language."""
        return self.meta.lang

    @property
    def text(self) -> str:
        """The file's content."""
        return parsing.dump(self.meta, self.answer)


def planned(
    loaded: Sources, number: int, draft: Draft, today: dt.date | None = None, *, update: bool = False
) -> list[Planned]:
    """A file for every language that the draft has a title or an answer in, valid or not.

    `update` says that readers have seen the question before: what changes is dated `today`.
    """
    today = today or dt.datetime.now(dt.UTC).date()
    before = {question.lang: question for question in loaded.questions if question.id == number}
    common = _common(draft, before.values(), number, today)
    files = []
    for lang in CODES:
        words = draft.texts.get(lang, DraftText())
        if words:
            meta = FrontMatter.model_construct(**common, **_own(words, lang, before.get(lang), today))
            path = f"qa/{stem(number, draft.slug)}.{lang}.md"
            files.append(
                _dated(Planned(path, draft.slug, meta, words.answer), before.get(lang), today, update)
            )
    return files


def _common(draft: Draft, before: Iterable[Question], number: int, today: dt.date) -> dict[str, Any]:
    """What is the same in every language. Not validated: faults are found by reading the file back."""
    former: dict[str, None] = {}
    for question in before:
        former |= dict.fromkeys((*question.meta.former_slugs, question.slug))
    former.pop(draft.slug, None)
    values: dict[str, Any] = {
        "id": number,
        "topics": draft.topics,
        "chapters": draft.chapters,
        "former_slugs": tuple(former),
        "status": Status.ANSWERED,
        "asked": draft.asked or today,
        "applies_to": dict(draft.applies_to),
        "asked_by": draft.asked_by.strip() or None,
    }
    if draft.source_url or draft.source_title:
        values["source"] = Source.model_construct(url=draft.source_url, title=draft.source_title)
    return values


def _own(words: DraftText, lang: str, before: Question | None, today: dt.date) -> dict[str, Any]:
    return {
        "lang": lang,
        "title": words.title,
        "also_asked": words.also_asked,
        "question": words.question,
        "answered": (before.meta.answered if before else None) or today,
        "updated": before.meta.updated if before else None,
    }


def _dated(file: Planned, before: Question | None, today: dt.date, update: bool) -> Planned:
    """With today as the day of the update, where a reader would notice one."""
    if not update or before is None:
        return file
    same = parsing.dump(before.meta, before.answer) == file.text
    if same and before.path == file.path:
        return file
    return replace(file, meta=file.meta.model_copy(update={"updated": today}))
