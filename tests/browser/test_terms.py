"""A term shows its meaning to mouse and keyboard, can be sent away, and is a link without script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.site]

Open = Callable[..., Page]
CHAPTER = "/nl/smtp-session/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_meaning_that_is_shown_has_no_accessibility_violation(
    open_page: Open, violations: Callable[[Page], list[str]], width: int, scheme: str
) -> None:
    page = open_page(CHAPTER, width=width, scheme=scheme)
    page.locator(".mw-term").first.focus()
    expect(page.get_by_role("tooltip")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_meaning_describes_its_term_and_goes_with_escape(open_page: Open) -> None:
    page = open_page(CHAPTER)
    term = page.locator(".mw-term").first
    term.focus()
    expect(term).to_have_accessible_description(str(term.get_attribute("data-meaning")))
    page.keyboard.press("Escape")
    expect(page.get_by_role("tooltip")).to_be_hidden()
    expect(term).to_be_focused()


def test_the_mouse_may_go_from_the_term_to_its_meaning(open_page: Open) -> None:
    page = open_page(CHAPTER)
    page.locator(".mw-term").nth(1).hover()
    tip = page.get_by_role("tooltip")
    expect(tip).to_be_visible()
    tip.hover()
    page.wait_for_timeout(400)
    expect(tip).to_be_visible()
    page.mouse.move(2, 2)
    expect(tip).to_be_hidden()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_term_leads_to_its_place_in_the_glossary(open_page: Open, javascript: bool) -> None:
    page = open_page(CHAPTER, javascript=javascript)
    page.locator(".mw-term").first.click()
    page.wait_for_load_state()
    assert "/nl/glossary/#" in page.url
    expect(page.locator(f"#{page.url.partition('#')[2]}")).to_be_in_viewport()
