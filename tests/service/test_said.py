"""What goes wrong at the desk is said in the editor's language: where, what, and what to do."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from mailwijzer.errors import MailwijzerError, Problem
from mailwijzer.inbox.faults import InboxUnavailableError
from mailwijzer.inbox.store import Inbox
from mailwijzer.locales import CODES, locale
from mailwijzer.publishing.project import Project
from mailwijzer.qa.submission import NewSubmission
from mailwijzer.service import said
from mailwijzer.source import SourceLocation
from service.browsing import Client, Form
from service.test_desk import draft

PACKAGE = Path(said.__file__).parents[1]
FAULTS = yaml.safe_load((PACKAGE / "theme/strings/en/fault.yml").read_text("utf-8"))
OURS = {"nothing", "inbox"}
"""Texts that `said` uses by itself."""


def test_each_text_is_one_that_some_error_names() -> None:
    sources = "".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    named = {key for key in FAULTS if f'"{key}"' in sources}
    named |= {f"unknown_{kind}" for kind in ("topic", "chapter")}
    assert set(FAULTS) - OURS == named - OURS


def test_each_error_brings_what_its_text_needs() -> None:
    checked = set()
    for path in PACKAGE.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call) or len(call.args) != 2:
                continue
            if not ast.unparse(call.func).endswith(("Error", "super().__init__")):
                continue
            key = call.args[1]
            if isinstance(key, ast.Constant) and key.value in FAULTS:
                needs = {name for _, name, _, _ in string.Formatter().parse(FAULTS[key.value]) if name}
                assert needs <= {word.arg for word in call.keywords}, (path.name, key.value)
                checked.add(key.value)
    assert len(checked) > 8


@pytest.fixture
def waiting(inbox: Inbox) -> int:
    new = NewSubmission("k1", "nl", "Waarom zo laat?", "Er staat 450.", chapter="smtp-session")
    return inbox.submit(new, 7).number


def decided(client: Client, number: int, lang: str, action: str, **more: str) -> str:
    csrf = Form(client.get(f"/{lang}/desk/{number}/").text).fields["csrf"]
    answer = client.post(f"/{lang}/desk/{number}/", {"csrf": csrf, "action": action, **more})
    assert answer.status_code == 409
    return answer.text


def published(client: Client, number: int, lang: str, **change: object) -> str:
    sent = {**draft(client, number, **change), "do": "publish"}
    return client.post(f"/{lang}/desk/{number}/answer/", sent).text


def told(page: str) -> list[tuple[str, str]]:
    """Language and text of what the summary at the top says."""
    summary = page[page.index('role="alert"') :]
    summary = summary[: summary.index("</div>")]
    return [
        (found[1] or "", re.sub("<[^>]+>", "", found[2]))
        for found in re.finditer(r'<(?:p|li)(?: lang="(\w+)")?>(.*?)</(?:p|li)>', summary)
    ]


Do = Callable[[Client, Inbox, int], str]
DECISIONS: dict[str, tuple[Do, str]] = {
    "step": (
        lambda client, _inbox, n: decided(client, n, "nl", "reopen"),
        "Deze vraag is nieuw, dus dat kan nu niet (heropen). Wat wel kan: beantwoord, wijs af",
    ),
    "undo_none": (
        lambda client, _inbox, n: decided(client, n, "nl", "undo"),
        "Er valt niets terug te draaien",
    ),
    "merge_no_page": (
        lambda client, _inbox, n: decided(client, n, "nl", "merge", into="99"),
        "Vraag 99 heeft geen pagina in &#39;nl&#39;, de taal van deze vraag. Beantwoord haar daar eerst",
    ),
}


@pytest.mark.parametrize("key", DECISIONS)
def test_a_decision_that_cannot_be_taken_is_told_in_dutch(
    desk: Client,
    inbox: Inbox,
    waiting: int,
    key: str,
) -> None:
    do, expected = DECISIONS[key]
    ((lang, text),) = told(do(desk, inbox, waiting))
    assert lang == "nl"
    assert text.startswith(expected)


def test_a_publication_that_stays_is_told_in_dutch(desk: Client, waiting: int) -> None:
    published(desk, waiting, "en")
    ((lang, text),) = told(decided(desk, waiting, "nl", "undo"))
    assert (lang, text[:17]) == ("nl", "Ze is gepubliceer")


DRAFTS: dict[str, tuple[dict[str, object], str]] = {
    "field_long": (
        {"also_asked__en": "y" * 201},
        "&#39;also_asked.0&#39; telt meer dan 200 tekens. Kort het in.",
    ),
    "field_form": (
        {"source_url": "ftp://x", "source_title": "x"},
        "&#39;source.url&#39; heeft niet de juiste vorm",
    ),
    "unknown_topic": (
        {"topics": ["weg"]},
        "Onderwerp &#39;weg&#39; bestaat niet. Kies uit qa/topics.yml",
    ),
    "link_nowhere": (
        {"answer__nl": "[x](nergens)"},
        "De link &#39;nergens&#39; leidt nergens heen. Link naar ../docs/",
    ),
    "link_question": (
        {"answer__nl": "[x](0099-weg.nl.md)"},
        "Het antwoord linkt naar vraag",
    ),
    "link_chapter": (
        {"answer__nl": "[x](../docs/nl/weg.md)"},
        "Het antwoord linkt naar hoofdstuk &#39;weg&#39; (nl)",
    ),
    "link_heading": (
        {"answer__nl": "[x](../docs/nl/smtp-session.md#weg)"},
        "Hoofdstuk &#39;smtp-session&#39; heeft geen kop &#39;#weg&#39;.",
    ),
    "fence_unrun": (
        {"answer__nl": "Zo:\n\n```console\n$ mailq\n```"},
        "In het antwoord, regel 3: Niemand voert dit blok uit.",
    ),
    "fence_ref": (
        {"answer__nl": 'Zo:\n\n```{.console ref="no-such"}\n```'},
        "In het antwoord, regel 3: Er is geen fragment &#39;no-such&#39;.",
    ),
}


@pytest.mark.parametrize("key", DRAFTS)
def test_what_keeps_a_draft_from_being_published_is_told_in_dutch(
    desk: Client,
    waiting: int,
    key: str,
) -> None:
    change, expected = DRAFTS[key]
    found = told(published(desk, waiting, "nl", **change))
    assert any(text.startswith(expected) for _, text in found), found
    assert {lang for lang, _ in found} == {""}, "no word of it is English"


def test_the_preview_tells_its_faults_in_the_editors_language(desk: Client, waiting: int) -> None:
    sent = draft(desk, waiting, answer__nl="Zo:\n\n```console\n$ mailq\n```")
    desk.post(f"/nl/desk/{waiting}/answer/", {**sent, "do": "preview-nl"})
    page = desk.get(f"/nl/desk/{waiting}/preview/nl/").text
    assert '<li lang="nl">In het antwoord, regel 3: Niemand voert dit blok uit.' in page


def test_a_fault_in_another_file_keeps_its_place_and_its_english(
    desk: Client,
    waiting: int,
    project: Project,
) -> None:
    sent = draft(desk, waiting)
    (project.qa / "0003-broken.en.md").write_text("no front matter")
    page = desk.post(f"/nl/desk/{waiting}/answer/", {**sent, "do": "publish"}).text
    assert "qa/0003-broken.en.md:1: " in page


def test_an_inbox_that_is_away_is_told_in_both_languages_with_the_reason_for_who_runs_it() -> None:
    error = InboxUnavailableError("the inbox sqlite:///x is not available: the disk is full; free some space")
    lead, reason = said.of_error(locale("nl"), error)
    assert (lead.lang, reason.lang) == ("nl", "en")
    assert "niet bereikbaar" in lead.text
    assert "the disk is full; free some space" in reason.text


@pytest.mark.parametrize("lang", CODES)
def test_what_went_wrong_within_is_told_within(lang: str) -> None:
    within = MailwijzerError("x", "not_built", path="build/nl.json", command="x")
    error = MailwijzerError("y", "unfinished", cause=within, files=("qa/1.en.md", "qa/1.nl.md"), command="x")
    (told,) = said.of_error(locale(lang), error)
    assert told.lang == lang
    assert "build/nl.json" in told.text
    assert "qa/1.en.md, qa/1.nl.md" in told.text
    problem = Problem(SourceLocation("qa/1.en.md", 3), "a", "b", "in_answer", {"line": 2, "problem": within})
    assert said.of_problem(locale(lang), problem).text.startswith("qa/1.en.md:3: In ")


def test_what_a_stranger_wrote_is_no_placeholder_and_shows_its_control_characters() -> None:
    error = MailwijzerError("x", "file_name", name="{lang}\x07.md")
    (told,) = said.of_error(locale("en"), error)
    assert "{lang}" in told.text
    assert "\x07" not in told.text


def test_english_on_a_dutch_page_says_that_it_is(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> object:
        raise InboxUnavailableError("the inbox <b>there</b> is away; try again")

    monkeypatch.setattr(Inbox, "get", away)
    page = desk.get("/nl/desk/1/")
    assert page.status_code == 503
    assert '<p><span lang="en">the inbox &lt;b&gt;there&lt;/b&gt; is away; try again</span></p>' in page.text
    assert 'content="<span' not in page.text
