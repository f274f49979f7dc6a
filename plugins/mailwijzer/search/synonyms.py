"""Words that mean the same to a reader: people's words and terms, in both languages. Data, not code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import yaml

from mailwijzer.errors import Problem, ProblemsError
from mailwijzer.search import analysis
from mailwijzer.source import SourceLocation

Phrase = tuple[str, ...]
"""Tokens, one after the other."""

Group = tuple[Phrase, ...]

Term = Callable[[str], str]

FORMS = 6
"""Most other forms of a word that are kept with it."""


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


def written(groups: Iterable[Group], forms: Mapping[str, Sequence[str]], term: Term) -> list[list[str]]:
    """The groups of which at least one phrase can be found, as the index keeps them.

    `forms`: term -> the words that stand for it in texts; a single word brings its other forms with it, since
    whoever reads the index has no stemmer. `term` gives the term of a word.
    """
    rows = []
    for group in groups:
        if not any(all(term(word) in forms for word in phrase) for phrase in group):
            continue
        row: dict[Phrase, None] = {}
        for phrase in group:
            row[phrase] = None
            if len(phrase) == 1:
                row |= dict.fromkeys((form,) for form in forms.get(term(phrase[0]), ())[:FORMS])
        rows.append([" ".join(phrase) for phrase in row])
    return rows


def others(groups: Iterable[Group], *readings: Sequence[str]) -> list[Phrase]:
    """The other phrases of every group of which a phrase stands in one of the readings of a query."""
    found: list[Phrase] = []
    for group in groups:
        there = [phrase for phrase in group if any(stands(phrase, tokens) for tokens in readings)]
        if there:
            found += [phrase for phrase in group if phrase not in there]
    return found


def covered(groups: Iterable[Group], tokens: Sequence[str]) -> frozenset[str]:
    """The words of phrases that stand in a query: they are known, wherever they stand in texts."""
    return frozenset(
        word for group in groups for phrase in group if stands(phrase, tokens) for word in phrase
    )


def stands(phrase: Phrase, tokens: Sequence[str]) -> bool:
    """Whether the words of a phrase stand next to each other."""
    size = len(phrase)
    return any(tuple(tokens[at : at + size]) == phrase for at in range(len(tokens) - size + 1))
