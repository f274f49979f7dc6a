"""The ten questions: a table without script, a rung with it, by keyboard too, and nothing is sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.site]

Open = Callable[..., Page]


def _answer(page: Page, *nos: int) -> None:
    for number, group in enumerate(page.get_by_role("radiogroup").all(), 1):
        group.get_by_role("radio").nth(1 if number in nos else 0).check()


@pytest.mark.parametrize(
    ("nos", "rung"), [((), "5"), ((9,), "4"), ((7, 9), "3"), ((5, 9), "2"), ((2, 7), "1")]
)
def test_the_lowest_rung_behind_a_no_is_the_reader_s(
    open_page: Open, nos: tuple[int, ...], rung: str
) -> None:
    page = open_page("/nl/why/")
    _answer(page, *nos)
    expect(page.locator(".mw-decide [role=status]")).to_contain_text(f"Jouw sport: {rung}")


def test_without_a_domain_there_is_no_rung_and_starting_again_forgets_it(open_page: Open) -> None:
    page = open_page("/en/why/")
    status = page.locator(".mw-decide [role=status]")
    page.get_by_role("radio").nth(1).check()
    expect(status).to_contain_text("domain of your own")
    page.get_by_role("button", name="Start again").click()
    expect(status).to_contain_text("Answer the questions")
    assert page.locator(".mw-decide :checked").count() == 0


def test_a_question_can_be_answered_by_keyboard_alone(open_page: Open) -> None:
    page = open_page("/en/why/")
    page.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.get_by_role("radio").nth(2)).to_be_focused()


def test_without_script_the_table_alone_tells_the_rung(open_page: Open) -> None:
    page = open_page("/en/why/", javascript=False)
    assert page.locator(".mw-decide tbody tr").count() == 10
    assert page.locator(".mw-decide input").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_answered_questions_have_no_accessibility_violation(
    open_page: Open, violations: Callable[[Page], list[str]], width: int, scheme: str
) -> None:
    page = open_page("/nl/why/", width=width, scheme=scheme)
    _answer(page, 4, 8)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
