"""The box for a MERCURY.INI: what the command says, at once, by keyboard too, and nothing is sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from typer.testing import CliRunner

from mailwijzer.cli import app
from support import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.site]

Open = Callable[..., Page]
GOLDEN = ROOT / "tests" / "golden" / "mercury"


def said(path: Path, lang: str) -> list[str]:
    """What the command says of a file, as the box shows it: level, place, fault."""
    told = CliRunner().invoke(app, ["mercury", "lint", "--format", "json", "--lang", lang, str(path)])
    return [row["what"] for row in json.loads(told.output)]


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_a_file_that_is_opened_is_judged_as_by_the_command_and_nothing_is_sent(
    open_page: Open, lang: str
) -> None:
    page = open_page(f"/{lang}/mercury/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    # An empty box says that it waits, where the command says that all is missing.
    for path in sorted(path for path in GOLDEN.glob("*.ini") if path.stat().st_size):
        page.locator("#mw-lint-file").set_input_files(path)
        expect(page.locator("#mw-lint-text")).to_have_value(path.read_text("utf-8"))
        shown = page.locator(".mw-lint__what").all_text_contents()
        wanted = said(path, lang)
        assert len(shown) == len(wanted)
        assert all(row.endswith(what) for row, what in zip(shown, wanted, strict=True)), path.name
    # The browser fetches the site's own icon when it pleases.
    assert [url for url in asked if not url.endswith("/favicon.svg")] == []


def test_the_exercise_can_be_put_in_and_a_finding_leads_to_its_line(open_page: Open) -> None:
    page = open_page("/en/mercury/")
    page.get_by_role("button", name="Try Wim's file").click()
    expect(page.locator(".mw-lint [role=status]")).to_contain_text("Errors: 6. Warnings: 1. Notes: 0.")
    page.get_by_role("button", name="line 27").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#mw-lint-text")).to_be_focused()
    chosen = "(e => e.value.slice(e.selectionStart, e.selectionEnd))(document.activeElement)"
    assert page.evaluate(chosen) == "SMTP_Password:   Fagot#Hobo"


def test_what_is_typed_is_judged_and_emptied_again(open_page: Open) -> None:
    page = open_page("/nl/mercury/")
    status = page.locator(".mw-lint [role=status]")
    page.get_by_label("Jouw MERCURY.INI").fill("[MercuryS]\nRelay : 1")
    expect(status).to_contain_text("Fouten:")
    page.get_by_role("button", name="Maak het vak leeg").click()
    expect(status).to_contain_text("Plak de tekst")
    expect(page.locator(".mw-lint__findings li")).to_have_count(0)


@pytest.mark.parametrize(
    ("content", "answer"),
    [(b"MZ\x90\x00\x03", "no plain text"), (b"a : b\n" * 100_000, "larger than 256 kB")],
    ids=["binary", "large"],
)
def test_a_file_that_is_none_is_told_and_not_read(open_page: Open, content: bytes, answer: str) -> None:
    page = open_page("/en/mercury/")
    page.get_by_role("button", name="Try Wim's file").click()
    file = {"name": "mercury.exe", "mimeType": "application/octet-stream", "buffer": content}
    page.locator("#mw-lint-file").set_input_files(file)  # type: ignore[arg-type]
    expect(page.locator(".mw-lint [role=status]")).to_contain_text(answer)
    expect(page.locator(".mw-lint__findings")).to_be_hidden()
    expect(page.locator("#mw-lint-text")).to_have_value("")


def test_a_file_in_the_characters_of_windows_is_read(open_page: Open) -> None:
    page = open_page("/en/mercury/")
    content = "[General]\r\nmyname: café.thuis.test\r\n".encode("cp1252")
    file = {"name": "MERCURY.INI", "mimeType": "", "buffer": content}
    page.locator("#mw-lint-file").set_input_files(file)  # type: ignore[arg-type]
    expect(page.locator(".mw-lint__findings")).to_contain_text(
        "myname 'café.thuis.test' is no full host name"
    )


def test_text_of_a_reader_never_becomes_markup(open_page: Open) -> None:
    page = open_page("/en/mercury/")
    page.get_by_label("Your MERCURY.INI").fill("[General]\nmyname: <img src=x onerror=document.title='hit'>")
    expect(page.locator(".mw-lint__findings")).to_contain_text("<img src=x")
    assert page.locator(".mw-lint img").count() == 0


def test_the_box_works_in_a_folder_without_any_server(browser: Browser, site: Path) -> None:
    page = browser.new_page()
    try:
        page.goto((site / "en" / "mercury" / "index.html").as_uri())
        page.get_by_role("button", name="Try Wim's file").click()
        expect(page.locator(".mw-lint__findings li")).to_have_count(7)
    finally:
        page.close()


def test_without_script_the_page_names_the_command(open_page: Open) -> None:
    page = open_page("/en/mercury/", javascript=False)
    expect(page.locator(".mw-lint")).to_contain_text("mailwijzer mercury lint MERCURY.INI")
    assert page.locator(".mw-lint textarea").count() == 0


def test_the_script_is_loaded_on_this_page_only(site: Path) -> None:
    having = [path for path in site.glob("*/*/index.html") if "mercury-box.js" in path.read_text("utf-8")]
    assert sorted(path.relative_to(site).as_posix() for path in having) == [
        "en/mercury/index.html",
        "nl/mercury/index.html",
    ]


@pytest.mark.parametrize("state", ["empty", "found", "clean", "wrong"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_box_has_no_accessibility_violation_in_any_state(
    open_page: Open, violations: Callable[[Page], list[str]], width: int, scheme: str, state: str
) -> None:
    page = open_page("/nl/mercury/", width=width, scheme=scheme)
    if state == "wrong":
        file = {"name": "x", "mimeType": "", "buffer": b"\x00"}
        page.locator("#mw-lint-file").set_input_files(file)  # type: ignore[arg-type]
        expect(page.locator(".mw-lint__status--wrong")).to_be_visible()
    elif state != "empty":
        name = "relay.ini" if state == "found" else "good.ini"
        page.locator("#mw-lint-file").set_input_files(GOLDEN / name)
        expect(page.locator(".mw-lint [role=status]")).to_contain_text("83 regels")
        for why in page.locator(".mw-lint__why summary").all():
            why.click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
