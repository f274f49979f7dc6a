"""Which questions stand in which list, in which order. Pure functions over published questions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mailwijzer.locales import others
from mailwijzer.qa.model import Question, Status, Topic


@dataclass(frozen=True)
class Entry:
    """A question as it stands in the lists of one language, possibly in another language."""

    question: Question
    translations: tuple[str, ...]
    """All languages in which the question exists."""

    def in_own_language(self, lang: str) -> bool:
        """Whether the reader of `lang` gets it in that language."""
        return self.question.lang == lang


def entries(questions: Iterable[Question], lang: str) -> list[Entry]:
    """Each question once, in `lang` where it exists, newest change first; superseded ones left out."""
    by_id: dict[int, dict[str, Question]] = {}
    for question in questions:
        if question.meta.status is not Status.SUPERSEDED:
            by_id.setdefault(question.id, {})[question.lang] = question
    chosen = [
        Entry(next(twins[code] for code in (lang, *others(lang)) if code in twins), tuple(sorted(twins)))
        for twins in by_id.values()
    ]
    return sorted(chosen, key=lambda e: (e.question.changed, e.question.id), reverse=True)


def answered(listed: Iterable[Entry]) -> list[Entry]:
    """The questions with an answer."""
    return [entry for entry in listed if entry.question.meta.status is Status.ANSWERED]


def unanswered(listed: Iterable[Entry]) -> list[Entry]:
    """The questions that wait for an answer, the longest waiting first."""
    waiting = [entry for entry in listed if entry.question.meta.status is Status.OPEN]
    return sorted(waiting, key=lambda e: (e.question.meta.asked, e.question.id))


def on_topic(listed: Iterable[Entry], topic: Topic) -> list[Entry]:
    """The questions of one topic."""
    return [entry for entry in listed if topic.id in entry.question.meta.topics]


def about_chapter(listed: Iterable[Entry], chapter: str) -> list[Entry]:
    """The questions that were asked about one chapter."""
    return [entry for entry in listed if chapter in entry.question.meta.chapters]
