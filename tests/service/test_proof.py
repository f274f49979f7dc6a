"""Proof of work: it helps who did it, for one form, once; and nobody needs it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox.store import Inbox
from mailwijzer.publishing.project import Project
from mailwijzer.qa.lifecycle import SubmissionStatus
from mailwijzer.service.app import create
from mailwijzer.service.form import TRAP
from mailwijzer.service.proof import Proofs
from mailwijzer.service.settings import Settings, from_environment
from service.browsing import Client, Clock, Form

MOST = 50


def solve(asked: dict[str, Any]) -> int:
    tried = (
        hashlib.sha256(f"{asked['salt']}{n}".encode()).hexdigest() for n in range(asked["maxnumber"] + 1)
    )
    return list(tried).index(asked["challenge"])


def packed(asked: dict[str, Any], **changes: Any) -> str:
    names = ("algorithm", "challenge", "salt", "signature")
    brought = {**{name: asked[name] for name in names}, "number": solve(asked), **changes}
    return base64.b64encode(json.dumps(brought).encode()).decode()


@pytest.fixture
def proofs(clock: Clock) -> Proofs:
    return Proofs("secret", clock, MOST, 3600)


def test_work_that_was_done_for_this_form_holds_until_it_ends(proofs: Proofs, clock: Clock) -> None:
    payload = packed(proofs.issue("form-1"))
    found = proofs.check(payload, "form-1")
    assert found is not None
    assert found.until.timestamp() == clock.now + 3600
    assert proofs.check(payload, "form-2") is None
    assert Proofs("other", clock, MOST, 3600).check(payload, "form-1") is None
    assert Proofs("secret", clock, 0, 3600).check(payload, "form-1") is None
    clock.now += 3601
    assert proofs.check(payload, "form-1") is None


@pytest.mark.parametrize(
    "change",
    [
        {"number": 0},
        {"number": -1},
        {"number": "7"},
        {"number": 10**30},
        {"signature": "0" * 64},
        {"signature": "é"},
        {"signature": None},
        {"algorithm": "SHA-1"},
        {"salt": "0?expires=9999999999&key=form-1&"},
        {"challenge": hashlib.sha256(b"0").hexdigest()},
    ],
)
def test_a_changed_proof_is_none(proofs: Proofs, change: dict[str, Any]) -> None:
    assert proofs.check(packed(proofs.issue("form-1"), **change), "form-1") is None


def test_digits_cannot_move_from_the_number_into_the_salt(proofs: Proofs) -> None:
    asked = {"number": 0}
    while asked["number"] < 10:
        asked = proofs.issue("form-1")
        asked["number"] = solve(asked)
    digits = str(asked["number"])
    moved = {"salt": asked["salt"] + digits[0], "number": int(digits[1:])}
    assert proofs.check(packed(asked, **moved), "form-1") is None


@given(st.text(max_size=80) | st.binary(max_size=80).map(lambda raw: base64.b64encode(raw).decode()))
def test_any_text_is_read_without_a_fault(payload: str) -> None:
    assert Proofs("secret", lambda: 0.0, MOST, 3600).check(payload, "form-1") is None


@pytest.fixture
def asking(settings: Settings) -> Iterator[Client]:
    """A service that asks for work."""
    app = create(replace(settings, proof=MOST))
    with asyncio.Runner() as running:
        context = app.router.lifespan_context(app)
        running.run(context.__aenter__())
        yield Client(app)
        running.run(context.__aexit__(None, None, None))


def challenge(page: str) -> dict[str, Any]:
    found = re.search(r'data-mw-proof="([^"]+)"', page)
    assert found
    return dict(json.loads(html.unescape(found[1])))


def sent(client: Client, inbox: Inbox, **more: str) -> SubmissionStatus:
    """A question that comes back at once; where it ends up."""
    page = client.get("/en/ask/").text
    fields = {**Form(page).fields, "title": "Why?", "text": "Because.", **more}
    if more.get("altcha") == "solved":
        fields["altcha"] = packed(challenge(page))
    answer = client.post("/ask", fields)
    assert answer.status_code == 303
    return inbox.get(int(answer.headers["location"].split("/")[-2])).status


def test_a_form_that_comes_back_too_fast_with_its_work_done_is_a_question(
    asking: Client, inbox: Inbox
) -> None:
    assert sent(asking, inbox, altcha="solved") is SubmissionStatus.NEW
    assert sent(asking, inbox) is SubmissionStatus.SPAM
    assert sent(asking, inbox, altcha="nonsense") is SubmissionStatus.SPAM
    assert sent(asking, inbox, altcha="solved", **{TRAP: "x"}) is SubmissionStatus.SPAM


def test_without_work_a_form_that_took_its_time_is_a_question(
    asking: Client, inbox: Inbox, clock: Clock
) -> None:
    fields = {**Form(asking.get("/en/ask/").text).fields, "title": "Why?", "text": "Because."}
    assert fields["altcha"] == ""
    clock.now += 5
    answer = asking.post("/ask", fields)
    assert inbox.get(int(answer.headers["location"].split("/")[-2])).status is SubmissionStatus.NEW


def test_a_proof_counts_once(asking: Client, inbox: Inbox) -> None:
    page = asking.get("/en/ask/").text
    fields = {**Form(page).fields, "title": "Why?", "text": "Because.", "altcha": packed(challenge(page))}
    first = asking.post("/ask", fields)
    again = asking.post("/ask", fields)
    assert again.headers["location"] == first.headers["location"], "the same question, sent twice"
    number = int(first.headers["location"].split("/")[-2])
    assert inbox.get(number).status is SubmissionStatus.NEW
    with inbox.transaction() as connection:
        assert connection.exec_driver_sql("SELECT kind, spent FROM ticket").all() == [("proof", 1)]


def test_without_the_setting_the_form_asks_for_no_work(client: Client) -> None:
    page = client.get("/en/ask/").text
    assert "altcha" not in page
    assert "proof.js" not in page


@pytest.mark.parametrize(("told", "most"), [("", 0), ("0", 0), ("50000", 50_000)])
def test_the_amount_of_work_comes_from_the_environment(project: Project, told: str, most: int) -> None:
    environment = {"MAILWIJZER_ROOT": str(project.root), "MAILWIJZER_PROOF": told}
    assert from_environment(environment).proof == most


@pytest.mark.parametrize("told", ["yes", "-1", "1e3", "2000000", "٣"])
def test_an_amount_that_is_none_is_told(project: Project, told: str) -> None:
    with pytest.raises(MailwijzerError, match="MAILWIJZER_PROOF"):
        from_environment({"MAILWIJZER_ROOT": str(project.root), "MAILWIJZER_PROOF": told})
