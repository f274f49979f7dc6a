"""What must hold between question files: ids, twins, addresses, replacements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mailwijzer.errors import Problem
from mailwijzer.qa.model import Question, stem
from mailwijzer.source import SourceLocation


def check(questions: Sequence[Question]) -> list[Problem]:
    """Every contradiction between the questions of a project, in all languages."""
    return [
        *_one_per_id(questions),
        *_twins_agree(questions),
        *_replacements(questions),
        *_addresses(questions),
    ]


def _where(question: Question) -> SourceLocation:
    return SourceLocation(question.path, 2)


def _one_per_id(questions: Sequence[Question]) -> Iterable[Problem]:
    seen: dict[int, Question] = {}
    for question in sorted(questions, key=lambda q: q.path):
        first = seen.setdefault(question.id, question)
        if first.slug != question.slug:
            yield Problem(
                _where(question),
                f"the id {question.id} is used by {first.path} too",
                "give the newer question the next free number, in the file name and in 'id'",
            )


def _twins_agree(questions: Sequence[Question]) -> Iterable[Problem]:
    first: dict[str, Question] = {}
    for question in sorted(questions, key=lambda q: q.path):
        twin = first.setdefault(question.stem, question)
        for key in ("topics", "chapters", "status", "superseded_by", "former_slugs", "asked", "source"):
            if key == "source":
                same = (twin.meta.source is None) == (question.meta.source is None)
            else:
                same = getattr(twin.meta, key) == getattr(question.meta, key)
            if not same:
                yield Problem(
                    _where(question),
                    f"'{key}' differs from {twin.path}",
                    "a question has the same in every language: make them agree",
                )


def _replacements(questions: Sequence[Question]) -> Iterable[Problem]:
    ids = {question.id: question for question in questions}
    for question in questions:
        target = question.meta.superseded_by
        if target is None:
            continue
        if target not in ids:
            what = f"superseded_by names question {target}, which does not exist"
            yield Problem(_where(question), what, "name an existing id")
        elif ids[target].meta.superseded_by is not None:
            what = f"superseded_by names question {target}, which is superseded itself"
            yield Problem(_where(question), what, f"name {ids[target].meta.superseded_by} directly")


def _addresses(questions: Sequence[Question]) -> Iterable[Problem]:
    """Two pages for one address are an error, never a silent overwrite."""
    taken = {(question.lang, question.stem): question for question in questions}
    for question in questions:
        for slug in question.meta.former_slugs:
            other = taken.setdefault((question.lang, stem(question.id, slug)), question)
            if other is not question or slug == question.slug:
                yield Problem(
                    _where(question),
                    f"the former slug '{slug}' is the address of {other.path}",
                    "remove it from 'former_slugs'",
                )
