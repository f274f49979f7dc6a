"""The same application behind its real server, over real sockets."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from threading import Thread
from urllib.parse import urlencode

import httpx
import pytest
import uvicorn

from mailwijzer.inbox.store import Inbox
from mailwijzer.service.app import create
from mailwijzer.service.settings import Settings
from service.browsing import Clock, Form

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def origin(settings: Settings) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(create(settings), log_level="error"))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def test_a_question_goes_through(origin: str, clock: Clock, inbox: Inbox) -> None:
    with httpx.Client(base_url=origin) as client:
        fields = Form(client.get("/nl/ask/").text).fields
        clock.now += 60
        sent = {**fields, "title": "Waarom?", "text": "Zomaar, één keer."}
        answer = client.post("/ask", content=urlencode(sent), headers=FORM)
    assert answer.headers["location"] == "/nl/ask/received/1/"
    assert inbox.get(1).text == "Zomaar, één keer."


def test_a_megabyte_gets_its_answer_and_not_a_broken_connection(origin: str, inbox: Inbox) -> None:
    body = b"text=" + b"x" * 1_000_000
    answer = httpx.post(f"{origin}/ask?lang=en", content=body, headers=FORM)
    assert answer.status_code == 413
    assert "Nothing has been stored" in answer.text
    assert inbox.list() == []
