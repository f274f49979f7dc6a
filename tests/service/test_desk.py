"""The editor's work: reading, deciding, answering, previewing, publishing."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace

import pytest

from mailwijzer.inbox import consenting, workers
from mailwijzer.inbox.store import Inbox
from mailwijzer.locales import CODES
from mailwijzer.publishing import buildstate
from mailwijzer.publishing.project import Project
from mailwijzer.qa.lifecycle import Action, SubmissionStatus
from mailwijzer.qa.submission import NewSubmission
from service.browsing import Client, Form, title_of

BAD = '"><script>alert(1)</script></textarea><img src=x onerror=alert(1)>@@CONTENT@@'


@pytest.fixture
def waiting(inbox: Inbox) -> int:
    new = NewSubmission(
        "k1",
        "nl",
        "Waarom komt mijn mail te laat?",
        "Er staat 450.\n```\n4.2.0 <x>\n```",
        chapter="smtp-session",
    )
    return inbox.submit(new, 7).number


def draft(desk: Client, number: int, **more: object) -> dict[str, object]:
    fields: dict[str, object] = dict(Form(desk.get(f"/en/desk/{number}/answer/").text).fields)
    ready = {
        "topics": ["smtp"],
        "chapters": ["smtp-session"],
        "answer-nl": "Wacht **even**.",
        "title-en": "Why is my mail late?",
        "question-en": "It says 450.",
        "answer-en": "Wait a *little*.\n\n| a | b |\n|--:|---|\n| 1 | 2 |",
        "also_asked-en": "What does 450 mean?\n\n450 4.2.0",
        "applies_to": "debian: 12, 13\npostfix: >=3.4",
    }
    return {**fields, **ready, **{name.replace("__", "-"): value for name, value in more.items()}}


def decide(desk: Client, number: int, action: str, **more: str) -> int:
    csrf = Form(desk.get(f"/en/desk/{number}/").text).fields["csrf"]
    return desk.post(f"/en/desk/{number}/", {"csrf": csrf, "action": action, **more}).status_code


def test_an_empty_desk_says_so(desk: Client) -> None:
    assert "Enjoy the quiet" in desk.get("/en/desk/").text
    assert "Geniet van de rust" in desk.get("/nl/desk/").text


@pytest.mark.usefixtures("waiting")
def test_the_queue_shows_what_waits_by_status_and_language(desk: Client, inbox: Inbox) -> None:
    inbox.submit(NewSubmission("k2", "en", "Cheap pills", "Buy", suspicion=("honeypot",)), 1)
    page = desk.get("/en/desk/").text
    assert "Waarom komt mijn mail te laat?" in page
    assert "Cheap pills" not in page
    assert 'lang="nl"' in page
    assert "The SMTP session" in page
    assert "Cheap pills" in desk.get("/en/desk/?status=spam").text
    assert "Waarom" not in desk.get("/en/desk/?language=en").text
    assert "Waarom" in desk.get("/en/desk/?status=all&language=nl").text
    assert desk.get("/en/desk/?status=nonsense&language=<b>").status_code == 200


def test_a_submission_is_shown_with_the_readers_words_as_text(desk: Client, waiting: int) -> None:
    page = desk.get(f"/nl/desk/{waiting}/").text
    assert "4.2.0 &lt;x&gt;" in page
    assert "aangekomen" in page
    assert "De SMTP-sessie" in page


def test_an_unknown_number_is_told(desk: Client) -> None:
    for path in ("", "answer/", "preview/en/", "published/"):
        answer = desk.get(f"/en/desk/99/{path}")
        assert (answer.status_code, "number 99" in answer.text) == (404, True)


def test_each_decision_is_kept_and_can_be_taken_back(desk: Client, inbox: Inbox, waiting: int) -> None:
    assert decide(desk, waiting, "spam") == 303
    assert inbox.get(waiting).status is SubmissionStatus.SPAM
    assert "now under spam" in desk.get(f"/en/desk/{waiting}/?done=spam").text
    assert decide(desk, waiting, "ham") == 303
    assert inbox.get(waiting).status is SubmissionStatus.NEW
    assert decide(desk, waiting, "decline", reason="Not about mail") == 303
    assert "Not about mail" in desk.get(f"/en/desk/{waiting}/").text
    assert decide(desk, waiting, "undo") == 303
    assert inbox.get(waiting).status is SubmissionStatus.NEW


def test_undo_is_offered_only_while_something_can_be_taken_back(desk: Client, waiting: int) -> None:
    assert 'value="undo"' not in desk.get(f"/en/desk/{waiting}/").text
    decide(desk, waiting, "spam")
    assert 'value="undo"' in desk.get(f"/en/desk/{waiting}/").text
    decide(desk, waiting, "undo")
    assert 'value="undo"' not in desk.get(f"/en/desk/{waiting}/").text


def test_declining_needs_a_reason(desk: Client, inbox: Inbox, waiting: int) -> None:
    assert decide(desk, waiting, "decline", reason=" ") == 422
    assert inbox.get(waiting).status is SubmissionStatus.NEW


@pytest.mark.parametrize(("action", "status"), [("reopen", 409), ("undo", 409), ("publish", 400), ("x", 400)])
def test_what_cannot_be_done_now_changes_nothing(
    desk: Client, inbox: Inbox, waiting: int, action: str, status: int
) -> None:
    assert decide(desk, waiting, action) == status
    assert inbox.get(waiting).status is SubmissionStatus.NEW


def test_the_editor_begins_with_the_readers_words(desk: Client, waiting: int) -> None:
    fields = Form(desk.get(f"/en/desk/{waiting}/answer/").text).fields
    assert fields["title-nl"] == "Waarom komt mijn mail te laat?"
    assert fields["question-nl"] == "Er staat 450.\n```\n4.2.0 <x>\n```"
    assert fields["slug"] == "waarom-komt-mijn-mail-te-laat"
    assert fields["title-en"] == ""


def test_a_saved_draft_comes_back_as_it_was(desk: Client, inbox: Inbox, waiting: int) -> None:
    sent = draft(desk, waiting)
    answer = desk.post(f"/en/desk/{waiting}/answer/", {**sent, "do": "save"})
    assert answer.headers["location"] == f"/en/desk/{waiting}/answer/?done=save"
    assert inbox.get(waiting).status is SubmissionStatus.ANSWERING
    page = desk.get(f"/en/desk/{waiting}/answer/?done=save")
    assert "The draft has been saved" in page.text
    back = Form(page.text).fields
    for name, value in sent.items():
        if name not in ("topics", "chapters", "also_asked-en"):
            assert back[name] == value
    assert back["also_asked-en"] == "What does 450 mean?\n450 4.2.0"
    assert re.search(r'name="topics" value="smtp" checked', page.text)
    assert re.search(r'name="topics" value="dns">', page.text)


def test_what_cannot_be_saved_is_told_at_its_field_and_nothing_is_lost(
    desk: Client, inbox: Inbox, waiting: int
) -> None:
    sent = draft(desk, waiting, asked="24/11/2026", applies_to="postfix\nx: 1\nx: 2", title__en="a\x1bb")
    answer = desk.post(f"/en/desk/{waiting}/answer/", {**sent, "do": "save"})
    assert answer.status_code == 422
    assert title_of(answer).startswith("Error: ")
    form = Form(answer.text)
    assert {"asked-error", "applies_to-error", "title-en-error"} <= form.ids
    assert {"#asked", "#applies_to", "#title-en"} <= set(form.links)
    assert form.fields["asked"] == "24/11/2026"
    assert form.fields["title-en"] == "a␛b"
    assert inbox.draft(waiting) is None


def test_the_preview_is_the_page_itself_in_the_shell(desk: Client, waiting: int, project: Project) -> None:
    answer = desk.post(f"/nl/desk/{waiting}/answer/", {**draft(desk, waiting), "do": "preview-en"})
    assert answer.headers["location"] == f"/nl/desk/{waiting}/preview/en/"
    page = desk.get(answer.headers["location"])
    assert "<em>little</em>" in page.text
    assert "Dit is een voorbeeld" in page.text
    assert "noindex" in page.text
    assert "application/ld+json" not in page.text
    assert f"/nl/desk/{waiting}/answer/" in page.text
    assert "@@" not in page.text
    assert list(project.qa.glob("*.md")) == []


def test_the_preview_says_which_fence_would_stop_the_publication(desk: Client, waiting: int) -> None:
    run = "Look:\n\n```console\n$ mailq\n```"
    sent = draft(desk, waiting, answer__en=run, answer__nl=run.replace("console", '{.console norun="yours"}'))
    desk.post(f"/nl/desk/{waiting}/answer/", {**sent, "do": "preview-en"})
    page = desk.get(f"/nl/desk/{waiting}/preview/en/").text
    assert "Zo kan het nog niet gepubliceerd worden" in page
    assert "In het antwoord, regel 3: Niemand voert dit blok uit" in page
    assert "Niemand voert" not in desk.get(f"/nl/desk/{waiting}/preview/nl/").text


@pytest.mark.parametrize("code", CODES)
def test_an_unfinished_draft_can_be_previewed_where_it_has_text(
    desk: Client, waiting: int, code: str
) -> None:
    page = desk.get(f"/en/desk/{waiting}/preview/{code}/")
    assert page.status_code == {"nl": 200, "en": 409}[code]


def test_publishing_makes_both_pages_and_tells_the_time_it_took(
    desk: Client, inbox: Inbox, waiting: int, project: Project
) -> None:
    answer = desk.post(f"/en/desk/{waiting}/answer/", {**draft(desk, waiting), "do": "publish"})
    assert answer.status_code == 303
    assert re.fullmatch(rf"/en/desk/{waiting}/published/\?took=\d+", answer.headers["location"])
    done = desk.get(answer.headers["location"])
    assert "milliseconds" in done.text
    pages = [link for link in Form(done.text).links if "/qa/" in link]
    assert pages == [
        "/en/qa/0007-waarom-komt-mijn-mail-te-laat/",
        "/nl/qa/0007-waarom-komt-mijn-mail-te-laat/",
    ]
    for page in pages:
        assert desk.get(page).status_code == 200
    assert inbox.get(waiting).status is SubmissionStatus.PUBLISHED
    assert len(list(project.qa.glob("0007-*.md"))) == 2


def test_publishing_again_changes_the_page(desk: Client, waiting: int) -> None:
    desk.post(f"/en/desk/{waiting}/answer/", {**draft(desk, waiting), "do": "publish"})
    again = draft(desk, waiting, answer__en="Quite *another* answer.")
    assert desk.post(f"/en/desk/{waiting}/answer/", {**again, "do": "publish"}).status_code == 303
    page = desk.get("/en/qa/0007-waarom-komt-mijn-mail-te-laat/").text
    assert "<em>another</em>" in page
    assert "Publish the change" in desk.get(f"/en/desk/{waiting}/answer/").text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"topics": []}, "topics"),
        ({"topics": ["nothing"]}, "topics"),
        ({"chapters": ["nothing"]}, "chapters"),
        ({"slug": "Not A Slug"}, "slug"),
        ({"slug": ""}, "slug"),
        ({"asked": ""}, "asked"),
        ({"title__en": "t" * 201}, "title-en"),
        ({"title__en": ""}, "title-en"),
        ({"question__nl": " "}, "question-nl"),
        ({"question__nl": "x" * 10_001}, "question-nl"),
        ({"answer__nl": ""}, "answer-nl"),
        ({"answer__en": "See [this](../docs/en/nothing.md)."}, "answer-en"),
        ({"answer__en": "See [this](nowhere)."}, "answer-en"),
        ({"answer__en": "So:\n\n```console\n$ mailq\n```"}, "answer-en"),
        ({"answer__nl": 'So:\n\n```{.console ref="no-such"}\n```'}, "answer-nl"),
        ({"source_url": "https://example.org/1"}, "source_title"),
        ({"source_url": "javascript:alert(1)", "source_title": "x"}, "source_url"),
        ({"also_asked__en": "y" * 201}, "also_asked-en"),
    ],
)
def test_what_keeps_a_draft_from_being_published_stands_at_its_field(
    desk: Client, inbox: Inbox, waiting: int, project: Project, change: dict[str, object], field: str
) -> None:
    answer = desk.post(f"/en/desk/{waiting}/answer/", {**draft(desk, waiting, **change), "do": "publish"})
    assert answer.status_code == 422
    form = Form(answer.text)
    assert f"{field}-error" in form.ids
    assert f"#{field}" in form.links
    assert list(project.qa.glob("*.md")) == []
    assert inbox.get(waiting).status is SubmissionStatus.ANSWERING


def test_all_problems_are_told_at_once(desk: Client, waiting: int) -> None:
    sent = draft(desk, waiting, topics=["nothing"], asked="", slug="", answer__en="", title__nl="")
    answer = desk.post(f"/nl/desk/{waiting}/answer/", {**sent, "do": "publish"})
    errors = {name for name in Form(answer.text).ids if name.endswith("-error")}
    assert errors == {"topics-error", "asked-error", "slug-error", "answer-en-error", "title-nl-error"}


def test_a_draft_with_nothing_in_it_is_told_once(desk: Client, waiting: int) -> None:
    sent = draft(desk, waiting, title__nl="", answer__nl="", title__en="", answer__en="")
    answer = desk.post(f"/nl/desk/{waiting}/answer/", {**sent, "do": "publish"})
    assert answer.status_code == 422
    assert "minstens één taal" in answer.text


def test_faults_in_other_question_files_are_told_and_do_not_break_the_desk(
    desk: Client, waiting: int, project: Project
) -> None:
    sent = draft(desk, waiting)
    (project.qa / "0003-broken.en.md").write_text("no front matter")
    assert desk.get(f"/en/desk/{waiting}/").status_code == 200
    answer = desk.get(f"/en/desk/{waiting}/answer/")
    assert (answer.status_code, "qa/0003-broken.en.md" in answer.text) == (409, True)
    answer = desk.post(f"/en/desk/{waiting}/answer/", {**sent, "do": "publish"})
    assert "qa/0003-broken.en.md" in answer.text


def test_spam_has_no_editor(desk: Client, waiting: int) -> None:
    decide(desk, waiting, "spam")
    assert desk.get(f"/en/desk/{waiting}/answer/").headers["location"] == f"/en/desk/{waiting}/"


@pytest.mark.parametrize("field", ["title", "text", "name", "chapter"])
def test_a_readers_markup_is_text_on_every_page_of_the_desk(desk: Client, inbox: Inbox, field: str) -> None:
    values = {"title": "T", "text": "t", "name": "n", "chapter": "", field: BAD}
    new = NewSubmission("k3", "en", values["title"], values["text"], values["name"], "", values["chapter"])
    number = inbox.submit(new, 1).number
    for path in ("", f"{number}/", f"{number}/answer/", f"{number}/preview/en/", f"{number}/published/"):
        answer = desk.get(f"/en/desk/{path}")
        assert "<script>alert" not in answer.text
        assert "<img" not in answer.text
        assert "unsafe-inline" not in answer.headers["content-security-policy"].partition("style-src-attr")[0]


def test_a_readers_markup_stays_text_in_the_published_page(desk: Client, inbox: Inbox) -> None:
    number = inbox.submit(NewSubmission("k4", "en", BAD, BAD, BAD), 1).number
    sent = draft(desk, number, title__en=BAD, question__en=BAD, answer__nl="", also_asked__en=BAD, slug="bad")
    assert desk.post(f"/en/desk/{number}/answer/", {**sent, "do": "publish"}).status_code == 303
    page = desk.get(f"/en/qa/{number:04d}-bad/")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "<img" not in page.text


@pytest.mark.parametrize("field", ["reason", "done", "took", "status"])
def test_what_stands_in_an_address_is_never_markup(desk: Client, waiting: int, field: str) -> None:
    for path in ("", f"{waiting}/", f"{waiting}/answer/", f"{waiting}/published/"):
        page = desk.get(f"/en/desk/{path}?{field}=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
        assert "<script>alert" not in page.text


def test_a_form_that_is_far_too_large_is_refused_in_the_shell(desk: Client, waiting: int) -> None:
    assert desk.post(f"/en/desk/{waiting}/answer/", b"answer-en=" + b"x" * 600_000).status_code == 413


def test_the_asker_who_left_an_address_can_be_told_of_the_answer(desk: Client, inbox: Inbox) -> None:
    new = NewSubmission("k9", "nl", "Waarom?", "Wat nu?", address="bea+x@thuis.test")
    number = inbox.submit(new, 9).number
    assert (
        desk.post(f"/en/desk/{number}/answer/", {**draft(desk, number), "do": "publish"}).status_code == 303
    )
    page = desk.get(f"/en/desk/{number}/published/").text
    assert 'href="mailto:bea%2Bx@thuis.test?subject=Je%20vraag%20is%20beantwoord' in page
    assert "bea" not in desk.get(f"/nl/ask/received/{number}/").text


def test_the_editor_hears_whether_the_asker_will_be_told(desk: Client, inbox: Inbox) -> None:
    number = inbox.submit(NewSubmission("k9", "nl", "Waarom?", "Wat nu?", address="bea@thuis.test"), 9).number
    desk.post(f"/en/desk/{number}/answer/", {**draft(desk, number), "do": "publish"})
    with inbox.transaction(writing=True) as connection:
        consenting.begin(connection, consenting.digest("bea@thuis.test"), inbox.moment())
        token = consenting.token(connection, consenting.digest("bea@thuis.test"))
    page = desk.get(f"/en/desk/{number}/published/").text
    assert "has not said yes yet" in page
    assert "mailto:" not in page, "the site asks; nobody has to"
    consenting.confirm(inbox, token)
    page = desk.get(f"/en/desk/{number}/published/").text
    assert "the program that sends mail has not run for a day" in page
    assert "mailto:bea@thuis.test" in page
    workers.note(inbox, workers.Worker.SEND)
    page = desk.get(f"/en/desk/{number}/published/").text
    assert "goes out by itself when the page is there" in page
    assert "mailto:" not in page


def test_a_merged_question_leads_to_the_answer_that_it_joined(
    desk: Client, inbox: Inbox, waiting: int
) -> None:
    desk.post(f"/en/desk/{waiting}/answer/", {**draft(desk, waiting), "do": "publish"})
    again = inbox.submit(NewSubmission("k8", "nl", "Waarom zo laat?", "450"), 1).number
    assert decide(desk, again, "merge", into=str(waiting)) == 303
    page = desk.get(f"/en/desk/{again}/").text
    assert "Answered with" in page
    assert f"/nl/qa/{waiting:04d}-waarom-komt-mijn-mail-te-laat/" in Form(page).links


@pytest.fixture
def committing(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A checkout whose site asks for commits."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    state = buildstate.load(project, "en")
    buildstate.save(project, replace(state, extra={**state.extra, "commit": "yes"}))
    (project.root / ".gitignore").write_text("site/\nbuild/\ninbox/\n")
    settings = ("config user.name Bea", "config user.email bea@thuis.test")
    for command in ("init -q -b main", *settings, "add .", "commit -q -m First"):
        subprocess.run(["git", *command.split()], cwd=project.root, check=True)
    return project


def test_the_desk_tells_the_commit_and_takes_a_publication_back(
    desk: Client, inbox: Inbox, waiting: int, committing: Project
) -> None:
    done = desk.post(f"/en/desk/{waiting}/answer/", {**draft(desk, waiting), "do": "publish"})
    assert "Recorded in git as" in desk.get(done.headers["location"]).text
    assert "Take the publication back" in desk.get(f"/en/desk/{waiting}/").text
    assert decide(desk, waiting, "undo") == 303
    assert inbox.get(waiting).status is SubmissionStatus.ANSWERING
    assert list(committing.qa.glob("0007-*")) == []


def test_what_hinders_a_commit_is_told_with_the_way_out_in_the_editors_language(
    desk: Client, waiting: int, committing: Project
) -> None:
    subprocess.run(["git", "config", "--unset", "user.name"], cwd=committing.root, check=True)
    done = desk.post(f"/nl/desk/{waiting}/answer/", {**draft(desk, waiting), "do": "publish"})
    page = desk.get(done.headers["location"]).text
    assert "git weet niet wie je bent" in page
    assert "git add qa/0007-*.md" in page
    subprocess.run(["git", "config", "user.name", "Bea"], cwd=committing.root, check=True)
    assert decide(desk, waiting, "undo") == 409, "git never had it"
    assert "undo_publication" not in desk.get(f"/nl/desk/{waiting}/").text


def test_many_are_spam_at_once_and_taken_back_at_once(desk: Client, inbox: Inbox, waiting: int) -> None:
    other = inbox.submit(NewSubmission("k2", "en", "Cheap pills", "Buy"), 1).number
    csrf = Form(desk.get("/en/desk/").text).fields["csrf"]
    sent = {"csrf": csrf, "status": "todo", "language": "", "action": "spam", "number": [waiting, other, "x"]}
    answer = desk.post("/en/desk/", sent)
    back = "/en/desk/?status=todo&language=&done=2"
    assert answer.headers["location"] == f"{back}&changed={waiting}%2C{other}"
    page = desk.get(answer.headers["location"]).text
    assert "2 questions changed" in page
    assert 'value="undo"' in page
    inbox.record(other, Action.HAM)
    inbox.record(other, Action.DECLINE, "Really not")
    desk.post("/en/desk/", {**sent, "action": "undo"})
    assert inbox.get(waiting).status is SubmissionStatus.NEW
    assert inbox.get(other).status is SubmissionStatus.DECLINED, "what happened since is left alone"


def test_after_publishing_the_next_question_that_waits_is_one_click_away(
    desk: Client, inbox: Inbox, waiting: int
) -> None:
    following = inbox.submit(NewSubmission("k2", "en", "Next?", "Me."), 1).number
    done = desk.post(f"/en/desk/{waiting}/answer/", {**draft(desk, waiting), "do": "publish"})
    assert f"/en/desk/{following}/" in Form(desk.get(done.headers["location"]).text).links
    decide(desk, following, "spam")
    assert f"/en/desk/{following}/" not in Form(desk.get(done.headers["location"]).text).links
