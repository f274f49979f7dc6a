"""One page of the editor's list: the database filters, counts and cuts it, so that a flood stays a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from mailwijzer.inbox import schema
from mailwijzer.inbox.store import Inbox
from mailwijzer.qa.lifecycle import WAITING, SubmissionStatus

_S = schema.submission

PAGE = 50
"""Submissions on one page."""


@dataclass(frozen=True)
class Listed:
    """What the list shows of a submission; the reader's words stay in the database."""

    number: int
    lang: str
    title: str
    chapter: str
    status: SubmissionStatus
    received: dt.datetime


@dataclass(frozen=True)
class Queue:
    """One page of a list, and what there is besides."""

    items: tuple[Listed, ...]
    page: int
    """From 1; the last one where a later one was asked for."""

    pages: int
    total: int
    """Submissions on all its pages."""

    counts: Mapping[SubmissionStatus, int]
    """How many submissions of the language stand where; every status has its number."""

    @property
    def first(self) -> int:
        """The place of the first one on this page in the whole list, from 1; 0 in an empty list."""
        return (self.page - 1) * PAGE + 1 if self.items else 0


def read(inbox: Inbox, view: Collection[SubmissionStatus], lang: str = "", page: int = 1) -> Queue:
    """A page of the submissions of these statuses, in one language or all (``).

    Those that wait come oldest first, the new ones before those in hand; all other lists newest first.
    """
    with inbox.transaction() as connection:
        counts = _counts(connection, lang)
        total = sum(counts[status] for status in view)
        pages = max(-(-total // PAGE), 1)
        page = min(max(page, 1), pages)
        rows = connection.execute(_page(view, lang).limit(PAGE).offset((page - 1) * PAGE)) if total else ()
        return Queue(tuple(map(_listed, rows)), page, pages, total, counts)


def _counts(connection: Connection, lang: str) -> dict[SubmissionStatus, int]:
    query = select(_S.c.status, func.count()).where(*_in(lang)).group_by(_S.c.status)
    found = {str(status): int(count) for status, count in connection.execute(query)}
    return {status: found.get(status, 0) for status in SubmissionStatus}


def _page(view: Collection[SubmissionStatus], lang: str) -> Select[Any]:
    query = select(_S.c.number, _S.c.lang, _S.c.title, _S.c.chapter, _S.c.status, _S.c.received)
    query = query.where(*_in(lang))
    if set(view) < set(SubmissionStatus):
        query = query.where(_S.c.status.in_(view))
    if not set(view) <= set(WAITING):
        return query.order_by(_S.c.number.desc())
    new_first = [case((_S.c.status == SubmissionStatus.NEW, 0), else_=1)] if len(view) > 1 else []
    return query.order_by(*new_first, _S.c.number)


def _in(lang: str) -> list[ColumnElement[bool]]:
    return [_S.c.lang == lang] if lang else []


def _listed(row: Any) -> Listed:
    return Listed(row.number, row.lang, row.title, row.chapter, SubmissionStatus(row.status), row.received)
