"""Limits and the preview of the form; merging, taking out and bulk spam at the desk."""

from __future__ import annotations

import pytest

from mailwijzer.inbox.limits import Limits
from mailwijzer.inbox.store import Inbox
from mailwijzer.publishing.project import Project
from mailwijzer.qa.lifecycle import SubmissionStatus
from mailwijzer.qa.submission import NewSubmission
from service.browsing import Client, Clock, Form
from service.test_ask import filled


def token(desk: Client, path: str) -> str:
    return str(Form(desk.get(path).text).fields["csrf"])


def test_the_preview_shows_the_question_as_it_will_look_and_stores_nothing(
    client: Client, clock: Clock, inbox: Inbox
) -> None:
    text = "See https://example.org\r\n\r\n```\r\n550 <b>\r\n```"
    answer = client.post("/ask", {**filled(client, clock, text=text), "do": "preview"})
    assert answer.status_code == 200
    assert '<a href="https://example.org" rel="nofollow ugc noopener">' in answer.text
    assert "550 &lt;b&gt;" in answer.text
    assert inbox.list() == []
    again = Form(answer.text).fields
    assert again["text"].replace("\r\n", "\n") == text.replace("\r\n", "\n")
    assert client.post("/ask", {k: v for k, v in again.items() if k != "do"}).status_code == 303
    assert len(inbox.list()) == 1
    assert inbox.get(1).suspicion == ()


def test_over_the_limit_the_text_stays_and_the_reader_hears_when_and_how(
    client: Client, clock: Clock, inbox: Inbox
) -> None:
    client.address = "198.51.100.7"
    for _ in range(Limits().hour):
        assert client.post("/ask", filled(client, clock)).status_code == 303
    refused = client.post("/ask", filled(client, clock, text="Still here"))
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 3600
    assert "Still here" in refused.text
    assert "by mail" in refused.text
    client.address = "203.0.113.9"
    assert client.post("/ask", filled(client, clock)).status_code == 303
    assert len(inbox.list()) == Limits().hour + 1


def published(desk: Client, inbox: Inbox) -> int:
    """A question that is answered, and on the site."""
    number = inbox.submit(
        NewSubmission("first", "en", "Why is my mail greylisted?", "It says 450."), 7
    ).number
    path = f"/en/desk/{number}/answer/"
    ready = {"topics": ["smtp"], "answer-en": "Because it is the first time.", "do": "publish"}
    assert desk.post(path, {**Form(desk.get(path).text).fields, **ready}).status_code == 303
    return number


def test_a_question_that_was_asked_before_joins_the_published_one_and_can_be_opened_again(
    desk: Client, inbox: Inbox, project: Project
) -> None:
    known = published(desk, inbox)
    number = inbox.submit(NewSubmission("again", "en", "What does 450 greylisted mean?", "450"), 1).number
    path = f"/en/desk/{number}/"
    merging = {"csrf": token(desk, path), "action": "merge", "into": str(known)}
    assert desk.post(path, merging).headers["location"].endswith("?done=merge")
    (file,) = project.qa.glob(f"{known:04d}-*.en.md")
    assert "What does 450 greylisted mean?" in file.read_text()
    page = project.site / "en" / "qa" / file.name.removesuffix(".en.md") / "index.html"
    assert "What does 450 greylisted mean?" in page.read_text()
    assert inbox.get(number).status is SubmissionStatus.MERGED
    assert "Its words now stand" in desk.get(f"{path}?done=merge").text
    desk.post(path, {"csrf": token(desk, path), "action": "undo"})
    assert inbox.get(number).status is SubmissionStatus.NEW


@pytest.mark.parametrize("into", ["999", "", "../7", "9" * 25, "9" * 5000])
def test_merging_into_nothing_changes_nothing(desk: Client, inbox: Inbox, into: str) -> None:
    number = inbox.submit(NewSubmission("a", "en", "A", "A"), 1).number
    path = f"/en/desk/{number}/"
    answer = desk.post(path, {"csrf": token(desk, path), "action": "merge", "into": into})
    assert answer.status_code == 409
    assert inbox.get(number).status is SubmissionStatus.NEW


def test_what_tells_too_much_is_shown_and_can_be_taken_out_before_publishing(
    desk: Client, inbox: Inbox
) -> None:
    text = "My log: client=host.telenet.be[81.82.83.84], password=hunter22\njan@telenet.be"
    number = inbox.submit(NewSubmission("s", "en", "Mail of jan@telenet.be", text), 1).number
    assert "81.82.83.84" in desk.get(f"/en/desk/{number}/").text
    path = f"/en/desk/{number}/answer/"
    page = desk.get(path).text
    assert "May tell too much" in page
    assert desk.post(path, {**Form(page).fields, "do": "redact"}).status_code == 303
    fields = Form(desk.get(path).text).fields
    assert fields["title-en"] == "Mail of name@example.org"
    assert "client=host.telenet.be[192.0.2.1], password=[password]" in str(fields["question-en"])
    assert "Take these out" not in desk.get(path).text
    assert "81.82.83.84" in inbox.get(number).text


def test_many_are_marked_as_spam_at_once_and_brought_back(desk: Client, inbox: Inbox) -> None:
    numbers = [inbox.submit(NewSubmission(f"k{n}", "en", f"Q{n}", "x"), 1).number for n in range(4)]
    chosen = [str(number) for number in numbers[:3]]
    sent = {"csrf": token(desk, "/en/desk/"), "action": "spam", "number": chosen, "status": "todo"}
    answer = desk.post("/en/desk/", sent)
    assert answer.headers["location"] == "/en/desk/?status=todo&language=&done=3&changed=" + "%2C".join(
        chosen
    )
    assert inbox.counts()[SubmissionStatus.SPAM] == 3
    back = {"csrf": token(desk, "/en/desk/?status=spam"), "action": "ham", "number": chosen[:2]}
    desk.post("/en/desk/", back)
    assert inbox.counts()[SubmissionStatus.SPAM] == 1
    assert desk.post("/en/desk/", {"csrf": "forged", "action": "spam", "number": chosen}).status_code == 403
    assert inbox.counts()[SubmissionStatus.SPAM] == 1
