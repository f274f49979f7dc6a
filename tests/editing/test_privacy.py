"""Addresses of mail and network stay in the inbox: seeded ones are looked for in all that is written."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from mail.odd import plain
from mail.sink import listening
from mailwijzer import editing
from mailwijzer.editing import fetching, notifying
from mailwijzer.editing.fetching import MailRules
from mailwijzer.inbox import consenting, messages
from mailwijzer.inbox.store import Inbox
from mailwijzer.mail.sending import Outgoing
from mailwijzer.publishing.project import Project
from mailwijzer.qa.submission import NewSubmission

from .test_publication import answered

CANARIES = (b"canary.7f3a", b"198.51.100.77", b"2001:db8:7f3a")
RECEIVED = b"Received: from x (x [198.51.100.77])\n\tby mx.thuis.test\nX-Sender-IP: 2001:db8:7f3a::1\n"


def test_no_seeded_address_is_found_outside_the_inbox(
    project: Project, inbox: Inbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    form = inbox.submit(
        NewSubmission("k", "en", "Why does it wait?", "450", "Ann", "canary.7f3a@example.org"), 42
    ).number
    raw = RECEIVED + plain("mail", b"Hoe dan?\n").replace(b"lies@", b"canary.7f3a@")
    message = fetching.read(project, inbox, messages.keep(inbox, raw, "test"), raw, MailRules())
    assert message.number is not None
    for number in (form, message.number):
        draft = editing.start_draft(project, inbox.get(number))
        inbox.save_draft(number, answered(draft, inbox.get(number).lang))
        editing.publish(project, inbox, number)
    with listening() as sink:
        outgoing = Outgoing("vraag@thuis.test", "127.0.0.1", sink.port)
        for _ in range(2):
            notifying.plan(project, inbox, outgoing, notifying.built(project))
            notifying.send(project, inbox, outgoing)
            for address in ("canary.7f3a@example.org", "canary.7f3a@thuis.test"):
                with inbox.transaction() as connection:
                    token = consenting.token(connection, consenting.digest(address))
                assert consenting.confirm(inbox, token)
        assert len(sink.got) == 4
    written = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    assert any("feed" in path.name for path in written)
    assert any(path.parent.name.startswith("0042") for path in written)
    found = [path for path, content in written.items() if any(canary in content for canary in CANARIES)]
    assert found == []
    assert not any(canary in caplog.text.encode() for canary in CANARIES)
    assert any(canary in Path(tmp_path / "inbox.sqlite3").read_bytes() for canary in CANARIES)
