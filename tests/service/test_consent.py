from __future__ import annotations

import pytest

from mailwijzer.inbox import consenting, outbox
from mailwijzer.inbox.consenting import ConsentState, digest
from mailwijzer.inbox.outbox import NoticeKind
from mailwijzer.inbox.store import Inbox
from mailwijzer.qa.submission import NewSubmission
from service.browsing import Client, title_of

ADDRESS = "lies@thuis.test"


@pytest.fixture
def token(inbox: Inbox) -> str:
    """What stands in the mail that asks Lies for consent."""
    number = inbox.submit(NewSubmission("k", "nl", "Waarom?", "Hoe?", address=ADDRESS), 1).number
    with inbox.transaction(writing=True) as connection:
        consenting.begin(connection, digest(ADDRESS), inbox.moment())
        at = inbox.moment()
        outbox.add(connection, number, NoticeKind.CONFIRM, digest(ADDRESS), at, "thuis.test")
        return consenting.token(connection, digest(ADDRESS))


@pytest.mark.parametrize("act", ["confirm", "stop"])
def test_opening_a_link_changes_nothing(client: Client, inbox: Inbox, token: str, act: str) -> None:
    shown = client.get(f"/nl/mail/{act}/{token}/")
    assert shown.status_code == 200
    assert '<form method="post"' in shown.text
    assert ADDRESS not in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert consenting.known(inbox, token) is ConsentState.ASKED
    assert inbox.asker_address(1) == ADDRESS


def test_pressing_the_button_confirms(client: Client, inbox: Inbox, token: str) -> None:
    answer = client.post(f"/nl/mail/confirm/{token}/", {})
    assert (answer.status_code, title_of(answer)) == (200, "Bedankt, dat is geregeld - Site")
    assert consenting.known(inbox, token) is ConsentState.CONFIRMED
    assert client.post(f"/nl/mail/confirm/{token}/", {}).status_code == 200


def test_one_click_of_a_mail_program_deletes_the_address(client: Client, inbox: Inbox, token: str) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
    kind = {"content-type": "multipart/form-data; boundary=b"}
    answer = client.send("POST", f"/en/mail/stop/{token}/", content=body, headers=kind)
    assert answer.status_code == 200
    assert inbox.asker_address(1) == ""
    assert consenting.known(inbox, token) is ConsentState.REFUSED
    assert client.post(f"/en/mail/confirm/{token}/", {}).status_code == 404


@pytest.mark.parametrize("wrong", ["x", "%00", "a" * 3000, "'; DROP TABLE consent; --"])
def test_a_token_that_is_not_known_is_told_in_both_languages(client: Client, wrong: str) -> None:
    assert client.get(f"/en/mail/stop/{wrong}/").status_code == 404
    assert title_of(client.post(f"/nl/mail/confirm/{wrong}/", {})).startswith("Deze link is niet meer bekend")


def test_the_desk_lists_mail_to_askers_without_their_addresses(
    client: Client, inbox: Inbox, token: str
) -> None:
    assert client.get("/en/desk/outbox/").status_code == 403
    client.get("/desk/login?token=token-from-the-terminal")
    shown = client.get("/en/desk/outbox/")
    assert "asks for consent" in shown.text
    assert ADDRESS not in shown.text
    assert token not in shown.text
    assert outbox.listing(inbox)
