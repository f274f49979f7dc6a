"""The main job, in a real browser: a reader asks, an editor answers, and the answer is a page of the site."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from browser.running import Service, running
from mailwijzer.inbox import consenting
from mailwijzer.inbox.store import Inbox
from support import ROOT, real_site

pytestmark = [pytest.mark.browser, pytest.mark.site]

ANSWER = """Wait an hour, see [the chapter](../docs/en/smtp-session.md#greylisting).

```{.console norun="the queue is the reader's own"}
$ postqueue -p
```
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    project = real_site(tmp_path_factory.mktemp("way"))
    for path in (ROOT / "qa").glob("*.md"):
        shutil.copy(path, project.qa)
    with running(project) as service:
        yield service


@pytest.fixture(scope="module")
def editor(browser: Browser, service: Service) -> Iterator[BrowserContext]:
    """A browser that opened the desk's link. Without script: with it is the easier case."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(service.desk_link)
    expect(page).to_have_url(f"{service.origin}/en/desk/")
    yield context
    context.close()


def ask(page: Page, service: Service, title: str, text: str, lang: str = "en") -> int:
    """Fill in the form as a reader does, and return the number the reader is told."""
    page.goto(f"{service.origin}/{lang}/ask/?chapter=smtp-session")
    page.fill("#title", title)
    page.fill("#text", text)
    page.click("form.mw-form button[type=submit]")
    expect(page).to_have_url(re.compile(rf"/{lang}/ask/received/\d+/$"))
    page.wait_for_load_state()  # the address changes before the page has come
    return int(page.url.split("/")[-2])


def asked_for_consent(service: Service, name: str) -> str:
    """What stands in the links of a mail that asks for consent."""
    with closing(Inbox.open(f"sqlite:///{service.project.root}/inbox/inbox.sqlite3")) as inbox:
        digest = consenting.digest(f"{name}@thuis.test")
        with inbox.transaction(writing=True) as connection:
            consenting.begin(connection, digest, inbox.moment())
            return consenting.token(connection, digest)


def file_as_real(page: Page, service: Service, number: int) -> None:
    """A question sent faster than a person types lies in the spam view; the editor takes it out."""
    page.goto(f"{service.origin}/en/desk/{number}/")
    if page.locator("button[value=ham]").count():
        page.click("button[value=ham]")


def test_a_question_goes_from_the_form_to_its_page_without_javascript(
    browser: Browser, service: Service, editor: BrowserContext
) -> None:
    reader = browser.new_context(java_script_enabled=False).new_page()
    number = ask(reader, service, "Why does it say 450?", "My log says 450 4.2.0.\n\n<script>x</script>")
    expect(reader.locator("main")).to_contain_text(str(number))

    desk = editor.new_page()
    file_as_real(desk, service, number)
    expect(desk.locator("main")).to_contain_text("<script>x</script>")
    desk.goto(f"{service.origin}/en/desk/{number}/answer/")
    desk.check("input[name=topics][value=greylisting]")
    desk.check("input[name=chapters][value=smtp-session]")
    desk.fill("#slug", "why-450")
    desk.fill("#answer-en", ANSWER)
    desk.click("button[value=preview-en]")
    expect(desk.locator("main")).to_contain_text("Wait an hour")
    desk.goto(f"{service.origin}/en/desk/{number}/answer/")
    desk.click("button[value=publish]")
    expect(desk.locator("main")).to_contain_text(re.compile(r"\d+ milliseconds"))

    url = f"{service.origin}/en/qa/{number:04d}-why-450/"
    reader.goto(url)
    expect(reader.locator("h1")).to_have_text("Why does it say 450?")
    reader.get_by_role("link", name="the chapter", exact=True).click()
    expect(reader).to_have_url(f"{service.origin}/en/smtp-session/#greylisting")
    expect(reader.locator(".mw-asked")).to_contain_text("Why does it say 450?")
    reader.goto(f"{service.origin}/nl/qa/")
    expect(reader.locator("main")).to_contain_text("Alleen in het Engels")
    feed = json.loads(reader.request.get(f"{service.origin}/en/qa/feed.json").text())
    assert url.split("/en/")[1] in [item["url"].split("/en/")[1] for item in feed["items"]]
    assert (service.project.qa / f"{number:04d}-why-450.en.md").is_file()


def test_a_wrong_form_comes_back_with_the_text_and_a_summary_that_leads_to_the_fields(
    browser: Browser, service: Service, violations: Callable[[Page], list[str]]
) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{service.origin}/nl/ask/")
    page.fill("#text", "Een tekst die blijft staan.")
    page.click("form.mw-form button[type=submit]")
    expect(page.locator(".mw-error-summary")).to_be_focused()
    assert page.input_value("#text") == "Een tekst die blijft staan."
    page.click(".mw-error-summary a[href='#title']")
    expect(page.locator("#title")).to_be_focused()
    assert violations(page) == []


def test_a_question_sent_twice_is_one_question(browser: Browser, service: Service) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    first = ask(page, service, "Twice?", "The connection broke, and the browser sent it again.")
    again = page.request.post(
        sent[0].url, data=sent[0].post_data_buffer, headers={"content-type": sent[0].headers["content-type"]}
    )
    assert again.url.endswith(f"/received/{first}/")


def test_the_form_works_by_keyboard_alone(browser: Browser, service: Service) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{service.origin}/en/ask/")
    page.focus("#title")
    page.keyboard.type("By keyboard?")
    page.keyboard.press("Tab")
    page.keyboard.type("Every field follows.")
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "submit"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/received/\d+/$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_form_receipt_and_desk_have_no_accessibility_violation(
    browser: Browser,
    service: Service,
    editor: BrowserContext,
    violations: Callable[[Page], list[str]],
    lang: str,
    width: int,
    scheme: str,
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        color_scheme=scheme,
        reduced_motion="reduce",  # type: ignore[arg-type]
    )
    page = context.new_page()
    number = ask(page, service, f"Axe {lang} {width} {scheme}?", "Some words.\n```\nlog\n```", lang)
    found = [f"receipt: {line}" for line in violations(page)]
    context.add_cookies(editor.cookies())  # type: ignore[arg-type]
    token = asked_for_consent(service, f"{lang}{width}{scheme}")
    paths = {
        "confirm": f"mail/confirm/{token}/",
        "stop": f"mail/stop/{token}/",
        "no token": "mail/stop/none/",
        "outbox": "desk/outbox/",
        "form": "ask/",
        "queue": "desk/?status=all",
        "submission": f"desk/{number}/",
        "editor": f"desk/{number}/answer/",
        "published": "desk/1/published/?took=12",
        "unknown": "desk/999999/",
    }
    for name, path in paths.items():
        page.goto(f"{service.origin}/{lang}/{path}")
        found += [f"{name}: {line}" for line in violations(page)]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    context.close()
    assert found == []


def test_what_the_service_makes_is_valid_html(
    browser: Browser,
    service: Service,
    editor: BrowserContext,
    html_errors: Callable[[list[Path]], list[str]],
    tmp_path: Path,
) -> None:
    reader = browser.new_context(java_script_enabled=False).new_page()
    number = ask(reader, service, "Valid?", "Yes.")
    token = asked_for_consent(service, "valid")
    made = [
        f"nl/mail/confirm/{token}/",
        "en/mail/stop/none/",
        "en/desk/outbox/",
        "en/ask/",
        f"nl/ask/received/{number}/",
        "en/desk/",
        f"en/desk/{number}/",
    ]
    made += [f"nl/desk/{number}/answer/", "en/desk/8/published/", "nl/nowhere/"]
    files = []
    for index, path in enumerate(made):
        file = tmp_path / f"{index}.html"
        file.write_bytes(editor.request.get(f"{service.origin}/{path}").body())
        files.append(file)
    assert [line for line in html_errors(files) if ": info: " not in line] == []


def test_readers_get_no_cookie_and_the_desk_is_closed_without_its_link(
    browser: Browser, service: Service
) -> None:
    context = browser.new_context()
    page = context.new_page()
    ask(page, service, "Cookies?", "None, I hope.")
    assert context.cookies() == []
    answer = page.request.get(f"{service.origin}/en/desk/")
    assert answer.status == 403
    assert page.request.get(service.desk_link).status == 403, "the link works once"
