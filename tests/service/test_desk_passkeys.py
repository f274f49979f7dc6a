"""The desk from outside: by passkey alone, made by an invitation, on the one name it is exposed under."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox import passkeys, tickets
from mailwijzer.inbox.store import Inbox
from mailwijzer.inbox.tickets import TicketKind
from mailwijzer.publishing.project import Project
from mailwijzer.service import deskpasskey
from mailwijzer.service.app import create
from mailwijzer.service.settings import Settings, from_environment
from service.authenticator import PRESENT, Authenticator
from service.browsing import Client, Form

PROXY = {"x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https"}


@pytest.fixture
def client(settings: Settings) -> Iterator[Client]:
    """A browser elsewhere, behind the proxy in front of the service."""
    app = create(replace(settings, desk_origin="https://desk.example.org"))
    with asyncio.Runner() as running:
        context = app.router.lifespan_context(app)
        running.run(context.__aenter__())
        yield Client(app, host="desk.example.org", headers=dict(PROXY))
        running.run(context.__aexit__(None, None, None))


def post(client: Client, name: str, body: object, **headers: str) -> httpx.Response:
    sent = {
        "content-type": "application/json",
        **{key.replace("_", "-"): value for key, value in headers.items()},
    }
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.send("POST", f"/desk/passkey/{name}", content=content, headers=sent)


def invited(inbox: Inbox) -> str:
    return tickets.issue(inbox, TicketKind.INVITE, 3600, "Bea")


def challenge(client: Client, **more: str) -> str:
    answer = post(client, "options", more)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["challenge"])


def register(client: Client, inbox: Inbox, device: Authenticator) -> httpx.Response:
    invite = invited(inbox)
    asked = challenge(client, invite=invite)
    return post(client, "register", {"invite": invite, "challenge": asked, "credential": device.make(asked)})


def login(client: Client, device: Authenticator, **changes: Any) -> httpx.Response:
    asked = challenge(client)
    return post(client, "login", {"challenge": asked, "credential": device.use(asked), **changes})


def test_who_is_invited_makes_a_passkey_and_enters_by_it_ever_after(client: Client, inbox: Inbox) -> None:
    device = Authenticator()
    made = register(client, inbox, device)
    assert made.json() == {"next": "/en/desk/"}
    cookie = made.headers["set-cookie"].lower()
    for part in ("secure", "httponly", "samesite=strict"):
        assert part in cookie
    assert client.get("/en/desk/").status_code == 200
    client.cookies.clear()
    assert client.get("/en/desk/").status_code == 403
    assert login(client, device).status_code == 200
    assert client.get("/en/desk/").status_code == 200
    [kept] = passkeys.listing(inbox)
    assert (kept.name, kept.sign_count) == ("Bea", 1)
    assert kept.used is not None


def test_at_the_door_there_is_a_passkey_and_no_password(client: Client) -> None:
    page = client.get("/nl/desk/", accept_language="nl")
    assert page.status_code == 403
    assert "Kom binnen met een passkey" in page.text
    assert "type=password" not in page.text.replace('"', "")
    assert client.get("/desk").headers["location"].endswith("/desk/")


def test_the_terminals_link_opens_nothing_from_outside(client: Client) -> None:
    assert client.get("/desk/login?token=token-from-the-terminal").status_code == 404
    client.host = "127.0.0.1:8000"
    assert client.get("/desk/login?token=token-from-the-terminal").status_code == 404, "through a proxy"
    client.headers.clear()
    assert client.get("/desk/login?token=token-from-the-terminal").status_code == 303


@pytest.mark.parametrize(
    "host", ["other.example.org", "desk.example.org.evil.test", "desk.example.org:81", ""]
)
def test_under_another_name_there_is_no_desk(client: Client, inbox: Inbox, host: str) -> None:
    invite = invited(inbox)
    client.host = host or client.host
    headers = {} if host else {"host": "desk.example.org, x"}
    for path in ("/desk", "/en/desk/", f"/en/desk/invite/{invite}/"):
        assert client.send("GET", path, headers=headers).status_code == 404
    assert post(client, "options", {}, **headers).status_code == 404


def test_without_an_origin_there_is_no_door(settings: Settings) -> None:
    app = create(settings)
    with asyncio.Runner() as running:
        context = app.router.lifespan_context(app)
        running.run(context.__aenter__())
        client = Client(app, host="desk.example.org", headers=dict(PROXY))
        assert post(client, "options", {}).status_code == 404
        assert client.get("/en/desk/").status_code == 404
        running.run(context.__aexit__(None, None, None))


def test_an_invitation_works_once_and_opening_its_page_does_not_use_it_up(
    client: Client, inbox: Inbox
) -> None:
    invite = invited(inbox)
    for _ in range(2):
        page = client.get(f"/en/desk/invite/{invite}/")
        assert "as Bea" in page.text
        assert page.headers["referrer-policy"] == "no-referrer"
    device = Authenticator()
    asked, second = challenge(client, invite=invite), challenge(client, invite=invite)
    body = {"invite": invite, "challenge": asked, "credential": device.make(asked)}
    assert post(client, "register", body).status_code == 200
    other = Authenticator()
    body = {"invite": invite, "challenge": second, "credential": other.make(second)}
    assert post(client, "register", body).status_code == 403
    assert client.get(f"/en/desk/invite/{invite}/").status_code == 404
    assert post(client, "options", {"invite": invite}).status_code == 403
    assert len(passkeys.listing(inbox)) == 1


def test_a_failed_try_leaves_the_invitation_good(client: Client, inbox: Inbox) -> None:
    invite = invited(inbox)
    asked = challenge(client, invite=invite)
    body = {"invite": invite, "challenge": asked, "credential": Authenticator(flags=PRESENT).make(asked)}
    assert post(client, "register", body).status_code == 403
    assert tickets.name_of(inbox, TicketKind.INVITE, invite) == "Bea"


@pytest.mark.parametrize(
    "fault",
    [
        {"origin": "https://evil.example.org"},
        {"party": "evil.example.org"},
        {"flags": PRESENT},
        {"flags": 0x04},
    ],
)
def test_a_login_from_elsewhere_or_without_its_user_is_refused(
    client: Client, inbox: Inbox, fault: dict[str, Any]
) -> None:
    device = Authenticator()
    register(client, inbox, device)
    client.cookies.clear()
    for name, value in fault.items():
        setattr(device, name, value)
    answer = login(client, device)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert client.get("/en/desk/").status_code == 403


def test_an_answer_works_once_and_a_count_that_does_not_rise_is_a_copy(client: Client, inbox: Inbox) -> None:
    device = Authenticator()
    register(client, inbox, device)
    asked = challenge(client)
    body = {"challenge": asked, "credential": device.use(asked)}
    assert post(client, "login", body).status_code == 200
    assert post(client, "login", body).status_code == 403, "replayed"
    asked = challenge(client)
    body = {"challenge": asked, "credential": device.use(asked, rising=False)}
    assert post(client, "login", body).status_code == 403, "cloned"
    assert login(client, device).status_code == 200


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"credential": []}', b'{"challenge": 7}', b"[" * 60_000]
)
def test_what_is_no_answer_is_refused(client: Client, body: bytes) -> None:
    for name in ("login", "register"):
        assert post(client, name, body).status_code in (400, 403)


@pytest.mark.parametrize("strange", [None, 7, [], {"id": 7}, {"id": "é"}, {"response": {}}, {"rawId": "%"}])
def test_a_strange_credential_is_refused(client: Client, inbox: Inbox, strange: Any) -> None:
    device = Authenticator()
    register(client, inbox, device)
    if isinstance(strange, dict):
        strange = {**device.use("x"), **strange}
    assert login(client, device, credential=strange).status_code == 403


def test_another_site_cannot_knock(client: Client) -> None:
    for headers in ({"sec_fetch_site": "cross-site"}, {"origin": "https://evil.example.org"}):
        assert post(client, "options", {}, **headers).status_code == 403


def test_a_network_that_asks_too_often_waits_and_another_does_not(client: Client) -> None:
    for _ in range(deskpasskey.MOST):
        challenge(client)
    answer = post(client, "options", {})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "900")
    # The address is the proxy's word, which uvicorn puts into the request.
    challenge(replace(client, address="198.51.100.9"))


def test_a_removed_passkey_opens_nothing_and_ends_its_sessions(client: Client, inbox: Inbox) -> None:
    device = Authenticator()
    register(client, inbox, device)
    page = client.get("/en/desk/passkeys/")
    assert "Bea" in page.text
    assert "this session" in page.text
    fields = Form(page.text).fields
    assert client.post("/en/desk/passkeys/", fields).status_code == 303
    assert client.get("/en/desk/").status_code == 403
    assert login(client, device).status_code == 403
    assert passkeys.listing(inbox) == []


def test_logging_out_ends_the_session_at_the_server_too(client: Client, inbox: Inbox) -> None:
    register(client, inbox, Authenticator())
    kept = dict(client.cookies)
    fields = Form(client.get("/en/desk/").text).fields
    assert client.post("/en/desk/logout/", fields).status_code == 303
    client.cookies = kept
    assert client.get("/en/desk/").status_code == 403


@pytest.mark.parametrize(
    ("origin", "good"),
    [
        ("https://www.example.org", True),
        ("https://www.example.org/", True),
        ("http://localhost:8000", True),
        ("http://www.example.org", False),
        ("https://192.0.2.1", False),
        ("https://www.example.org/desk", False),
        ("https://a@www.example.org", False),
        ("www.example.org", False),
    ],
)
def test_only_an_origin_that_passkeys_can_be_bound_to_is_taken(
    project: Project, origin: str, good: bool
) -> None:
    environment = {"MAILWIJZER_ROOT": str(project.root), "MAILWIJZER_DESK_ORIGIN": origin}
    if good:
        assert from_environment(environment).desk_origin == origin.rstrip("/")
    else:
        with pytest.raises(MailwijzerError, match="MAILWIJZER_DESK_ORIGIN"):
            from_environment(environment)
