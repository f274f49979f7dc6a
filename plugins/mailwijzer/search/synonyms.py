"""Words that mean the same to a reader: people's words and terms, in both languages. Data, not code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import yaml

from mailwijzer.errors import Problem, ProblemsError
from mailwijzer.search import analysis
from mailwijzer.source import SourceLocation

Phrase = tuple[str, ...]
"""Tokens, one after the other."""

Group = tuple[Phrase, ...]

Frequency = Callable[[str], int]
"""In how many sections a word stands, in any form."""

Row = Callable[[str], Sequence[tuple[int, float]]]

MOST = 300
"""Sections of an expansion: it is weaker evidence, and what weighs little in it decides nothing."""


def parse(text: str, path: str) -> tuple[Group, ...]:
    """The groups of a synonyms file: a YAML list of lists of words or phrases.

    Raises ProblemsError with every fault.
    """
    try:
        rows = yaml.safe_load(text) or []
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", -1) + 1
        raise ProblemsError([_problem(path, line, "not YAML", "mend the syntax")]) from None
    problems = [] if isinstance(rows, list) else [_problem(path, 0, "not a list", "write a list of lists")]
    groups = []
    for number, row in enumerate(rows if not problems else [], 1):
        if not isinstance(row, list) or len(row) < 2 or not all(isinstance(p, str | int) for p in row):
            what = f"entry {number} is not a list of two phrases or more"
            problems.append(_problem(path, 0, what, "write [one phrase, another]"))
            continue
        phrases = [tuple(analysis.tokens(analysis.fold(str(phrase)))) for phrase in row]
        groups.append(tuple(dict.fromkeys(filter(None, phrases))))
    if problems:
        raise ProblemsError(problems)
    return tuple(groups)


def _problem(path: str, line: int, what: str, todo: str) -> Problem:
    return Problem(SourceLocation(path, line), what, todo)


@dataclass(frozen=True)
class Expansion:
    """What a phrase adds to a query: the other phrases of its group."""

    group: int
    word: str
    """The word of the phrase that says most: with its term the expansion is kept."""

    phrase: Phrase
    """The whole phrase; empty for a single word, which stands for all its forms."""

    others: tuple[Phrase, ...]


def expansions(groups: Iterable[Group], stop: frozenset[str], frequency: Frequency) -> list[Expansion]:
    """One for each phrase of each group. `stop`: words that are not looked up."""
    made = []
    for number, group in enumerate(groups):
        for phrase in group:
            words = [word for word in phrase if word not in stop]
            others = tuple(other for other in group if other != phrase and not stop.issuperset(other))
            if words and others:
                rarest = min(words, key=lambda word: (frequency(word), word))
                made.append(Expansion(number, rarest, phrase if len(phrase) > 1 else (), others))
    return made


def combined(expansion: Expansion, stop: frozenset[str], row: Row) -> list[tuple[int, float]]:
    """The weight of the best of the other phrases in every section that has one; that of a phrase is the mean
    of its words'.

    `row` gives the postings of a word.
    """
    best: dict[int, float] = {}
    for phrase in expansion.others:
        rows = [row(word) for word in phrase if word not in stop]
        if not all(rows):
            continue
        sums: dict[int, float] = {}
        for section, weight in (posting for postings in rows for posting in postings):
            sums[section] = sums.get(section, 0.0) + weight / len(rows)
        for section, weight in sums.items():
            best[section] = max(best.get(section, 0.0), weight)
    heaviest = sorted(best.items(), key=lambda posting: (-posting[1], posting[0]))[:MOST]
    return sorted(heaviest)


def stands(phrase: Phrase, tokens: Sequence[str]) -> bool:
    """Whether the words of a phrase stand next to each other."""
    size = len(phrase)
    return any(tuple(tokens[at : at + size]) == phrase for at in range(len(tokens) - size + 1))
