"""A question's way from the form into the inbox, and all that can come instead of a question."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from mailwijzer.editing import notifying
from mailwijzer.inbox.store import Inbox
from mailwijzer.mail.sending import Outgoing
from mailwijzer.publishing.project import Project
from mailwijzer.qa.lifecycle import SubmissionStatus
from mailwijzer.service.form import TRAP
from mailwijzer.service.settings import Settings
from service.browsing import Client, Clock, Form, title_of


def filled(client: Client, clock: Clock, lang: str = "en", query: str = "", **more: str) -> dict[str, str]:
    """The form as a reader sends it, a minute after it was opened."""
    fields = Form(client.get(f"/{lang}/ask/{query}").text).fields
    clock.now += 60
    return {**fields, "title": "Why is my mail late?", "text": "The log says 450.\r\nWhy?", **more}


def test_a_question_is_stored_and_its_number_shown(client: Client, clock: Clock, inbox: Inbox) -> None:
    answer = client.post("/ask", filled(client, clock, name="Reader", address="me@example.org"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/ask/received/1/")
    stored = inbox.get(1)
    assert (stored.title, stored.text, stored.name) == (
        "Why is my mail late?",
        "The log says 450.\nWhy?",
        "Reader",
    )
    assert stored.has_address
    assert stored.status is SubmissionStatus.NEW
    thanks = client.get("/en/ask/received/1/")
    assert "<strong>1</strong>" in thanks.text
    assert "noindex" in thanks.text
    assert "450" not in thanks.text


@pytest.mark.parametrize(("lang", "word"), [("en", "Send your question"), ("nl", "Verstuur je vraag")])
def test_the_form_speaks_the_language_of_its_address(client: Client, lang: str, word: str) -> None:
    page = client.get(f"/{lang}/ask/")
    assert page.status_code == 200
    assert word in page.text
    assert f'action="/ask?lang={lang}"' in page.text


def test_the_form_shows_four_fields_and_sets_no_cookie(client: Client) -> None:
    page = client.get("/en/ask/")
    shown = {"title", "text", "name", "address"}
    hidden = {"lang", "chapter", "key", "token", TRAP}
    assert set(Form(page.text).fields) == shown | hidden
    assert "set-cookie" not in page.headers


def test_the_chapter_is_kept_when_the_language_is_switched(client: Client) -> None:
    page = client.get("/en/ask/?chapter=smtp-session")
    assert "The SMTP session" in page.text
    assert "/nl/ask/?chapter=smtp-session" in page.text


@pytest.mark.parametrize(
    "chapter", ["nothing", "../../mkdocs", "<script>alert(1)</script>", "smtp-session\x00"]
)
def test_an_unknown_chapter_is_left_out(client: Client, clock: Clock, inbox: Inbox, chapter: str) -> None:
    assert "<script>alert" not in client.get(f"/en/ask/?{urlencode({'chapter': chapter})}").text
    answer = client.post("/ask", filled(client, clock, chapter=chapter))
    assert answer.status_code == 303
    assert inbox.get(1).chapter == ""


def test_a_known_chapter_is_stored(client: Client, clock: Clock, inbox: Inbox) -> None:
    client.post("/ask", filled(client, clock, "nl", "?chapter=smtp-session"))
    assert (inbox.get(1).chapter, inbox.get(1).lang) == ("smtp-session", "nl")


def test_numbers_begin_above_the_questions_that_are_published(
    client: Client, clock: Clock, project: Project
) -> None:
    (project.qa / "0041-a-question.en.md").write_text("whatever it holds")
    answer = client.post("/ask", filled(client, clock))
    assert answer.headers["location"] == "/en/ask/received/42/"


def test_the_same_form_sent_twice_is_one_question(client: Client, clock: Clock, inbox: Inbox) -> None:
    fields = filled(client, clock)
    places = {client.post("/ask", fields).headers["location"] for _ in range(3)}
    assert places == {"/en/ask/received/1/"}
    assert len(inbox.list()) == 1


def test_another_question_from_the_same_form_is_kept_on_the_page_with_a_new_key(
    client: Client, clock: Clock, inbox: Inbox
) -> None:
    fields = filled(client, clock)
    client.post("/ask", fields)
    answer = client.post("/ask", {**fields, "text": "Quite another thing"})
    assert answer.status_code == 409
    again = Form(answer.text).fields
    assert again["text"] == "Quite another thing"
    assert again["key"] != fields["key"]
    assert client.post("/ask", again).headers["location"] == "/en/ask/received/2/"
    assert inbox.get(1).text == "The log says 450.\nWhy?"


def test_an_empty_form_gets_all_its_errors_together(client: Client, clock: Clock, inbox: Inbox) -> None:
    answer = client.post("/ask", filled(client, clock, title=" ", text="\r\n", address="nobody"))
    assert answer.status_code == 422
    assert title_of(answer).startswith("Error: ")
    form = Form(answer.text)
    for field in ("title", "text", "address"):
        assert f"#{field}" in form.links
        assert f"{field}-error" in form.ids
        assert f'aria-describedby="{field}-hint {field}-error" aria-invalid="true"' in answer.text
    assert 'role="alert"' in answer.text
    assert form.fields["address"] == "nobody"
    assert inbox.list() == []


def test_a_post_without_any_field_gets_the_form(client: Client, inbox: Inbox) -> None:
    answer = client.post("/ask", b"", accept_language="nl")
    assert answer.status_code == 422
    assert title_of(answer).startswith("Fout: ")
    assert inbox.list() == []


def test_what_is_too_long_comes_back_whole_with_its_length(client: Client, clock: Clock) -> None:
    answer = client.post("/ask", filled(client, clock, title="a" * 201, text="b" * 10_001, name="c" * 81))
    assert answer.status_code == 422
    assert "has 201 characters; shorten it to at most 200" in answer.text
    assert "10,001" in answer.text
    assert Form(answer.text).fields["text"] == "b" * 10_001


def test_line_ends_count_once(client: Client, clock: Clock, inbox: Inbox) -> None:
    client.post("/ask", filled(client, clock, text="ab\r\n" * 3_333 + "c"))
    assert len(inbox.get(1).text) == 10_000


@pytest.mark.parametrize(
    ("bad", "code", "picture"), [("\x00", "U+0000", "␀"), ("\x1b", "U+001B", "␛"), ("\x7f", "U+007F", "␡")]
)
@pytest.mark.parametrize("field", ["title", "text", "name", "address"])
def test_control_characters_are_named_and_made_visible(
    client: Client, clock: Clock, inbox: Inbox, field: str, bad: str, code: str, picture: str
) -> None:
    answer = client.post("/ask", filled(client, clock, **{field: f"one{bad}two"}))
    assert answer.status_code == 422
    assert code in answer.text
    assert bad not in answer.text
    assert Form(answer.text).fields[field] == f"one{picture}two"
    assert inbox.list() == []


def test_tabs_and_line_feeds_in_the_text_are_kept(client: Client, clock: Clock, inbox: Inbox) -> None:
    client.post("/ask", filled(client, clock, text="\tmynetworks =\n\t\t127.0.0.0/8"))
    assert inbox.get(1).text == "\tmynetworks =\n\t\t127.0.0.0/8"


@pytest.mark.parametrize("bad", [b"caf%E9", "café".encode("latin-1"), b"%FF%FE", b"%C0%80", b"%ED%A0%80"])
def test_a_wrong_encoding_is_explained_and_the_text_kept(
    client: Client, clock: Clock, inbox: Inbox, bad: bytes
) -> None:
    fields = filled(client, clock)
    body = f"title=Fine&key={fields['key']}&token={fields['token']}&text=before ".encode() + bad
    answer = client.post("/ask", body)
    assert answer.status_code == 400
    assert "UTF-8" in answer.text
    again = Form(answer.text).fields
    assert again["title"] == "Fine"
    assert again["text"].startswith("before ")
    assert "\ufffd" in again["text"]
    assert inbox.list() == []


def test_a_megabyte_is_refused_without_being_kept(client: Client, inbox: Inbox) -> None:
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b"title=a&text="
        for _ in range(1024):
            sent += 1024
            yield b"x" * 1024

    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = client.send("POST", "/ask?lang=nl", content=body(), headers=form)
    assert answer.status_code == 413
    assert "te veel" in answer.text
    assert "xxxx" not in answer.text
    assert inbox.list() == []


def test_an_endless_body_is_given_up(client: Client) -> None:
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 65536
            assert sent < 16 * 1024 * 1024
            yield b"x" * 65536

    form = {"content-type": "application/x-www-form-urlencoded"}
    assert client.send("POST", "/ask", content=body(), headers=form).status_code == 413


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/json", "text/plain", ""])
def test_other_kinds_of_bodies_are_refused_in_the_shell(client: Client, inbox: Inbox, kind: str) -> None:
    answer = client.send("POST", "/ask", content=b"title=a&text=b", headers={"content-type": kind})
    assert answer.status_code == 415
    assert "<main>" in answer.text
    assert inbox.list() == []


def test_a_thousand_fields_are_no_form(client: Client) -> None:
    assert client.post("/ask", b"&".join(b"a%d=1" % n for n in range(1000))).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
    ],
)
def test_a_post_that_another_site_caused_is_refused(
    client: Client, clock: Clock, inbox: Inbox, headers: dict[str, str]
) -> None:
    assert client.post("/ask", filled(client, clock), **headers).status_code == 403
    assert inbox.list() == []


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "same-origin", "origin": "null"},
        {"origin": "http://127.0.0.1:8000"},
        {"origin": "https://mail.example.org"},
        {},
    ],
)
def test_our_own_pages_and_plain_clients_may_post(
    client: Client, clock: Clock, headers: dict[str, str]
) -> None:
    assert client.post("/ask", filled(client, clock), **headers).status_code == 303


@pytest.mark.parametrize("token", ["", "forged", "WyJhIiwxLGZhbHNlXQ.c2ln"])
def test_a_form_that_is_not_ours_comes_back_ready_to_be_sent(
    client: Client, clock: Clock, inbox: Inbox, token: str
) -> None:
    answer = client.post("/ask", filled(client, clock, token=token))
    assert answer.status_code == 422
    assert inbox.list() == []
    again = Form(answer.text).fields
    assert again["text"] == "The log says 450.\nWhy?"
    assert client.post("/ask", again).status_code == 303
    assert inbox.get(1).status is SubmissionStatus.NEW


def test_a_form_that_stood_open_for_two_days_comes_back_ready_to_be_sent(
    client: Client, clock: Clock, inbox: Inbox
) -> None:
    fields = filled(client, clock)
    clock.now += 2 * 86400
    answer = client.post("/ask", fields)
    assert (answer.status_code, inbox.list()) == (422, [])
    again = Form(answer.text).fields
    assert again["key"] == fields["key"]
    assert client.post("/ask", again).status_code == 303
    assert inbox.get(1).suspicion == ()


def test_a_token_belongs_to_the_key_of_its_form(client: Client, clock: Clock) -> None:
    assert client.post("/ask", filled(client, clock, key=str(uuid4()))).status_code == 422


@pytest.mark.parametrize(
    ("seconds", "trap", "signs"),
    [(1, "", ("too-fast",)), (60, "x", ("honeypot",)), (1, "x", ("too-fast", "honeypot"))],
)
def test_signs_of_spam_file_a_question_and_never_drop_it(
    client: Client, clock: Clock, inbox: Inbox, seconds: int, trap: str, signs: tuple[str, ...]
) -> None:
    fields = filled(client, clock)
    clock.now += seconds - 60
    answer = client.post("/ask", {**fields, TRAP: trap})
    assert answer.headers["location"] == "/en/ask/received/1/"
    assert inbox.get(1).status is SubmissionStatus.SPAM
    assert inbox.get(1).suspicion == signs


def test_an_inbox_that_cannot_write_keeps_the_text_on_the_page(
    client: Client, clock: Clock, inbox: Inbox
) -> None:
    fields = filled(client, clock)
    with inbox._engine.connect().execution_options(writing=True) as connection, connection.begin():
        connection.exec_driver_sql("ALTER TABLE submission RENAME TO elsewhere")
    answer = client.post("/ask", fields)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "120"
    assert "mailto:vraag@example.org?subject=Why%20is%20my%20mail%20late%3F" in answer.text
    assert Form(answer.text).fields["text"] == "The log says 450.\nWhy?"
    with inbox._engine.connect().execution_options(writing=True) as connection, connection.begin():
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO submission")
    assert client.post("/ask", fields).status_code == 303


@pytest.mark.parametrize("field", ["title", "text", "name", "address", "chapter", "key", "token", "lang"])
def test_what_was_typed_is_never_markup(client: Client, clock: Clock, field: str) -> None:
    payload = '"><script>alert(1)</script></textarea><img src=x onerror=alert(1)>@@CONTENT@@'
    answer = client.post("/ask", filled(client, clock, **{"address": "wrong", field: payload}))
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text


def test_a_slots_name_in_a_text_stays_text(client: Client, clock: Clock) -> None:
    answer = client.post("/ask", filled(client, clock, title="", text="What is @@BASE@@ or @@CONTENT@@?"))
    assert Form(answer.text).fields["text"] == "What is @@BASE@@ or @@CONTENT@@?"


def test_ask_leads_to_the_form_in_the_browsers_language(client: Client) -> None:
    assert client.get("/ask", accept_language="nl-BE,en;q=0.5").headers["location"] == "/nl/ask/"


def test_a_site_that_is_not_built_says_which_command_builds_it(client: Client, project: Project) -> None:
    for path in sorted(project.state.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    answer = client.get("/en/ask/")
    assert answer.status_code == 503
    assert "build" in answer.text


PROMISES = {
    "en": (
        "First comes one mail that asks",
        "a mail comes that asks",
        "No mail goes out from here by itself",
    ),
    "nl": ("Eerst komt er één mail", "dan komt er een mail", "Van hieruit gaat nu vanzelf geen mail weg"),
}


@pytest.mark.parametrize("lang", PROMISES)
def test_mail_is_promised_only_where_somebody_sends_it(
    client: Client, settings: Settings, project: Project, lang: str
) -> None:
    before, after, no_mail = PROMISES[lang]
    pages = (f"/{lang}/ask/", f"/{lang}/ask/received/1/")
    for page in pages:
        text = client.get(page).text
        assert no_mail in text
        assert before not in text
        assert after not in text
    with closing(Inbox.open(settings.inbox_url)) as inbox:
        notifying.send(project, inbox, Outgoing("ask@example.org", "127.0.0.1", 1))  # nothing is due
    for page, promise in zip(pages, (before, after), strict=True):
        text = client.get(page).text
        assert promise in text
        assert no_mail not in text


def test_a_sender_that_rests_for_a_day_is_promised_no_more(
    client: Client, settings: Settings, project: Project
) -> None:
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1, minutes=1)
    with closing(Inbox.open(settings.inbox_url, now=lambda: yesterday)) as inbox:
        notifying.send(project, inbox, Outgoing("ask@example.org", "127.0.0.1", 1))
    assert "No mail goes out from here by itself" in client.get("/en/ask/").text


def test_the_form_and_the_thanks_come_where_the_inbox_cannot_say(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The inbox hangs: a page of thanks does without it, soon."""
    asked, over = threading.Event(), threading.Event()

    def hang(*_args: object) -> bool:
        asked.set()
        over.wait(30)
        return True

    monkeypatch.setattr("mailwijzer.service.ask.workers.works", hang)
    monkeypatch.setattr("mailwijzer.service.ask._PATIENCE", 0.05)
    try:
        answer = client.get("/en/ask/received/1/")
    finally:
        over.set()
    assert asked.is_set()
    assert "No mail goes out from here by itself" in answer.text
