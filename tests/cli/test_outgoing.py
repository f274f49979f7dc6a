from __future__ import annotations

import json
import time
from contextlib import closing

import pytest
from sqlalchemy import update

from mail.sink import listening
from mailwijzer.inbox import schema
from mailwijzer.inbox.store import Inbox
from mailwijzer.publishing.project import Project

from .conftest import Run


def test_send_says_what_it_did_and_the_outbox_shows_no_address(run: Run, number: int) -> None:
    with listening() as sink:
        setting = {"MAILWIJZER_MAIL_FROM": "vraag@thuis.test", "MAILWIJZER_SMTP_PORT": str(sink.port)}
        assert run("qa", "send", **setting).stdout == "1 sent\n"
        assert run("qa", "send", **setting).stdout == "Nothing is due.\n"
        again = run("qa", "send", "--again", "1", **setting)
        assert (again.exit_code, len(sink.got)) == (1, 1)
    listed = run("qa", "outbox").stdout
    assert "confirm" in listed
    assert str(number) in listed
    assert "ann@" not in listed


def test_watching_goes_on_after_a_failure_and_sends_once_the_fault_is_mended(
    run: Run, project: Project, number: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    state, away = project.state / "en" / "build.json", project.root / "away"
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            away.rename(state)  # the site is there again
            url = f"sqlite:///{project.root}/inbox/inbox.sqlite3"
            with closing(Inbox.open(url)) as inbox, inbox.transaction(writing=True) as connection:
                connection.execute(update(schema.notice).values(due=inbox.moment()))
        if len(waits) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", wait)
    state.rename(away)
    with listening() as sink:
        setting = {"MAILWIJZER_MAIL_FROM": "vraag@thuis.test", "MAILWIJZER_SMTP_PORT": str(sink.port)}
        done = run("qa", "send", "--watch", **setting)
        assert len(sink.got) == 1
    assert waits == [60.0, 30.0, 30.0]
    assert "1 sent" in done.stdout
    assert "trying again in 60 s" in caplog.text
    assert f"mailwijzer.{number}.confirm" in sink.got[0][2].decode()
    assert "ann@" not in caplog.text + done.output


@pytest.mark.parametrize("sender", ["", "vraag", "a@b@c", "a b@c"])
def test_without_an_address_of_ours_nothing_is_sent(run: Run, sender: str) -> None:
    done = run("qa", "send", MAILWIJZER_MAIL_FROM=sender)
    assert done.exit_code == 1
    assert "set MAILWIJZER_MAIL_FROM" in done.stderr


def test_export_prints_what_is_held_and_forget_deletes_it(run: Run, number: int) -> None:
    held = json.loads(run("qa", "export", "ann@example.org").stdout)
    assert held["questions"][0]["number"] == number
    assert run("qa", "forget", "ann@example.org", typed="n\n").exit_code == 1
    done = run("qa", "forget", "ANN@example.org", "--yes")
    assert done.stdout == "Forgotten in 1 questions and 0 mails.\n"
    assert json.loads(run("qa", "export", "ann@example.org").stdout)["addresses"] == []
