"""The desk tells whether a page is live by what the public site says, or that it could not be asked."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import pytest

from editing.test_live import Elsewhere, elsewhere, reply  # noqa: F401 - fixture
from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox.store import Inbox
from mailwijzer.publishing.project import Project
from mailwijzer.qa.submission import NewSubmission
from mailwijzer.service.app import create
from mailwijzer.service.settings import Settings, from_environment
from service.browsing import Client
from service.test_desk import draft


@pytest.fixture
def settings(settings: Settings, elsewhere: Elsewhere) -> Settings:  # noqa: F811
    return replace(settings, live=elsewhere.base)


@pytest.fixture
def number(desk: Client, inbox: Inbox) -> int:
    made = inbox.submit(NewSubmission("k1", "nl", "Waarom?", "Er staat 450."), 7).number
    answer = desk.post(f"/en/desk/{made}/answer/", {**draft(desk, made), "do": "publish"})
    assert answer.status_code == 303
    return made


def states(page: str) -> list[str]:
    section = page[page.index('id="public"') :]
    return [" ".join(re.sub("<[^>]+>", " ", one).split()) for one in re.findall("<br>(.*?)</li>", section)]


def test_a_page_is_live_when_the_public_site_shows_it(
    desk: Client,
    number: int,
    project: Project,
    elsewhere: Elsewhere,  # noqa: F811
) -> None:
    elsewhere.answer = lambda handler: reply(handler, 404)
    before = desk.get(f"/nl/desk/{number}/published/").text
    assert states(before) == ["Ze staat er nog niet. Ze komt er zodra de site daarheen gekopieerd is."] * 2
    elsewhere.answer = lambda handler: reply(
        handler, 200, (project.site / handler.path.strip("/") / "index.html").read_bytes()
    )
    page = desk.get(f"/en/desk/{number}/published/").text
    assert states(page) == ["Readers see it, as it is here."] * 2
    assert re.search(rf'href="{elsewhere.base}nl/qa/{number:04d}-[a-z-]+/"', page)
    assert elsewhere.base not in re.sub(r'<a href="[^"]*"', "", page), (
        "the browser itself asks it for nothing"
    )


def test_what_could_not_be_asked_is_not_called_live(
    desk: Client,
    number: int,
    elsewhere: Elsewhere,  # noqa: F811
) -> None:
    elsewhere.answer = lambda handler: reply(handler, 502)
    found = states(desk.get(f"/en/desk/{number}/published/").text)
    assert found == ["The public site could not be asked, so nobody knows: HTTP 502"] * 2
    assert "Is it on the public site?" in desk.get(f"/en/desk/{number}/").text


def test_where_readers_come_here_nobody_is_asked(
    settings: Settings,
    inbox: Inbox,
    elsewhere: Elsewhere,  # noqa: F811
) -> None:
    app = create(replace(settings, live=""))
    with asyncio.Runner() as running:
        context = app.router.lifespan_context(app)
        running.run(context.__aenter__())
        client = Client(app)
        client.get("/desk/login?token=token-from-the-terminal")
        made = inbox.submit(NewSubmission("k1", "nl", "Waarom?", "Er staat 450."), 7).number
        client.post(f"/en/desk/{made}/answer/", {**draft(client, made), "do": "publish"})
        page = client.get(f"/en/desk/{made}/published/")
        running.run(context.__aexit__(None, None, None))
    assert page.status_code == 200
    assert "On the public site" not in page.text
    assert elsewhere.asked == []


def test_the_public_site_comes_from_the_environment(project: Project) -> None:
    environment = {"MAILWIJZER_ROOT": str(project.root), "MAILWIJZER_LIVE": "https://www.thuis.test/"}
    assert from_environment(environment).live == "https://www.thuis.test/"
    with pytest.raises(MailwijzerError, match=r"'thuis\.test' is no address of a site"):
        from_environment({**environment, "MAILWIJZER_LIVE": "thuis.test"})
