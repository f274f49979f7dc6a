"""Which published questions a new one resembles: shared words, the rarer the heavier."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

from mailwijzer.publishing import sources
from mailwijzer.publishing.project import Project
from mailwijzer.qa import listings
from mailwijzer.qa.listings import Entry
from mailwijzer.qa.model import Question

_WORD = re.compile(r"\w[\w.+'-]*\w|\d")
_ENOUGH = 0.15
"""Share of the words' weight that has to be found again; below it, likeness is chance."""


def similar(project: Project, text: str, lang: str, limit: int = 5) -> list[Entry]:
    """The published questions most like `text`, in `lang` where they exist, the best first.

    Raises ProblemsError when the question files have faults.
    """
    listed = listings.entries(sources.load(project).questions, lang)
    words = {entry.question.id: _words(_text(entry.question)) for entry in listed}
    titles = {entry.question.id: _words(_title(entry.question)) for entry in listed}
    spread = Counter(word for found in words.values() for word in found)
    weight = {word: math.log((len(listed) + 1) / (spread[word] or 1)) for word in _words(text)}
    total = sum(weight.values())
    scores = {
        number: sum(weight[word] for word in weight.keys() & found)
        + sum(weight[word] for word in weight.keys() & titles[number])
        for number, found in words.items()
    }
    near = [entry for entry in listed if scores[entry.question.id] > _ENOUGH * total]
    return sorted(near, key=lambda entry: (-scores[entry.question.id], entry.question.id))[:limit]


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _title(question: Question) -> str:
    return _joined((question.meta.title, *question.meta.also_asked))


def _text(question: Question) -> str:
    return _joined((_title(question), question.meta.question))


def _joined(parts: Iterable[str]) -> str:
    return "\n".join(parts)
