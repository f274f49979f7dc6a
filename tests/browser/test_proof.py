"""The form that asks for work, in a real browser: told politely, done in a worker, and needed by nobody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.running import Service, running
from mailwijzer.inbox.store import Inbox
from mailwijzer.qa.lifecycle import SubmissionStatus
from support import real_site

pytestmark = [pytest.mark.browser, pytest.mark.site]

DONE = {"en": "The calculation is done.", "nl": "De berekening is klaar."}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(real_site(tmp_path_factory.mktemp("proof")), MAILWIJZER_PROOF="3000") as service:
        yield service


def status_of(service: Service, url: str) -> SubmissionStatus:
    number = int(url.split("/")[-2])
    with closing(Inbox.open(f"sqlite:///{service.project.root}/inbox/inbox.sqlite3")) as inbox:
        return inbox.get(number).status


def send(page: Page) -> str:
    page.click("form.mw-form button:not([name])")
    expect(page).to_have_url(re.compile(r"/received/\d+/$"))
    return page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_work_is_done_aside_and_told_and_makes_a_fast_question_a_question(
    browser: Browser,
    service: Service,
    violations: Callable[[Page], list[str]],
    lang: str,
    width: int,
    scheme: str,
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    page = context.new_page()
    hosts: set[str] = set()
    messages: list[str] = []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("console", lambda message: messages.append(message.text))
    page.goto(f"{service.origin}/{lang}/ask/")
    status = page.locator("[data-mw-proof-status]")
    expect(status).to_have_text("")
    page.fill("#title", "Pasted?")
    page.fill("#text", "All at once.")
    expect(status).to_have_text(DONE[lang])
    assert violations(page) == []
    assert page.input_value("[name=altcha]")
    assert status_of(service, send(page)) is SubmissionStatus.NEW
    assert hosts == {urlsplit(service.origin).netloc}
    assert messages == []
    context.close()


def test_a_reader_who_does_not_wait_and_one_without_script_lose_nothing(
    browser: Browser, service: Service
) -> None:
    for javascript in (True, False):
        context = browser.new_context(java_script_enabled=javascript)
        page = context.new_page()
        page.route("**/proof-worker.js", lambda route: route.abort())
        page.goto(f"{service.origin}/en/ask/")
        page.fill("#title", "Slow machine?")
        page.fill("#text", "No work done.")
        send(page)
        context.close()
