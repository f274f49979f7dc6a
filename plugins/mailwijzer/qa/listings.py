"""Which questions stand in which list, in which order. Pure functions over published questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


class Neighbours:
    """Which questions are shown beside a question: those that share topics or chapters with it.

    Only the nearest by number are looked at, so a new question changes the lists of its neighbours
    and no others, and all lists together cost O(n), not O(n²).
    """

    REACH = 6
    """How many questions are considered on either side, for each topic."""

    def __init__(self, listed: Sequence[Entry]) -> None:
        self._by_topic: dict[str, list[Entry]] = {}
        self._places: dict[tuple[str, int], int] = {}
        for entry in sorted(listed, key=lambda e: e.question.id):
            for topic in entry.question.meta.topics:
                members = self._by_topic.setdefault(topic, [])
                self._places[topic, entry.question.id] = len(members)
                members.append(entry)

    def of(self, entry: Entry, limit: int = 5) -> list[Entry]:
        """The nearest questions, the most alike first; among equals the nearest number."""
        mine = entry.question
        near: dict[int, Entry] = {}
        for topic in mine.meta.topics:
            place = self._places[topic, mine.id]
            members = self._by_topic[topic]
            for other in members[max(place - self.REACH, 0) : place + self.REACH + 1]:
                near[other.question.id] = other
        near.pop(mine.id, None)
        return sorted(near.values(), key=lambda other: _distance(mine, other.question))[:limit]


def _distance(mine: Question, other: Question) -> tuple[int, int, int]:
    shared = 2 * len(set(mine.meta.topics) & set(other.meta.topics))
    shared += len(set(mine.meta.chapters) & set(other.meta.chapters))
    return -shared, abs(mine.id - other.id), other.id
