"""The desk's keys, in a real browser: each as its list says, none while one types, and all can be off."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser.running import Service, running
from mailwijzer.inbox.store import Inbox
from mailwijzer.qa.lifecycle import SubmissionStatus
from mailwijzer.qa.submission import NewSubmission
from support import real_site

pytestmark = [pytest.mark.browser, pytest.mark.site]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(real_site(tmp_path_factory.mktemp("keys"))) as service:
        yield service


@pytest.fixture(scope="module")
def inbox(service: Service) -> Iterator[Inbox]:
    with closing(Inbox.open(f"sqlite:///{service.project.root}/inbox/inbox.sqlite3")) as opened:
        yield opened


@pytest.fixture(scope="module")
def editor(browser: Browser, service: Service) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.new_page().goto(service.desk_link)
    yield context
    context.close()


@pytest.fixture
def page(editor: BrowserContext) -> Iterator[Page]:
    page = editor.new_page()
    yield page
    page.evaluate("localStorage.clear()")
    page.close()


@pytest.fixture
def three(inbox: Inbox) -> list[int]:
    """Three new questions, with everything before them out of the way."""
    for item in [*inbox.list(SubmissionStatus.NEW), *inbox.list(SubmissionStatus.ANSWERING)]:
        inbox.record(item.number, "decline")  # type: ignore[arg-type]
    first = len(inbox.list()) + 1
    new = (NewSubmission(f"k{first + n}", "en", f"Question {n}?", "Why?") for n in range(3))
    return [inbox.submit(one, 1).number for one in new]


def path(page: Page) -> str:
    return page.evaluate("location.pathname")


def test_a_question_is_found_decided_and_undone_by_single_keys(
    page: Page, service: Service, inbox: Inbox, three: list[int]
) -> None:
    page.goto(f"{service.origin}/en/desk/")
    for key in "jjk":
        page.keyboard.press(key)
    expect(page.locator(":focus")).to_have_attribute("href", f"{three[0]}/")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**/desk/{three[1]}/")
    page.keyboard.press("j")
    page.wait_for_url(f"**/desk/{three[2]}/")
    page.keyboard.press("k")
    page.wait_for_url(f"**/desk/{three[1]}/")
    page.keyboard.press("s")
    page.wait_for_url("**/?done=spam")
    assert inbox.get(three[1]).status is SubmissionStatus.SPAM
    page.keyboard.press("u")
    page.wait_for_url("**/?done=undo")
    assert inbox.get(three[1]).status is SubmissionStatus.NEW
    page.keyboard.press("d")
    expect(page.locator("#reason")).to_be_focused()
    page.keyboard.type("j s u")  # words now, not keys
    expect(page.locator("#reason")).to_have_value("j s u")
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    page.wait_for_url("**/en/desk/")


def test_several_are_ticked_and_are_spam_by_one_key(
    page: Page, service: Service, inbox: Inbox, three: list[int]
) -> None:
    page.goto(f"{service.origin}/nl/desk/")
    for key in "jxjx":
        page.keyboard.press(key)
    page.keyboard.press("s")
    page.wait_for_url("**done=2**")
    states = [inbox.get(number).status for number in three]
    assert states == [SubmissionStatus.SPAM, SubmissionStatus.SPAM, SubmissionStatus.NEW]


def test_all_are_ticked_at_once_and_taken_back_at_once(
    page: Page, service: Service, inbox: Inbox, three: list[int]
) -> None:
    page.goto(f"{service.origin}/en/desk/?status=new")
    page.get_by_role("button", name="Tick all").click()
    page.keyboard.press("s")
    page.wait_for_url("**done=3**")
    assert {inbox.get(number).status for number in three} == {SubmissionStatus.SPAM}
    page.keyboard.press("u")
    page.wait_for_url("**done=3")
    assert {inbox.get(number).status for number in three} == {SubmissionStatus.NEW}


def test_publishing_says_that_it_is_at_work_and_takes_one_click(
    page: Page, service: Service, inbox: Inbox, three: list[int]
) -> None:
    page.goto(f"{service.origin}/en/desk/{three[0]}/answer/")
    page.evaluate("addEventListener('submit', event => event.preventDefault())")  # as if it took for ever
    page.click("button[value=publish]")
    expect(page.locator("[data-mw-progress]")).to_contain_text("Publishing")
    expect(page.locator("button[value=publish]")).to_be_disabled()
    page.reload()
    page.fill("#answer-en", "Because.")
    page.check("input[name=topics][value=smtp]")
    page.fill("#slug", "because")
    page.click("button[value=publish]")
    expect(page).to_have_url(re.compile("/published/"))
    expect(page.get_by_role("link", name="To the next question")).to_be_visible()
    assert inbox.get(three[0]).status is SubmissionStatus.PUBLISHED


def test_answering_saving_and_the_way_to_publishing(
    page: Page, service: Service, inbox: Inbox, three: list[int]
) -> None:
    page.goto(f"{service.origin}/en/desk/{three[0]}/")
    page.keyboard.press("a")
    page.wait_for_url("**/answer/")
    page.fill("#answer-en", "Because.")
    page.keyboard.type(" wpj?")
    expect(page.locator("#answer-en")).to_have_value("Because. wpj?")
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    expect(page.locator("button[value=publish]")).to_be_focused()
    assert inbox.get(three[0]).status is SubmissionStatus.NEW, "nothing is published by one key"
    page.keyboard.press("w")
    page.wait_for_url("**/answer/?done=save")
    draft = inbox.draft(three[0])
    assert draft is not None
    assert draft.texts["en"].answer == "Because. wpj?"
    page.keyboard.press("/")
    expect(page.locator("#mw-find")).to_be_visible()
    page.keyboard.press("Escape")


def test_the_list_of_keys_is_a_dialog_that_keeps_the_focus_and_gives_it_back(
    page: Page, service: Service, three: list[int]
) -> None:
    page.goto(f"{service.origin}/en/desk/{three[0]}/")
    opener = page.get_by_role("button", name="Keyboard shortcuts")
    opener.focus()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate("!document.activeElement.closest('main > .mw-desk')"), "the page behind is inert"
    page.keyboard.press("s")
    assert path(page) == f"/en/desk/{three[0]}/"
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()


def test_every_key_that_the_pages_know_stands_in_the_list(
    page: Page, service: Service, three: list[int]
) -> None:
    page.goto(f"{service.origin}/en/desk/{three[1]}/")
    listed = set(page.locator("#mw-keys kbd").all_inner_texts())
    for where in ("", f"{three[1]}/", f"{three[1]}/answer/", "?status=spam"):
        page.goto(f"{service.origin}/en/desk/{where}")
        keys = page.evaluate("[...document.querySelectorAll('[data-mw-key]')].map(one => one.dataset.mwKey)")
        told = page.evaluate(
            "[...document.querySelectorAll('[aria-keyshortcuts]')].map(one => one.ariaKeyShortcuts)"
        )
        assert set(keys) <= listed
        assert keys == told


def test_switched_off_they_rest_here_and_on_the_next_page(
    page: Page, service: Service, inbox: Inbox, three: list[int]
) -> None:
    page.goto(f"{service.origin}/en/desk/{three[0]}/")
    page.keyboard.press("?")
    page.get_by_label("Use these keys on this device").uncheck()
    page.keyboard.press("Escape")
    for _ in range(2):
        for key in "?sjau/":
            page.keyboard.press(key)
        assert path(page) == f"/en/desk/{three[0]}/"
        assert page.locator("dialog[open]").count() == 0
        assert page.locator("[aria-keyshortcuts]").count() == 0
        page.reload()
    assert inbox.get(three[0]).status is SubmissionStatus.NEW
    page.keyboard.press("Control+k")
    expect(page.locator("#mw-find")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Keyboard shortcuts").click()
    page.get_by_label("Use these keys on this device").check()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.wait_for_url(f"**/desk/{three[1]}/")


def test_the_switch_in_the_search_dialog_is_the_same_one(
    page: Page, service: Service, three: list[int]
) -> None:
    page.goto(f"{service.origin}/en/desk/{three[0]}/")
    page.keyboard.press("/")
    page.get_by_label("Open search with /").uncheck()
    page.keyboard.press("Escape")
    assert page.locator("[aria-keyshortcuts]").count() == 0
    page.keyboard.press("l")
    assert path(page) == f"/en/desk/{three[0]}/"
    page.get_by_role("button", name="Keyboard shortcuts").click()
    here = page.get_by_label("Use these keys on this device")
    expect(here).not_to_be_checked()
    here.check()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_label("Open search with /")).to_be_checked()
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    page.wait_for_url("**/en/desk/")


def test_a_key_with_control_or_alt_is_the_browsers(page: Page, service: Service, three: list[int]) -> None:
    page.goto(f"{service.origin}/en/desk/{three[0]}/")
    for key in ("Control+s", "Alt+s", "Meta+s"):
        page.keyboard.press(key)
    assert path(page) == f"/en/desk/{three[0]}/"


def test_without_script_nothing_is_lost(browser: Browser, editor: BrowserContext, service: Service) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(editor.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{service.origin}/en/desk/")
    expect(page.get_by_role("button", name="Keyboard shortcuts")).to_be_hidden()
    expect(page.locator("#mw-keys")).to_be_hidden()
    page.locator(".mw-desk-table a").first.click()
    expect(page.get_by_role("link", name=re.compile("All questions"))).to_be_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_open_list_has_no_accessibility_violation(
    browser: Browser,
    editor: BrowserContext,
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
    context.add_cookies(editor.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{service.origin}/{lang}/desk/?status=all")
    page.keyboard.press("?")
    expect(page.locator("#mw-keys")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
