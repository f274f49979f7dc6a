"""Search by the service: the page of results, and what programs and the form ask."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from mailwijzer.inbox.misses import Misses
from mailwijzer.inbox.store import Inbox
from mailwijzer.locales import CODES
from mailwijzer.publishing import buildstate
from mailwijzer.publishing.project import Project
from mailwijzer.publishing.publish import publish_all
from mailwijzer.qa.submission import NewSubmission
from mailwijzer.service import openapi
from service.browsing import Client, Form
from support import put

QUESTIONS = {
    1: "Why is my first mail delayed by greylisting?",
    2: "Which reverse name does my address need?",
    3: "Why does my certificate expire?",
    4: "How large may a message be?",
}


@pytest.fixture
def searchable(project: Project) -> Project:
    for number, title in QUESTIONS.items():
        put(project, number, title=title, question=f"{title} I cannot find it.", topics=("smtp",))
    put(project, 5, "nl", title="Waarom komt mijn mail terug?", question="Wachtrij vol.", topics=("dns",))
    publish_all(project, release=True)
    return project


@pytest.fixture
def counting(searchable: Project) -> Misses:
    for code in CODES:
        state = buildstate.load(searchable, code)
        values = {name: getattr(state, name) for name in state.__dataclass_fields__}
        extra = {**state.extra, "count_misses": "yes"}
        buildstate.save(searchable, buildstate.BuildState(**{**values, "extra": extra}))
    return Misses(searchable.root / "inbox" / "misses.sqlite3")


def get(client: Client, address: str, status: int = 200) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.usefixtures("searchable")
def test_results_are_a_page_with_marked_words_and_working_links(client: Client) -> None:
    page = client.get("/en/find/?q=greylisting+delays")
    assert page.status_code == 200
    assert '<a class="mw-question-list__title" href="/en/qa/0001-question-1/">' in page.text
    assert "<mark>greylisting</mark>" in page.text
    assert "noindex" in page.text
    assert client.get("/en/qa/0001-question-1/").status_code == 200


@pytest.mark.usefixtures("searchable")
def test_a_search_without_words_shows_everything_from_a_to_z(client: Client) -> None:
    page = client.get("/nl/find/?q=++").text
    assert "Alles van A tot Z" in page
    assert 'href="/nl/qa/0005-question-5/"' in page
    assert "@@" not in page
    assert "data-mw-search-here" not in page


@pytest.mark.usefixtures("searchable")
def test_nothing_found_leads_to_the_form_with_the_words_filled_in(client: Client) -> None:
    page = client.get("/en/find/?q=xylophone+%26+quartz")
    assert "Nothing found." in page.text
    link = next(link for link in Form(page.text).links if "ask/?" in link)
    form = Form(client.get(link.replace("&amp;", "&")).text)
    assert form.fields["title"] == "xylophone & quartz"


@pytest.mark.usefixtures("searchable")
def test_what_only_the_other_language_has_is_marked(client: Client) -> None:
    page = client.get("/en/find/?q=wachtrij").text
    assert 'href="/nl/qa/0005-question-5/" lang="nl" hreflang="nl"' in page
    assert "In Dutch" in page
    assert get(client, "/api/search?q=wachtrij&lang=en")["lang"] == "nl"


@pytest.mark.usefixtures("searchable")
@pytest.mark.parametrize(
    "query",
    [
        "%00%01%ff",
        "%3Cscript%3Ealert(1)%3C/script%3E@@CONTENT@@",
        "x" * 10_000,
        "the+and+of",
        "%3F%3F%21",
        "%F0%9F%99%82+%D7%A9%D7%9C%D7%95%D7%9D",
        "kind:question+AND+*",
    ],
)
def test_any_query_is_answered_and_stays_text(client: Client, query: str) -> None:
    page = client.get(f"/en/find/?q={query}&kind=nonsense&topic=%3Cb%3E")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert page.text.count("<h1>") == 1
    assert client.get(f"/api/search?q={query}").status_code == 200


@pytest.mark.usefixtures("searchable")
def test_filters_are_kept_in_the_form_and_hold(client: Client) -> None:
    assert get(client, "/api/search?q=mail&kind=chapter")["total"] == 0
    assert get(client, "/api/search?q=mail&topic=dns&lang=en")["lang"] == "nl"
    assert get(client, "/api/search?q=message&lang=en&product=nothing")["total"] > 0
    page = client.get("/en/find/?q=message&topic=smtp").text
    assert re.search(r'<option value="smtp" selected>', page)


def test_a_newly_published_question_is_found_at_once(client: Client, searchable: Project) -> None:
    assert get(client, "/api/search?q=autodiscover")["hits"] == []
    put(searchable, 9, title="Does autodiscover need DNS?")
    publish_all(searchable)
    (hit,) = get(client, "/api/search?q=autodiscover")["hits"]
    assert hit["url"] == "/en/qa/0009-question-9/"


@pytest.mark.usefixtures("searchable")
def test_the_answers_of_the_api_are_what_its_description_says(client: Client) -> None:
    described = get(client, "/api/openapi.json")
    assert described == json.loads(json.dumps(openapi.DOCUMENT))
    schemas = described["components"]["schemas"]
    samples = {
        "/api/search": "q=my+mail",
        "/api/suggest": "q=why+is+mail+delayed",
        "/api/related": "url=/en/qa/0001-question-1/",
    }
    assert set(samples) == set(described["paths"])
    for path, query in samples.items():
        _, _, name = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"][
            "schema"
        ]["$ref"].rpartition("/")
        conforms(get(client, f"{path}?{query}"), schemas[name], schemas)
    for path in ("/api/search", "/api/suggest"):
        conforms(get(client, path, 400), schemas["Fault"], schemas)
        assert "lang is one of en, nl" in get(client, f"{path}?q=x&lang=fr", 400)["error"]
    assert "1 to 50" in get(client, "/api/search?q=x&limit=%C2%B2", 400)["error"]
    for limit in ("51", f"000001{'0' * 5000}"):
        assert "1 to 50" in get(client, f"/api/search?q=x&limit={limit}", 400)["error"]


def conforms(value: Any, schema: dict[str, Any], schemas: dict[str, Any]) -> None:
    """JSON Schema, as much of it as the description uses."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    kinds: dict[str, Any] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
    }
    assert isinstance(value, kinds[schema["type"]])
    assert value in schema.get("enum", [value])
    if schema["type"] == "array":
        for item in value:
            conforms(item, schema["items"], schemas)
    if schema["type"] == "object" and "properties" in schema:
        assert set(value) == set(schema["properties"])
        for name, item in value.items():
            conforms(item, schema["properties"][name], schemas)


@pytest.mark.usefixtures("searchable")
def test_the_form_is_told_what_was_answered_already_and_nothing_else(client: Client) -> None:
    hits = get(client, "/api/suggest?q=My+mail+is+delayed+by+greylisting&lang=en")["hits"]
    assert hits[0]["url"] == "/en/qa/0001-question-1/"
    assert get(client, "/api/suggest?q=Which+autodiscover+provider+for+calendars&lang=en")["hits"] == []
    form = client.get("/en/ask/").text
    assert "data-mw-suggest" in form
    assert '<script defer src="/en/assets/mailwijzer/suggest.js"></script>' in form


def test_related_questions_of_a_page_that_is_not_there_are_none(client: Client, searchable: Project) -> None:
    assert get(client, "/api/related?url=/en/nowhere/")["related"] == []
    assert searchable


@pytest.mark.usefixtures("searchable")
def test_searches_in_vain_are_not_counted_unless_the_owner_wants_it(client: Client, project: Project) -> None:
    client.get("/en/find/?q=xylophone")
    client.post("/api/missed?q=xylophone&lang=en", {})
    assert not (project.root / "inbox" / "misses.sqlite3").exists()


def test_searches_in_vain_are_counted_by_their_words_and_shown_at_the_desk(
    client: Client, counting: Misses
) -> None:
    client.get("/en/find/?q=quartz+xylophone")
    client.get("/en/find/?q=my+xylophone,+quartz")
    get(client, "/api/search?q=xylophone")
    client.post("/api/missed?q=zzyzx&lang=nl", {})
    client.get("/en/find/?q=greylisting")
    counted = [(miss.words, miss.count) for miss in counting.most()]
    assert counted[0] == ("quartz xylophone", 2)
    assert set(counted[1:]) == {("xylophone", 1), ("zzyzx", 1)}
    assert client.get("/desk/login?token=token-from-the-terminal").status_code == 303
    assert "quartz xylophone" in client.get("/en/desk/").text


@pytest.mark.parametrize(
    "query",
    [
        "bea@thuisnergens.zzz",
        "0032475123456",
        "one xylophone two quartz three zither four zebra five zinc six zulu seven yak eight yeti",
        "x" * 50,
    ],
)
def test_what_may_be_somebodys_is_not_counted(client: Client, counting: Misses, query: str) -> None:
    client.get("/en/find/")
    client.get(f"/en/find/?q={query.replace(' ', '+')}")
    assert counting.most() == []


def test_before_the_first_build_search_says_so(client: Client) -> None:
    assert "run `mailwijzer build`" in get(client, "/api/search?q=x", 503)["error"]
    assert client.get("/en/find/?q=x").status_code == 503


@pytest.mark.usefixtures("searchable")
def test_the_desk_compares_a_submission_with_what_was_answered(client: Client, inbox: Inbox) -> None:
    new = NewSubmission("k", "en", "Greylisting delays mail", "My first mail is delayed by greylisting.")
    number = inbox.submit(new, 20).number
    assert client.get("/desk/login?token=token-from-the-terminal").status_code == 303
    page = client.get(f"/en/desk/{number}/").text
    assert "/en/qa/0001-question-1/" in page
    assert "/en/qa/0003-question-3/" not in page
