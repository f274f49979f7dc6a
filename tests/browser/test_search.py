"""What the search dialog promises, held in a real browser on the built site."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from mailwijzer.search.finding import Finder

pytestmark = [pytest.mark.browser, pytest.mark.site]

Open = Callable[..., Page]
CHAPTER = "/en/smtp-session/"


def results(page: Page) -> list[str]:
    """Addresses of the results, once they and their excerpts are there."""
    page.wait_for_selector(".mw-find__results mark")
    links: list[str] = page.eval_on_selector_all(
        ".mw-find__results a", "links => links.map(l => l.pathname + l.hash)"
    )
    return links


def finder(site: Path, lang: str) -> Finder:
    return Finder(lang, lambda name: (site / lang / "search" / name).read_text("utf-8"))


def search(page: Page, text: str) -> list[str]:
    page.keyboard.press("Control+k")
    page.wait_for_selector("#mw-find[open]")
    page.fill("#mw-find-q", text)
    return results(page)


def test_nothing_of_search_is_fetched_before_the_reader_turns_to_it(open_page: Open) -> None:
    page = open_page(CHAPTER)
    urls = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    assert not [url for url in urls if re.search("search|find", url)]
    with page.expect_response(re.compile(r"/en/search/start\.js")):
        page.keyboard.press("/")


@pytest.mark.parametrize("how", ["slash", "control", "click", "type", "narrow"])
def test_search_opens_by_key_by_click_and_by_typing_in_the_field(open_page: Open, how: str) -> None:
    page = open_page(CHAPTER, width=390 if how == "narrow" else 1280)
    match how:
        case "slash":
            page.keyboard.press("/")
        case "control":
            page.keyboard.press("Control+k")
        case "click":
            page.click("[data-mw-search-field]")
        case "type":
            page.focus("[data-mw-search-field]")
            page.keyboard.type("g")
        case "narrow":
            page.click(".mw-tool--search")
    page.wait_for_selector("#mw-find[open]")
    assert page.evaluate("document.activeElement.id") == "mw-find-q"
    assert page.input_value("#mw-find-q") == ("g" if how == "type" else "")
    page.keyboard.press("Escape")
    expect(page.locator("#mw-find")).not_to_be_visible()


def test_the_field_can_be_passed_by_keyboard_without_opening_anything(open_page: Open) -> None:
    page = open_page(CHAPTER)
    page.focus("[data-mw-search-field]")
    page.keyboard.press("Tab")
    assert not page.locator("#mw-find").is_visible()


def test_search_leads_to_a_section_by_keyboard_alone(open_page: Open) -> None:
    page = open_page("/en/")
    first = search(page, "when does greylisting let mail through")[0]
    assert first.endswith("/#greylisting")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('li').matches(':nth-child(2)')")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{first}")


def test_a_result_shows_its_kind_its_trail_and_the_words(open_page: Open) -> None:
    page = open_page("/en/")
    search(page, "lonely dot")
    first = page.locator(".mw-find__results li").first
    expect(first.locator("strong")).to_have_text("The lonely dot")
    expect(first.locator(".mw-find__kind")).to_have_text("Tutorial")
    expect(first.locator(".mw-find__trail")).to_contain_text("The SMTP session")
    assert {text.lower() for text in first.locator("mark").all_inner_texts()} >= {"lonely", "dot"}


def test_filters_leave_one_kind_and_one_topic(open_page: Open) -> None:
    page = open_page("/en/")
    search(page, "port 25")
    page.click("label:has-text('Questions')")
    expect(page.locator(".mw-find__results a[href*='smtp-session']")).to_have_count(0)
    assert all("/qa/" in url for url in results(page))
    page.select_option("#mw-find select[name=topic]", label="A server at home")
    expect(page.locator(".mw-find__results a[href*='0005']")).to_have_count(0)
    assert results(page) == ["/en/qa/0001-port-25-blocked-at-home/"]


def test_a_filter_leaves_what_holds_for_one_product_and_release(open_page: Open) -> None:
    page = open_page("/en/")
    search(page, "start after upgrade")
    page.select_option("#mw-find select[name=product]", label="Dovecot")
    expect(page.locator(".mw-find__results a[href*='operating']")).to_have_count(0)
    assert "/en/qa/0007-dovecot-2-4-does-not-start-after-debian-13/" in results(page)
    page.select_option("#mw-find select[name=product]", label="Debian 12")
    expect(page.locator(".mw-find__results a[href*='0007']")).to_have_count(0)


def test_a_typing_error_is_put_right_and_that_is_said(open_page: Open) -> None:
    page = open_page("/en/")
    assert "/en/smtp-session/#greylisting" in search(page, "gerylisting delay")
    expect(page.locator(".mw-find__note")).to_contain_text("“greylisting” instead of “gerylisting”")


def test_where_nothing_fits_the_question_can_be_asked_with_the_words_filled_in(open_page: Open) -> None:
    page = open_page("/en/")
    page.keyboard.press("/")
    page.wait_for_selector("#mw-find[open]")
    page.fill("#mw-find-q", "xylofoonq zzyzxq")
    expect(page.locator(".mw-find__status")).to_have_text("Nothing found.")
    assert page.get_attribute(".mw-find__ask a", "href").endswith("/en/ask/?title=xylofoonq+zzyzxq")  # type: ignore[union-attr]


def only_dutch(site: Path) -> str:
    """A word of the Dutch pages that nothing on the English ones is like, nor means the same as."""
    english, dutch = (finder(site, lang) for lang in ("en", "nl"))
    words = (word for section in dutch.all() for word in section.heading.lower().split())
    return next(word for word in words if word.isalpha() and len(word) > 7 and not english.find(word).total)


def test_what_only_the_other_language_has_is_shown_and_marked(open_page: Open, site: Path) -> None:
    page = open_page("/en/")
    assert all(url.startswith("/nl/") for url in search(page, only_dutch(site)))
    expect(page.locator(".mw-find__note")).to_contain_text("Nothing in English has these words")
    link = page.locator(".mw-find__results a").first
    assert link.get_attribute("lang") == "nl"
    expect(link.locator(".mw-language-mark")).to_have_text("In Dutch")


def test_searches_that_led_somewhere_are_kept_here_and_can_be_cleared(open_page: Open) -> None:
    page = open_page("/en/")
    search(page, "lonely dot")
    page.keyboard.press("Enter")
    page.wait_for_url("**/smtp-session/#dots")
    assert json.loads(page.evaluate("localStorage['mailwijzer.searches']")) == ["lonely dot"]
    page.keyboard.press("/")
    page.click(".mw-find__recent li button")
    assert results(page)[0] == "/en/smtp-session/#dots"
    page.fill("#mw-find-q", "")
    page.click("[data-mw-forget]")
    expect(page.locator(".mw-find__recent")).not_to_be_visible()
    assert page.evaluate("localStorage.length") == 0
    assert page.context.cookies() == []


def workers(page: Page) -> list[str]:
    return [worker.url.rpartition("/en/")[2] for worker in page.workers]


def test_search_runs_in_a_worker(open_page: Open) -> None:
    page = open_page("/en/")
    assert search(page, "greylisting")
    assert workers(page) == ["search/start.js"]


def test_where_workers_are_refused_search_runs_beside_the_dialog(open_page: Open) -> None:
    page = open_page("/en/")
    page.evaluate("() => { window.Worker = class { constructor() { throw new Error('refused'); } }; }")
    assert search(page, "lonely dot")[0] == "/en/smtp-session/#dots"
    assert workers(page) == []


def test_search_works_from_a_file(browser: Browser, site: Path) -> None:
    page = browser.new_page()
    page.goto((site / "en/smtp-session/index.html").as_uri())
    assert search(page, "the lonely dot")[0].endswith("/en/smtp-session/index.html#dots")
    assert workers(page) == []
    page.fill("#mw-find-q", "which name in the PTR record")
    page.click(".mw-find__results a[href*='/0002-ptr-which-name/']")
    page.wait_for_url("file://**/0002-ptr-which-name/index.html")
    page.close()


@pytest.mark.parametrize(
    ("lang", "name", "file"),
    [
        ("en", "Open search with /", False),
        ("nl", "Open zoeken met /", False),
        ("en", "Open search with /", True),
    ],
    ids=["en", "nl", "file"],
)
def test_a_reader_switches_the_slash_off_and_it_stays_off(
    browser: Browser, site: Path, origin: str, lang: str, name: str, file: bool
) -> None:
    """WCAG 2.1.4: who dictates, or rests a hand on the keys, opens nothing by a letter."""
    context = browser.new_context(viewport={"width": 1280, "height": 844}, reduced_motion="reduce")
    page = context.new_page()
    start = (site / lang).as_uri() if file else f"{origin}/{lang}"
    end = "/index.html" if file else "/"
    dialog, sign = page.locator("#mw-find"), page.locator(".mw-search kbd")
    page.goto(f"{start}/smtp-session{end}")
    expect(sign).to_be_visible()
    page.keyboard.press("/")
    expect(dialog).to_be_visible()
    page.get_by_role("checkbox", name=name).uncheck()
    page.keyboard.press("Escape")
    for chapter in ("smtp-session", "dns"):
        page.goto(f"{start}/{chapter}{end}")
        expect(sign).to_be_hidden()
        page.keyboard.press("/")
        assert not page.evaluate("window.mailwijzerFind.loading"), "nothing is even fetched"
        page.keyboard.press("Control+k")
        expect(dialog).to_be_visible()
        page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.get_by_role("checkbox", name=name).check()
    page.keyboard.press("Escape")
    expect(sign).to_be_visible()
    page.keyboard.press("/")
    expect(dialog).to_be_visible()
    assert page.evaluate("localStorage.length") == 0
    context.close()


def test_search_goes_on_when_the_connection_is_lost_after_its_files_came(open_page: Open) -> None:
    page = open_page("/en/")
    search(page, "greylisting")
    page.context.set_offline(True)
    page.fill("#mw-find-q", "greylist")
    assert results(page)[0].endswith("/#greylisting")


@pytest.mark.parametrize("broken", ["missing", "truncated", "other"])
def test_a_broken_index_is_told_and_mended_by_trying_again(open_page: Open, site: Path, broken: str) -> None:
    page = open_page("/en/")
    whole = (site / "en/search/start.js").read_text("utf-8")

    def answer(route: Route) -> None:
        if broken == "missing":
            route.fulfill(status=404, body="")
        elif broken == "truncated":
            route.fulfill(body=whole[:-100], content_type="text/javascript")
        else:
            body = re.sub(r'"format":\d+', '"format":99', whole)
            assert body != whole
            route.fulfill(body=body, content_type="text/javascript")

    page.route("**/search/start.js*", answer)
    page.keyboard.press("/")
    page.wait_for_selector("#mw-find[open]")
    page.fill("#mw-find-q", "greylisting")
    expect(page.locator(".mw-find__status")).to_contain_text("could not be read")
    page.unroute("**/search/start.js*")
    page.fill("#mw-find-q", "greylisting mail")
    assert results(page)


def test_a_cached_manifest_beside_a_new_index_is_read_again(open_page: Open, site: Path) -> None:
    page = open_page("/en/")
    text = (site / "en/search/start.js").read_text("utf-8")
    old = re.sub(r'"version":"\w+"', '"version":"0123456789"', text)

    def answer(route: Route) -> None:
        if "again=" in route.request.url:
            route.continue_()
        else:
            route.fulfill(body=old, content_type="text/javascript")

    page.route("**/search/start.js*", answer)
    assert search(page, "greylisting")


QUERIES = [
    "why is port 25 blocked",
    "550 5.7.1 relay access denied",
    "gerylisting",
    "smtputf8 chunking",
    "tls",
]


@pytest.mark.parametrize("query", QUERIES)
def test_chromium_answers_as_the_server_does(open_page: Open, site: Path, query: str) -> None:
    expected = ["/en/" + hit.section.url for hit in finder(site, "en").find(query).hits]
    assert search(open_page("/en/"), query) == expected


def test_without_script_the_field_leads_to_the_list_from_a_to_z(open_page: Open, origin: str) -> None:
    page = open_page(CHAPTER, javascript=False)
    page.fill("[data-mw-search-field]", "greylisting")
    page.press("[data-mw-search-field]", "Enter")
    assert page.url == f"{origin}/en/find/?q=greylisting"
    page.click("a:text-is('Greylisting'):visible >> nth=0")
    assert page.url.endswith("/#greylisting")


def test_the_list_from_a_to_z_opens_the_dialog_with_the_words_asked_for(open_page: Open) -> None:
    page = open_page("/en/find/?q=greylisting")
    assert results(page)[0].endswith("/#greylisting")


STATES: dict[str, Any] = {
    "results": "port 25 gerylisting xqzjv",
    "nothing": "xylofoonq",
    "stop words": "the and",
    "recent": "",
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_no_state_of_search_has_an_accessibility_violation(
    open_page: Open,
    violations: Callable[[Page], list[str]],
    lang: str,
    width: int,
    scheme: str,
    state: str,
) -> None:
    page = open_page(f"/{lang}/", width=width, scheme=scheme)
    page.evaluate("localStorage['mailwijzer.searches'] = '[\"greylisting\"]'")
    page.keyboard.press("/")
    page.wait_for_selector("#mw-find[open]")
    page.fill("#mw-find-q", STATES[state])
    if state == "results":
        results(page)
    elif state == "recent":
        page.wait_for_selector(".mw-find__recent:visible")
    else:
        expect(page.locator(".mw-find__status")).not_to_be_empty()
    page.wait_for_selector(".mw-find__filters:visible")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelector('#mw-find').scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", ["foreign", "filtered", "failed"])
def test_nor_have_its_rarer_states(
    open_page: Open, violations: Callable[[Page], list[str]], site: Path, scheme: str, state: str
) -> None:
    page = open_page("/en/", width=390, scheme=scheme)
    match state:
        case "foreign":
            search(page, only_dutch(site))
            page.wait_for_selector(".mw-find__results .mw-language-mark")
        case "filtered":
            search(page, "port 25")
            page.select_option("#mw-find select[name=product]", label="Postfix")
            results(page)
        case "failed":
            page.route("**/search/start.js*", lambda route: route.fulfill(status=404, body=""))
            page.keyboard.press("/")
            page.fill("#mw-find-q", "greylisting")
            expect(page.locator(".mw-find__status")).to_contain_text("could not be read")
    assert violations(page) == []
    assert page.evaluate("document.querySelector('#mw-find').scrollWidth") <= 390


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_list_from_a_to_z_has_no_accessibility_violation(
    open_page: Open, violations: Callable[[Page], list[str]], lang: str, width: int
) -> None:
    assert violations(open_page(f"/{lang}/find/", width=width)) == []
