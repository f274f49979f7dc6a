"""Who gets to the desk, and who does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailwijzer.inbox.store import Inbox
from mailwijzer.qa.lifecycle import SubmissionStatus
from mailwijzer.qa.submission import NewSubmission
from mailwijzer.service.deskgate import COOKIE
from service.browsing import Client, Clock, Form

LOGIN = "/desk/login?token=token-from-the-terminal"


@pytest.fixture
def waiting(inbox: Inbox) -> int:
    return inbox.submit(NewSubmission("k1", "en", "Why?", "The log says 450."), 1).number


def test_the_link_of_the_terminal_opens_the_desk(client: Client) -> None:
    answer = client.get(LOGIN, accept_language="nl")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    assert "secure" not in cookie
    assert client.get("/desk", accept_language="nl").headers["location"] == "/nl/desk/"
    assert client.get("/nl/desk/").status_code == 200


def test_the_link_works_once(client: Client) -> None:
    client.get(LOGIN)
    stranger = Client(client.app)
    assert stranger.get(LOGIN).status_code == 403
    assert stranger.get("/en/desk/").status_code == 403
    assert client.get(LOGIN).status_code == 303, "whoever is in stays in"


@pytest.mark.parametrize("token", ["", "wrong", "token-from-the-terminalX", "é"])
def test_a_wrong_token_opens_nothing_and_spends_nothing(client: Client, token: str) -> None:
    answer = client.get(f"/desk/login?token={token}")
    assert answer.status_code == 403
    assert "terminal" in answer.text
    assert "set-cookie" not in answer.headers
    assert client.get(LOGIN).status_code == 303


@pytest.mark.parametrize("cookie", ["", "forged", "WyJhIiwxXQ.c2ln"])
def test_without_a_session_the_desk_tells_where_the_link_is(client: Client, cookie: str) -> None:
    client.cookies[COOKIE] = cookie
    answer = client.get("/nl/desk/")
    assert answer.status_code == 403
    assert "terminal" in answer.text


def test_a_session_ends_after_a_day_of_work(client: Client, clock: Clock) -> None:
    client.get(LOGIN)
    clock.now += 13 * 3600
    assert client.get("/en/desk/").status_code == 403


@pytest.mark.parametrize(
    "host", ["mail.example.org", "rebound.example:8000", "127.0.0.1.example.org", "", "[::2]"]
)
def test_a_foreign_host_name_finds_no_desk(client: Client, host: str) -> None:
    client.get(LOGIN)
    for path in ("/en/desk/", "/desk", LOGIN):
        assert client.get(path, host=host).status_code == 404


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000"])
def test_the_names_of_this_machine_do(client: Client, host: str) -> None:
    client.get(LOGIN)
    assert client.get("/en/desk/", host=host).status_code == 200


def test_another_machine_finds_no_desk(client: Client) -> None:
    client.get(LOGIN)
    elsewhere = replace(client, address="192.0.2.7")
    for path in ("/en/desk/", "/desk", LOGIN):
        assert elsewhere.get(path).status_code == 404


@pytest.mark.parametrize("header", ["x_forwarded_for", "forwarded", "via", "x_real_ip"])
def test_a_proxy_on_this_machine_finds_no_desk(client: Client, header: str) -> None:
    client.get(LOGIN)
    assert client.get("/en/desk/", **{header: "127.0.0.1"}).status_code == 404


@pytest.mark.parametrize(
    ("csrf", "headers"),
    [
        (False, {}),
        (True, {"sec_fetch_site": "cross-site"}),
        (True, {"sec_fetch_site": "same-site"}),
        (True, {"origin": "http://elsewhere.example"}),
    ],
)
def test_a_decision_needs_the_sessions_own_form(
    client: Client, inbox: Inbox, waiting: int, csrf: bool, headers: dict[str, str]
) -> None:
    client.get(LOGIN)
    value = Form(client.get(f"/en/desk/{waiting}/").text).fields["csrf"]
    fields = {"action": "spam", "csrf": value if csrf else "0" * 64}
    assert client.post(f"/en/desk/{waiting}/", fields, **headers).status_code == 403
    assert inbox.get(waiting).status is SubmissionStatus.NEW


def test_the_form_of_another_session_is_refused(client: Client, inbox: Inbox, waiting: int) -> None:
    client.get(LOGIN)
    value = Form(client.get(f"/en/desk/{waiting}/").text).fields["csrf"]
    client.cookies.clear()
    answer = client.post(f"/en/desk/{waiting}/", {"action": "spam", "csrf": value})
    assert answer.status_code == 403
    assert inbox.get(waiting).status is SubmissionStatus.NEW


def test_the_pages_of_the_desk_are_kept_by_no_cache_and_no_search_engine(client: Client) -> None:
    client.get(LOGIN)
    page = client.get("/en/desk/")
    assert page.headers["cache-control"] == "no-store"
    assert "noindex" in page.text
