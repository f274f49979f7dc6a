from __future__ import annotations

import datetime as dt
import email
import email.policy
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mailwijzer
from inbox.conftest import cluster, sqlite_url, url  # noqa: F401 - fixtures
from mail.odd import plain
from mail.sink import Sink, listening
from mailwijzer.editing import fetching, notifying
from mailwijzer.editing.fetching import MailRules
from mailwijzer.inbox import consenting, messages, outbox, people
from mailwijzer.inbox.outbox import NoticeKind, NoticeState
from mailwijzer.inbox.store import Inbox
from mailwijzer.locales import locale
from mailwijzer.mail import notices
from mailwijzer.mail.notices import Occasion, UnwritableAddressError
from mailwijzer.mail.places import Found
from mailwijzer.mail.sending import Outgoing
from mailwijzer.publishing.project import Project
from mailwijzer.qa.lifecycle import Action
from mailwijzer.qa.submission import Draft, DraftText, NewSubmission
from support import put

RULES = MailRules({"vraag@thuis.test": "nl"}, "mx.thuis.test")
PASSED = b"Authentication-Results: mx.thuis.test; dmarc=pass header.from=thuis.test\n"
FIRST = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


class Hands:
    """Moves the inbox's clock."""

    def __init__(self) -> None:
        self.now = FIRST

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def inbox(url: str, clock: Hands) -> Iterator[Inbox]:  # noqa: F811
    with closing(Inbox.open(url, now=clock)) as opened:
        yield opened


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening() as found:
        yield found


@pytest.fixture
def outgoing(sink: Sink) -> Outgoing:
    return Outgoing("vraag@thuis.test", "127.0.0.1", sink.port)


Go = Callable[[], list[EmailMessage]]


@pytest.fixture
def go(project: Project, inbox: Inbox, sink: Sink, outgoing: Outgoing) -> Go:
    """Plan and send what is due; returns the mails that arrived meanwhile."""

    def run() -> list[EmailMessage]:
        seen = len(sink.got)
        notifying.plan(project, inbox, outgoing, notifying.built(project))
        notifying.send(project, inbox, outgoing)
        return [_letter(raw) for _, _, raw in sink.got[seen:]]

    return run


def _letter(raw: bytes) -> EmailMessage:
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def form(inbox: Inbox, key: str = "k", address: str = "lies@thuis.test", lang: str = "nl") -> int:
    return inbox.submit(NewSubmission(key, lang, "Waarom?", "Hoe dan?", "Lies", address), 1).number


def post(project: Project, inbox: Inbox, name: str, more: bytes = PASSED) -> messages.Message:
    raw = plain(name, b"Hoe dan?\n", more)
    return fetching.read(project, inbox, messages.keep(inbox, raw, "test"), raw, RULES)


def token(letter: EmailMessage) -> str:
    found = re.search(r"/mail/stop/([\w-]+)/", str(letter["List-Unsubscribe"]))
    assert found
    return found[1]


def publish(project: Project, inbox: Inbox, number: int) -> Path:
    put(project, number, "nl", slug="waarom")
    inbox.save_draft(number, Draft("waarom", texts={"nl": DraftText("Waarom?", "Hoe?", "Zo.")}))
    inbox.record(number, Action.PUBLISH)
    return project.site / "nl" / "qa" / f"{number:04d}-waarom" / "index.html"


def test_who_asked_by_form_is_asked_once_for_consent_and_told_once_when_the_page_is_there(
    project: Project, inbox: Inbox, sink: Sink, go: Go
) -> None:
    number = form(inbox)
    [asked] = go()
    assert asked["Subject"] == f"Vraag {number:04d}: mogen we je mailen als er een antwoord is?"
    assert f"https://site.test/nl/mail/confirm/{token(asked)}/" in asked.get_content()
    page = publish(project, inbox, number)
    assert go() == []
    assert consenting.confirm(inbox, token(asked))
    assert go() == []  # the files stand, the page does not
    page.parent.mkdir(parents=True)
    page.write_text("there")
    [told] = go()
    assert f"https://site.test/nl/qa/{number:04d}-waarom/" in told.get_content()
    assert go() == []
    assert all("FROM:<>" in sender for sender, _, _ in sink.got)


def confirmed(inbox: Inbox, go: Go) -> int:
    """A question whose asker said yes."""
    number = form(inbox)
    [asked] = go()
    assert consenting.confirm(inbox, token(asked))
    return number


def answered_before(project: Project) -> Path:
    """Question 90, which the new one repeats, and its page."""
    put(project, 90, "nl", slug="al-gevraagd")
    page = project.site / "nl" / "qa" / "0090-al-gevraagd" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("there")
    return page


def test_who_asked_what_was_answered_before_is_told_once_where_the_answer_stands(
    project: Project, inbox: Inbox, go: Go
) -> None:
    number, page = confirmed(inbox, go), answered_before(project)
    page.unlink()
    inbox.record(number, Action.MERGE, "0090")
    assert go() == []  # not before the page is there
    page.write_text("there")
    [told] = go()
    assert told["Subject"] == "Vraag 0001 is beantwoord"
    assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "https://site.test/nl/qa/0090-al-gevraagd/" in told.get_content()
    assert "https://site.test/nl/ask/" in told.get_content()
    assert "Waarom" not in told.get_content(), "no word of a reader"
    assert go() == []
    inbox.undo(number)
    publish(project, inbox, number)
    (project.site / "nl" / "qa" / "0001-waarom").mkdir(parents=True)
    (project.site / "nl" / "qa" / "0001-waarom" / "index.html").write_text("there")
    assert go() == [], "one message was promised"


def test_who_never_confirmed_is_not_told_of_a_merge(project: Project, inbox: Inbox, go: Go) -> None:
    number = form(inbox)
    go()
    answered_before(project)
    inbox.record(number, Action.MERGE, "0090")
    assert go() == []


def test_a_merge_that_is_taken_back_before_the_mail_left_is_not_told_and_a_second_one_is(
    project: Project, inbox: Inbox, outgoing: Outgoing, go: Go
) -> None:
    number = confirmed(inbox, go)
    answered_before(project)
    inbox.record(number, Action.MERGE, "0090")
    notifying.plan(project, inbox, outgoing, notifying.built(project))
    inbox.undo(number)
    assert go() == []
    inbox.record(number, Action.MERGE, "0090")
    assert len(go()) == 1


def test_a_notice_says_that_it_is_automatic_and_how_to_end_it(inbox: Inbox, go: Go, sink: Sink) -> None:
    form(inbox)
    [letter] = go()
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["X-Auto-Response-Suppress"] == "All"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<https://site\.test/nl/mail/stop/[\w-]{32}/>", str(letter["List-Unsubscribe"]))
    assert re.fullmatch(r"<mailwijzer\.1\.confirm\.[0-9a-f]{24}@thuis\.test>", str(letter["Message-ID"]))
    assert "<>" in sink.got[0][0]


def test_a_verified_mail_is_acknowledged_in_its_thread_and_an_unverified_one_only_asks(
    project: Project, inbox: Inbox, go: Go
) -> None:
    post(project, inbox, "one")
    [letter] = go()
    assert letter["Subject"] == "Vraag 0001 is aangekomen"
    assert letter["In-Reply-To"] == letter["References"] == "<one@thuis.test>"
    assert letter["Auto-Submitted"] == "auto-replied"
    raw = plain("two", b"Hoe?\n").replace(b"lies@", b"mia@")
    fetching.read(project, inbox, messages.keep(inbox, raw, "test"), raw, RULES)
    [other] = go()
    assert "mogen we je mailen" in str(other["Subject"])


@pytest.mark.slow
def test_an_address_that_never_confirmed_gets_one_mail_whatever_is_sent_in_its_name(
    project: Project, inbox: Inbox, clock: Hands, go: Go
) -> None:
    sent = []
    for turn in range(20):
        form(inbox, f"form {turn}", "Lies@Thuis.test" if turn % 2 else "lies@thuis.test")
        post(project, inbox, f"mail {turn}")
        sent += go()
        clock.now += dt.timedelta(days=3)
    assert len(sent) == 1


def test_who_confirmed_gets_at_most_one_acknowledgement_a_day(
    project: Project, inbox: Inbox, clock: Hands, go: Go
) -> None:
    post(project, inbox, "first")
    [letter] = go()
    consenting.confirm(inbox, token(letter))
    post(project, inbox, "second")
    post(project, inbox, "third")
    assert go() == []
    clock.now += dt.timedelta(days=1, minutes=1)
    assert go() == []  # yesterday's mails are not answered late
    post(project, inbox, "fourth")
    post(project, inbox, "fifth")
    assert len(go()) == 1


@pytest.mark.parametrize(
    "sign",
    [
        b"Auto-Submitted: auto-replied\n",
        b"Return-Path: <>\n",
        b"List-Id: <x.thuis.test>\n",
        b"Precedence: bulk\n",
        b"X-Spam: Yes\n",
        b"Authentication-Results: mx.thuis.test; dmarc=fail\n",
    ],
)
def test_automatic_mail_spam_and_forgeries_get_no_answer(
    project: Project, inbox: Inbox, go: Go, sign: bytes
) -> None:
    post(project, inbox, "sign", sign + (b"" if b"dmarc" in sign else PASSED))
    assert go() == []


def test_two_instances_that_answer_each_other_fall_silent_after_one_mail(
    project: Project, tmp_path: Path, sink: Sink
) -> None:
    names = ("vraag@thuis.test", "ask@example.org")
    boxes = {name: Inbox.open(f"sqlite:///{tmp_path}/{name}.sqlite3") for name in names}
    raw = b"From: ask@example.org\nTo: vraag@thuis.test\nMessage-ID: <x@example.org>\nSubject: Hoi\n" + PASSED
    raw += b"\nHoe dan?\n"
    carried = [("vraag@thuis.test", raw)]
    for name, mail in carried:
        rules = MailRules({name: "en"}, "mx.thuis.test")
        fetching.take(project, boxes[name], [Found(mail, "test")], rules)
        outgoing = Outgoing(name, "127.0.0.1", sink.port)
        notifying.plan(project, boxes[name], outgoing, notifying.built(project))
        notifying.send(project, boxes[name], outgoing)
        for _, recipient, body in sink.got[len(carried) - 1 :]:
            carried.append((recipient[recipient.index("<") + 1 : -1], PASSED + body))
    for box in boxes.values():
        box.close()
    assert [name for name, _ in carried] == ["vraag@thuis.test", "ask@example.org"]


def test_who_ends_it_is_never_written_to_again_and_the_address_is_gone(inbox: Inbox, go: Go) -> None:
    number = form(inbox)
    [letter] = go()
    assert consenting.refuse(inbox, token(letter))
    assert inbox.asker_address(number) == ""
    form(inbox, "again")
    assert go() == []
    assert not consenting.confirm(inbox, token(letter))


def test_a_server_that_is_away_is_tried_again_later_and_one_that_refuses_is_not(
    inbox: Inbox, clock: Hands, sink: Sink, go: Go
) -> None:
    form(inbox)
    sink.answer = "451 4.3.0 lies@thuis.test: try again"
    assert go() == []
    [notice] = outbox.listing(inbox)
    assert (notice.state, notice.reason) == (NoticeState.WAITING, "451 4.3.0")
    assert notice.due == clock.now + outbox.FIRST_WAIT
    sink.answer = "250 Ok"
    assert go() == []  # not yet
    clock.now = notice.due
    [_] = go()
    assert outbox.counts(inbox)[NoticeState.SENT] == 1
    sink.answer = "550 5.1.1 mia@thuis.test unknown"
    form(inbox, "mia", "mia@thuis.test")
    go()
    failed = outbox.listing(inbox)[0]
    assert (failed.state, failed.reason) == (NoticeState.FAILED, "550 5.1.1")


def test_a_notice_whose_sender_died_is_told_and_not_sent_again_by_itself(
    inbox: Inbox, project: Project, outgoing: Outgoing, clock: Hands, go: Go
) -> None:
    form(inbox)
    notifying.plan(project, inbox, outgoing, notifying.built(project))
    taken = outbox.claim(inbox)
    assert taken is not None
    clock.now += outbox.LEASE + dt.timedelta(seconds=1)
    assert go() == []
    assert outbox.listing(inbox)[0].state is NoticeState.UNSURE
    assert outbox.again(inbox, taken.id)
    assert len(go()) == 1


def test_an_address_deleted_meanwhile_is_not_written_to(
    inbox: Inbox, project: Project, outgoing: Outgoing, go: Go
) -> None:
    form(inbox)
    notifying.plan(project, inbox, outgoing, notifying.built(project))
    people.forget(inbox, "lies@thuis.test")
    form(inbox, "other", "mia@thuis.test")
    notifying.plan(project, inbox, outgoing, notifying.built(project))
    with inbox.transaction(writing=True) as connection:
        connection.exec_driver_sql("DELETE FROM address")
    assert go() == []
    assert {notice.state for notice in outbox.listing(inbox)} == {NoticeState.CANCELLED}


@pytest.mark.slow
def test_several_senders_send_each_notice_once(
    project: Project,
    inbox: Inbox,
    sink: Sink,
    url: str,  # noqa: F811
    clock: Hands,
) -> None:
    clock.now = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    for number in range(30):
        form(inbox, f"k{number}", f"lies{number}@thuis.test")
    child = [sys.executable, str(Path(__file__).with_name("child_sends.py"))]
    environment = {**os.environ, "PYTHONPATH": str(Path(mailwijzer.__file__).parent.parent)}
    command = [*child, str(project.root), url, str(sink.port)]
    running = [subprocess.Popen(command, env=environment) for _ in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    recipients = [recipient for _, recipient, _ in sink.got]
    assert len(recipients) == len(set(recipients)) == 30


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_address_and_no_message_id_adds_a_header(address: str, answers: str) -> None:
    occasion = Occasion("confirm", 1, "<mailwijzer.1.confirm.x@thuis.test>", FIRST, "c", "s", "", answers)
    try:
        letter = notices.write(locale("en"), "ask@thuis.test", address, occasion).as_bytes()
    except UnwritableAddressError:
        return
    head = letter.partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0] for line in re.split(rb"\r\n(?![ \t])", head)]
    known = {b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted", b"MIME-Version"}
    known |= {b"X-Auto-Response-Suppress", b"Content-Language", b"Content-Type", b"In-Reply-To"}
    known |= {b"Content-Transfer-Encoding", b"References", b"List-Unsubscribe", b"List-Unsubscribe-Post"}
    assert set(names) <= known
    assert len(names) == len(set(names))


def test_a_person_gets_all_that_is_held_and_is_forgotten_everywhere(
    project: Project, inbox: Inbox, go: Go
) -> None:
    first = form(inbox)
    post(project, inbox, "mail")
    other = form(inbox, "mia", "mia@thuis.test")
    raw = plain("quoting", b"lies@thuis.test zei het.\n").replace(b"From: Lies <lies@", b"From: Mia <mia@")
    fetching.read(project, inbox, messages.keep(inbox, raw, "test"), raw, RULES)
    go()
    held = people.export(inbox, "LIES@thuis.test")
    assert [row["number"] for row in held["questions"]] == [first, 2]
    assert len(held["mails"]) == 2
    assert len(held["consent"]) == len(held["notices"]) == 1
    json.dumps(held, default=str)
    done = people.forget(inbox, "Lies@thuis.test")
    assert (done.questions, done.mails) == (2, 2)
    assert inbox.asker_address(other) == "mia@thuis.test"
    after = json.dumps(people.export(inbox, "lies@thuis.test"), default=str)
    assert json.loads(after)["mails"] == []
    with inbox.transaction() as connection:
        for table in ("submission", "address", "draft", "event", "message", "consent", "notice"):
            rows = str([tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}")])
            assert "lies@" not in rows.lower()
            assert consenting.digest("lies@thuis.test") not in rows


def test_only_notices_of_a_kind_that_has_words_exist() -> None:
    for kind in NoticeKind:
        for code in ("en", "nl"):
            assert locale(code).t(f"notice.{kind}_subject", number="1")
