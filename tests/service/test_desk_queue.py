"""The editor's list in pages: by plain links, with what is done to many, however many there are."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, insert
from sqlalchemy.pool import Pool

from mailwijzer.inbox import schema
from mailwijzer.inbox.queue import PAGE
from mailwijzer.inbox.store import Inbox
from mailwijzer.qa.lifecycle import SubmissionStatus
from service.browsing import Client, Form

MANY = 2000


@pytest.fixture
def flood(inbox: Inbox) -> None:
    """Two thousand new questions, every second one in Dutch, each with 20 kB of words."""
    fixed = {"text": "x" * 20_000, "name": "", "chapter": "smtp-session", "suspicion": "[]"}
    fixed |= {"wants_notice": False, "status": "new", "received": dt.datetime(2026, 11, 24, tzinfo=dt.UTC)}
    rows = [
        {"number": n, "key": f"k{n}", "title": f"Flood {n}", "lang": ("en", "nl")[n % 2], **fixed}
        for n in range(1, MANY + 1)
    ]
    with inbox.transaction(writing=True) as connection:
        connection.execute(insert(schema.submission), rows)


@pytest.fixture
def rows_read() -> Iterator[list[int]]:
    """How many characters each row has that SQLite hands over meanwhile."""
    read: list[int] = []

    def note(_cursor: Any, row: tuple[Any, ...]) -> tuple[Any, ...]:
        read.append(sum(len(str(cell)) for cell in row))
        return row

    def watch(connection: Any, *_rest: Any) -> None:
        connection.row_factory = note

    def forget(connection: Any, *_rest: Any) -> None:
        connection.row_factory = None

    event.listen(Pool, "checkout", watch)
    event.listen(Pool, "checkin", forget)
    yield read
    event.remove(Pool, "checkout", watch)
    event.remove(Pool, "checkin", forget)


def shown(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'type="checkbox" name="number" value="(\d+)"', page)]


@pytest.mark.usefixtures("flood")
@pytest.mark.parametrize("view", ["", "?status=all", "?status=new&language=nl&page=9", "?page=40"])
def test_a_page_reads_a_pages_rows_and_not_the_readers_words(
    desk: Client, rows_read: list[int], view: str
) -> None:
    rows_read.clear()
    assert len(shown(desk.get(f"/en/desk/{view}").text)) == PAGE
    assert PAGE <= len(rows_read) < PAGE + 20, "the page, the counts, and what every visit looks up"
    assert max(rows_read) < 200


@pytest.mark.usefixtures("flood")
def test_all_pages_are_reached_by_plain_links_and_show_each_question_once(desk: Client) -> None:
    at, seen, pages = "?status=todo&language=nl", [], 0
    while at:
        page = desk.get(f"/nl/desk/{at}").text
        seen += shown(page)
        pages += 1
        following = re.search(r'<a href="([^"]+)" rel="next">Volgende pagina', page)
        at = following[1].replace("&amp;", "&") if following else ""
    assert seen == list(range(1, MANY + 1, 2))
    assert pages == MANY // 2 // PAGE
    assert "Pagina 20 van 20: vraag 951 tot 1000 van 1000." in page
    assert 'rel="prev">Vorige pagina' in page


@pytest.mark.usefixtures("flood")
def test_many_are_spam_at_once_on_a_page_and_the_editor_stays_there(desk: Client, inbox: Inbox) -> None:
    page = desk.get("/en/desk/?status=new&page=3").text
    numbers = shown(page)
    fields = {**Form(page).fields, "number": numbers, "action": "spam"}
    answer = desk.post("/en/desk/", fields)
    assert answer.headers["location"].startswith("/en/desk/?status=new&language=&page=3&done=50&")
    assert {item.number for item in inbox.list(SubmissionStatus.SPAM)} == set(numbers)
    after = desk.get(answer.headers["location"]).text
    assert shown(after) == [number + PAGE for number in numbers], "what came next moved up"
    desk.post("/en/desk/", {**Form(after).fields, "number": numbers, "action": "undo"})
    assert inbox.counts()[SubmissionStatus.SPAM] == 0


@pytest.mark.usefixtures("flood")
@pytest.mark.parametrize("asked", ["0", "-1", "41", "x", "999999999999999999999", "<b>"])
def test_a_page_that_is_none_is_one_that_there_is(desk: Client, asked: str) -> None:
    answer = desk.get(f"/en/desk/?page={asked}")
    assert answer.status_code == 200
    assert len(shown(answer.text)) == PAGE


def test_a_list_of_one_page_has_no_links_to_others(desk: Client) -> None:
    assert "mw-desk-pages" not in desk.get("/en/desk/").text
