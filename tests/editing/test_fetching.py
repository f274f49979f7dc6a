from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mail.odd import ODD, plain
from mailwijzer.editing import fetching, importing
from mailwijzer.editing.fetching import MailRules
from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox import messages
from mailwijzer.inbox.messages import MessageState
from mailwijzer.inbox.store import Inbox
from mailwijzer.mail import places
from mailwijzer.publishing.project import Project
from mailwijzer.qa.lifecycle import Action, SubmissionStatus

RULES = MailRules({"vraag@thuis.test": "nl", "ask@thuis.test": "en"}, "mx.thuis.test")


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    with closing(Inbox.open(f"sqlite:///{tmp_path}/mail.sqlite3")) as opened:
        yield opened


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "M" / name).mkdir(parents=True)
    return tmp_path / "M"


@pytest.fixture
def deliver(maildir: Path) -> Callable[[bytes], None]:
    def put(raw: bytes) -> None:
        name = f"{len(list(maildir.rglob('*.test'))):05}.test"
        (maildir / "new" / name).write_bytes(raw)

    return put


def fetch(project: Project, inbox: Inbox, maildir: Path) -> fetching.Taken:
    trouble = places.Trouble()
    taken = fetching.take(project, inbox, places.maildir(maildir, trouble), RULES)
    assert trouble.told == []
    return taken


def test_a_mail_becomes_a_question_in_the_language_of_its_address(
    project: Project, inbox: Inbox, maildir: Path, deliver: Callable[[bytes], None]
) -> None:
    raw = plain("one", b"Why?\n")
    deliver(raw)
    assert fetch(project, inbox, maildir).states == Counter({MessageState.QUESTION: 1})
    (found,) = inbox.list()
    assert (found.title, found.text, found.name, found.lang) == ("Hulp", "Why?", "Lies", "nl")
    assert found.status is SubmissionStatus.NEW
    assert inbox.asker_address(found.number) == "lies@thuis.test"
    (message,) = messages.listing(inbox)
    assert (message.number, messages.raw(inbox, message.id)) == (found.number, raw)


def test_fetching_again_adds_nothing_also_when_the_file_was_not_moved(
    project: Project, inbox: Inbox, maildir: Path, deliver: Callable[[bytes], None]
) -> None:
    deliver(plain("one", b"a\n"))
    fetch(project, inbox, maildir)
    deliver(plain("one", b"a\n"))
    again = fetch(project, inbox, maildir)
    assert (again.known, sum(again.states.values()), len(inbox.list())) == (1, 0, 1)


def test_the_same_message_id_by_another_way_is_a_repetition_and_not_lost(
    project: Project, inbox: Inbox, maildir: Path, deliver: Callable[[bytes], None]
) -> None:
    deliver(plain("one", b"a\n"))
    deliver(b"Received: by another way\n" + plain("one", b"a\n"))
    taken = fetch(project, inbox, maildir)
    assert taken.states == Counter({MessageState.QUESTION: 1, MessageState.REPEATED: 1})
    assert len(inbox.list()) == 1
    assert [message.number for message in messages.listing(inbox)] == [1, 1]


def test_a_reply_to_our_notice_joins_its_question(
    project: Project, inbox: Inbox, maildir: Path, deliver: Callable[[bytes], None]
) -> None:
    deliver(plain("one", b"a\n"))
    fetch(project, inbox, maildir)
    deliver(plain("two", b"dank je\n", b"In-Reply-To: <mailwijzer.1.published.x@thuis.test>\n"))
    assert fetch(project, inbox, maildir).states == Counter({MessageState.REPLY: 1})
    assert len(inbox.list()) == 1
    assert inbox.history(1)[-1].detail == "a reply by mail"
    deliver(plain("three", b"x\n", b"In-Reply-To: <mailwijzer.999.published.x@thuis.test>\n"))
    assert fetch(project, inbox, maildir).states == Counter({MessageState.QUESTION: 1})


def test_what_our_filter_calls_spam_goes_to_the_spam_view(
    project: Project, inbox: Inbox, maildir: Path, deliver: Callable[[bytes], None]
) -> None:
    deliver(plain("spam", b"x\n", b"X-Spam: Yes\nX-Spam-Score: 22\n"))
    deliver(b"Authentication-Results: mx.thuis.test; dmarc=fail\n" + plain("forged", b"x\n"))
    fetch(project, inbox, maildir)
    found = {item.suspicion: item.status for item in inbox.list()}
    assert found == {("filter 22",): SubmissionStatus.SPAM, ("forged sender",): SubmissionStatus.SPAM}


@pytest.mark.slow
def test_each_odd_mail_is_exactly_one_row_with_its_bytes_and_fetched_twice_adds_nothing(
    project: Project, inbox: Inbox, maildir: Path, deliver: Callable[[bytes], None]
) -> None:
    made = {name: make() for name, (_, make) in ODD.items()}
    for raw in made.values():
        deliver(raw)
    taken = fetch(project, inbox, maildir)
    assert sum(taken.states.values()) == len(made)
    stored = Counter(messages.raw(inbox, message.id) for message in messages.listing(inbox))
    assert stored == Counter(made.values())
    assert taken.states == Counter(MessageState(fate) for fate, _ in ODD.values())
    assert len(inbox.list()) == taken.states[MessageState.QUESTION]
    for raw in made.values():
        deliver(raw)
    again = fetch(project, inbox, maildir)
    assert (again.known, sum(again.states.values())) == (len(made), 0)


@pytest.mark.slow
def test_a_fetch_that_is_killed_loses_nothing_and_doubles_nothing(
    project: Project, tmp_path: Path, maildir: Path, deliver: Callable[[bytes], None]
) -> None:
    for n in range(40):
        deliver(plain(f"m{n}", b"%d\n" % n))
    url = f"sqlite:///{tmp_path}/mail.sqlite3"
    command = [sys.executable, "-m", "mailwijzer.cli", "--root", str(project.root), "--inbox", url]
    command += ["qa", "fetch", str(maildir), "--address", "vraag@thuis.test=nl"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for turn in range(4):
        before = len(list((maildir / "cur").iterdir()))
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while process.poll() is None and len(list((maildir / "cur").iterdir())) < before + 3 + turn:
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert subprocess.run(command, env=environment, stdout=subprocess.DEVNULL).returncode == 0
    with closing(Inbox.open(url)) as inbox:
        assert sorted(item.text for item in inbox.list()) == sorted(str(n) for n in range(40))
        assert {message.state for message in messages.listing(inbox)} == {MessageState.QUESTION}


def test_what_could_not_be_read_can_be_tried_again(
    project: Project,
    inbox: Inbox,
    maildir: Path,
    deliver: Callable[[bytes], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fetching.limited, "SECONDS", 0.001)
    deliver(plain("slow", b"x\n"))
    assert fetch(project, inbox, maildir).states == Counter({MessageState.QUARANTINED: 1})
    assert inbox.list() == []
    monkeypatch.undo()
    taken = fetching.resume(project, inbox, RULES, quarantined=True)
    assert taken.states == Counter({MessageState.QUESTION: 1})


def test_the_bytes_go_with_the_address_when_a_question_is_closed_long_enough(
    project: Project, inbox: Inbox, maildir: Path, deliver: Callable[[bytes], None]
) -> None:
    deliver(plain("one", b"a\n"))
    deliver(plain("two", b"b\n"))
    fetch(project, inbox, maildir)
    inbox.record(1, Action.DECLINE)
    assert messages.purge(inbox, after_days=1) == 0
    assert messages.purge(inbox, after_days=-1) == 1
    assert messages.raw(inbox, 1) is None
    assert messages.raw(inbox, 2) is not None


def test_records_are_imported_once_and_faults_are_told_with_their_line(
    project: Project, inbox: Inbox, tmp_path: Path
) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"text": "Waarom?", "lang": "nl", "title": "A"}\n\n{"text": "Why?", "key": "k"}\n')
    news = importing.read([file], "en")
    assert importing.store(project, inbox, news) == (2, 0)
    assert importing.store(project, inbox, news) == (0, 2)
    assert [item.lang for item in inbox.list()] == ["en", "nl"]
    file.write_text('{"text": "a", "lang": "fr"}\n{"txt": "b"}\nnot json\n{"text": "' + "x" * 20_000 + '"}\n')
    with pytest.raises(MailwijzerError) as told:
        importing.read([file], "en")
    for line in (":1: lang: 'fr'", ":2: text:", ":3: not JSON", ":4: text:"):
        assert line in str(told.value)


def test_issues_of_a_form_are_imported_by_their_fields(
    project: Project, inbox: Inbox, tmp_path: Path
) -> None:
    file = tmp_path / "issues.json"
    filled = {"What happens?": "Mail is refused", "Log": "550 5.7.1", "Version": "_No response_"}
    body = "\r\n\r\n".join(f"### {name}\r\n\r\n{said}" for name, said in filled.items())
    issue = {
        "number": 7,
        "title": "Refused",
        "body": body,
        "author": {"login": "eva"},
        "url": "https://example.org/7",
    }
    file.write_text(json.dumps([issue, {"number": 8, "title": "Bare", "body": "just text"}]))
    news = importing.read([file], "en")
    assert importing.store(project, inbox, news) == (2, 0)
    bare, refused = inbox.list()
    assert (refused.title, refused.name) == ("Refused", "eva")
    assert refused.text == "What happens?\nMail is refused\n\nLog\n550 5.7.1"
    assert bare.text == "just text"
