"""The editor's list: the database cuts it, so that a flood costs no more than a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from sqlalchemy import insert

from mailwijzer.inbox import queue, schema
from mailwijzer.inbox.queue import PAGE, Queue
from mailwijzer.inbox.store import Inbox
from mailwijzer.qa.lifecycle import WAITING, SubmissionStatus

NEW, ANSWERING, SPAM = SubmissionStatus.NEW, SubmissionStatus.ANSWERING, SubmissionStatus.SPAM
ALL = tuple(SubmissionStatus)


def fill(inbox: Inbox, wanted: Sequence[tuple[SubmissionStatus, str]]) -> None:
    """Submissions 1, 2, ... in these statuses and languages."""
    at = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    empty: dict[str, object] = {"text": "x" * 2000, "name": "", "chapter": "", "suspicion": "[]"}
    empty |= {"wants_notice": False, "received": at}
    rows = [
        {
            "number": n,
            "key": f"k{n}",
            "title": f"T{n}",
            "status": status,
            "lang": lang,
            "received": at,
            **empty,
        }
        for n, (status, lang) in enumerate(wanted, 1)
    ]
    with inbox.transaction(writing=True) as connection:
        connection.execute(insert(schema.submission), rows)


def numbers(found: Queue) -> list[int]:
    return [item.number for item in found.items]


@pytest.mark.parametrize("lang", ["", "en"])
@pytest.mark.parametrize(
    "view", [WAITING, (NEW,), (ANSWERING,), (SPAM,), ALL], ids=["todo", "new", "answering", "spam", "all"]
)
def test_its_pages_together_are_the_whole_list_in_its_order(
    inbox: Inbox, view: Sequence[SubmissionStatus], lang: str
) -> None:
    states = (NEW, SPAM, ANSWERING, NEW, SubmissionStatus.PUBLISHED)
    fill(inbox, [(states[n % 5], ("en", "nl", "nl")[n % 3]) for n in range(5 * PAGE)])
    if view == WAITING:
        whole = [item for status in WAITING for item in inbox.list(status, lang or None)]
    else:
        whole = inbox.list(None if view == ALL else view[0], lang or None)
    first = queue.read(inbox, view, lang)
    pages = [queue.read(inbox, view, lang, page) for page in range(1, first.pages + 1)]
    assert [number for page in pages for number in numbers(page)] == [item.number for item in whole]
    assert {page.total for page in pages} == {len(whole)}
    assert [page.first for page in pages] == list(range(1, len(whole) + 1, PAGE))
    assert all(len(page.items) == PAGE for page in pages[:-1])


def test_a_page_beyond_the_last_is_the_last(inbox: Inbox) -> None:
    fill(inbox, [(NEW, "en")] * (PAGE + 1))
    for asked in (2, 3, 10**9):
        found = queue.read(inbox, WAITING, page=asked)
        assert (numbers(found), found.page, found.pages) == ([PAGE + 1], 2, 2)


def test_an_empty_list_has_one_empty_page(inbox: Inbox) -> None:
    found = queue.read(inbox, WAITING, "nl", 7)
    assert (found.items, found.page, found.pages, found.total, found.first) == ((), 1, 1, 0, 0)


def test_the_counts_are_those_of_the_language_that_is_shown(inbox: Inbox) -> None:
    fill(inbox, [(NEW, "en"), (NEW, "nl"), (NEW, "nl"), (SPAM, "nl")])
    assert {status: n for status, n in queue.read(inbox, WAITING, "nl").counts.items() if n} == {
        NEW: 2,
        SPAM: 1,
    }
    assert set(queue.read(inbox, WAITING).counts) == set(SubmissionStatus)
