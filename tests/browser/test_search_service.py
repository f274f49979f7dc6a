"""Search with the service behind it: results without script, suggestions on the form, misses at the desk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.running import Service, running
from support import ROOT, real_site

pytestmark = [pytest.mark.browser, pytest.mark.site]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    project = real_site(tmp_path_factory.mktemp("search"))
    for path in (ROOT / "qa").glob("*.md"):
        shutil.copy(path, project.qa)
    os.environ["MAILWIJZER_COUNT_MISSES"] = "true"
    try:
        with running(project) as service:
            yield service
    finally:
        del os.environ["MAILWIJZER_COUNT_MISSES"]


@pytest.fixture
def page(browser: Browser, service: Service) -> Iterator[Page]:
    context = browser.new_context(base_url=service.origin, viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def test_without_script_the_field_leads_to_results_with_their_words_marked(
    browser: Browser, service: Service
) -> None:
    context = browser.new_context(base_url=service.origin, java_script_enabled=False)
    page = context.new_page()
    page.goto("/nl/smtp-session/")
    page.fill("[data-mw-search-field]", "poort 25 dicht")
    page.press("[data-mw-search-field]", "Enter")
    expect(page.locator("h1")).to_have_text("Resultaten voor “poort 25 dicht”")
    expect(page.locator(".mw-results mark").first).to_be_visible()
    first = page.locator(".mw-results li:first-child a").first
    address = first.get_attribute("href")
    first.click()
    assert address is not None
    assert page.url == f"{service.origin}{address}"
    expect(page.locator("main")).to_contain_text("poort 25")
    context.close()


def test_the_services_own_policy_allows_searching_in_a_worker(page: Page) -> None:
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    policy = page.goto("/en/").headers["content-security-policy"]  # type: ignore[union-attr]
    assert "default-src 'self'" in policy
    page.keyboard.press("/")
    page.fill("#mw-find-q", "greylisting")
    expect(page.locator(".mw-find__results mark").first).to_be_visible()
    assert [worker.url.rpartition("/en/")[2] for worker in page.workers] == ["search/start.js"]
    assert refused == []


def test_answered_questions_are_suggested_while_the_title_is_typed(page: Page) -> None:
    page.goto("/en/ask/")
    page.fill("#title", "my provider blocks port 25")
    link = page.locator("[data-mw-suggest] a").first
    expect(link).to_have_attribute("href", "/en/qa/0001-port-25-blocked-at-home/")
    page.fill("#title", "xylofoonq zzyzxq")
    expect(page.locator("[data-mw-suggest] h2")).to_be_hidden()


def test_a_search_in_vain_in_the_browser_is_listed_at_the_desk(page: Page, service: Service) -> None:
    page.goto("/en/")
    page.keyboard.press("/")
    page.wait_for_selector("#mw-find[open]")
    # Answered, and not only sent: to leave the page before that takes the note along.
    with page.expect_response("**/api/missed?*") as answered:
        page.fill("#mw-find-q", "xylofoonq")
    assert answered.value.ok
    assert answered.value.url.endswith("/api/missed?lang=en&q=xylofoonq")
    page.goto(service.desk_link)
    expect(page.locator("section[aria-labelledby=misses]")).to_contain_text("xylofoonq")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_results_and_suggestions_have_no_accessibility_violation(
    browser: Browser, service: Service, violations: Callable[[Page], list[str]], width: int, scheme: str
) -> None:
    context = browser.new_context(
        base_url=service.origin,
        viewport={"width": width, "height": 844},
        color_scheme=scheme,  # type: ignore[arg-type]
        bypass_csp=True,  # the judge brings its own styles
    )
    page = context.new_page()
    for address in ("/en/find/?q=port+25+gerylisting", "/nl/find/?q=xylofoonq", "/nl/find/"):
        page.goto(address)
        assert violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto("/en/ask/?title=my+provider+blocks+port+25")
    page.wait_for_selector("[data-mw-suggest] a")
    assert violations(page) == []
    context.close()


def test_results_are_valid_html(
    page: Page, tmp_path: Path, html_errors: Callable[[Sequence[Path]], list[str]]
) -> None:
    files = []
    for number, address in enumerate(
        ["?q=port+25+gerylisting&topic=smtp", "?q=smokkelwaar", "?q=xyzzyx", ""]
    ):
        answer = page.request.get(f"/en/find/{address}")
        assert answer.ok
        files.append(tmp_path / f"{number}.html")
        files[-1].write_bytes(answer.body())
    assert [line for line in html_errors(files) if ": info: " not in line] == []
