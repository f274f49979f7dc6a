"""What the frame of every page promises, held in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.site]

Open = Callable[..., Page]
PAGES = ("/en/", "/nl/", "/en/smtp-session/", "/nl/smtp-session/", "/en/404.html", "/?choose", "/404.html")
CHAPTER = "/en/smtp-session/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_accessibility_violation(
    open_page: Open, violations: Callable[[Page], list[str]], path: str, width: int, scheme: str
) -> None:
    assert violations(open_page(path, width=width, scheme=scheme)) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_menu_has_no_accessibility_violation(
    open_page: Open, violations: Callable[[Page], list[str]], scheme: str
) -> None:
    page = open_page(CHAPTER, width=390, scheme=scheme)
    page.click(".mw-menu summary")
    assert violations(page) == []


def test_every_page_is_valid_html(site: Path, html_errors: Callable[[Sequence[Path]], list[str]]) -> None:
    found = html_errors(sorted(site.rglob("*.html")))
    assert [line for line in found if ": info: " not in line] == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_a_page_never_scrolls_sideways(open_page: Open, path: str, width: int) -> None:
    page = open_page(path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", PAGES)
def test_a_first_view_asks_only_this_site_and_at_most_ten_files(
    open_page: Open, origin: str, path: str
) -> None:
    page = open_page(path)
    urls = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    assert [url for url in urls if not url.startswith(origin)] == []
    assert len(urls) < 10
    assert page.context.cookies() == []


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize(("path", "twin"), [("/en/", "/nl/"), (CHAPTER, "/nl/smtp-session/")])
def test_the_language_link_leads_to_the_same_page(
    open_page: Open, origin: str, path: str, twin: str, javascript: bool
) -> None:
    page = open_page(path, width=390, javascript=javascript)
    page.click(".mw-switch a")
    assert page.url == origin + twin
    assert page.get_attribute("html", "lang") == "nl"


def test_the_menu_of_narrow_screens_works_without_script(open_page: Open) -> None:
    page = open_page("/en/", width=390, javascript=False)
    page.click(".mw-menu summary")
    page.click(".mw-menu__panel a[href*='smtp-session']")
    expect(page.locator("h1")).to_contain_text("SMTP")


def test_without_script_nothing_is_offered_that_needs_it(open_page: Open) -> None:
    page = open_page("/en/", javascript=False)
    assert page.locator("button[type=button]:visible").count() == 0


def test_the_skip_link_is_first_and_lands_in_the_text(open_page: Open) -> None:
    page = open_page(CHAPTER)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"


def test_the_chosen_colours_hold_on_the_next_page(open_page: Open, origin: str) -> None:
    page = open_page("/en/", scheme="light")
    button = page.locator(".mw-tools > [data-mw-scheme]")
    button.click()
    button.click()
    page.goto(origin + "/nl/smtp-session/")
    assert page.get_attribute("html", "data-scheme") == "dark"
    assert page.evaluate("Object.keys(localStorage)") == ["mailwijzer.scheme"]


@pytest.mark.parametrize(("locale", "path"), [("nl-BE", "/nl/"), ("en-GB", "/en/"), ("fr-BE", "/")])
def test_the_chooser_follows_the_browser_s_language(
    browser: Browser, origin: str, locale: str, path: str
) -> None:
    context = browser.new_context(locale=locale)
    page = context.new_page()
    page.goto(origin + "/", wait_until="load")
    page.wait_for_url(origin + path)
    context.close()


WITH_TABS = "/en/imap/"


def test_the_chosen_release_holds_for_all_tabs_and_on_the_next_page(open_page: Open, origin: str) -> None:
    page = open_page(WITH_TABS)
    labels = page.locator(".tabbed-labels > label", has_text="Debian 12")
    labels.first.click()
    assert page.locator(".tabbed-block:visible").count() == page.locator(".tabbed-set").count()
    checked = (
        "[...document.querySelectorAll('.tabbed-set > input:checked')]"
        ".map(input => document.querySelector(`label[for=${input.id}]`).textContent)"
    )
    assert set(page.evaluate(checked)) == {"Debian 12"}
    page.goto(origin + "/nl/imap/")
    assert set(page.evaluate(checked)) == {"Debian 12"}


def test_tabs_work_by_keyboard_and_without_script(open_page: Open) -> None:
    page = open_page(WITH_TABS, javascript=False)
    page.locator(".tabbed-set > input").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tabbed-set").first.locator(".tabbed-block").nth(1)).to_be_visible()
    expect(page.locator(".tabbed-set").first.locator(".tabbed-block").nth(0)).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_unfolded_badge_and_setup_have_no_accessibility_violation(
    open_page: Open, violations: Callable[[Page], list[str]], scheme: str
) -> None:
    page = open_page(WITH_TABS, scheme=scheme)
    for summary in page.locator(".mw-snippet summary").all():
        if summary.is_visible():
            summary.click()
    expect(page.locator("details.mw-badge[open] li").first).to_contain_text("Debian 13")
    assert violations(page) == []
