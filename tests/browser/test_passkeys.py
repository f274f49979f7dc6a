"""Passkeys with Chromium's own authenticator: invited, in, out, in again; refused; removed."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from browser.running import Service, running
from support import real_site

pytestmark = [pytest.mark.browser, pytest.mark.site]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service, exposed under the one name that browsers trust without TLS."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    origin = f"http://localhost:{port}"
    with running(real_site(tmp_path_factory.mktemp("keys")), port, MAILWIJZER_DESK_ORIGIN=origin) as found:
        yield Service(found.project, origin, found.desk_link)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(reduced_motion="reduce")
    yield context
    context.close()


def desk(service: Service, *arguments: str) -> str:
    command = [
        sys.executable,
        "-m",
        "mailwijzer.cli",
        "--root",
        str(service.project.root),
        "desk",
        *arguments,
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout


def invitation(service: Service, lang: str = "en", name: str = "Bea") -> str:
    printed = desk(service, "invite", "--name", name, "--lang", lang, "--origin", service.origin)
    found = re.search(r"http://\S+/desk/invite/\S+", printed)
    assert found, printed
    return found[0]


def device(page: Page, *, verified: bool = True) -> tuple[CDPSession, str]:
    """A telephone or key of this page's user."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    options |= {"hasUserVerification": True, "isUserVerified": verified}
    made: dict[str, Any] = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return cdp, made["authenticatorId"]


@pytest.mark.parametrize(
    ("lang", "make", "enter", "out"),
    [
        ("en", "Make a passkey", "Enter with a passkey", "Log out"),
        ("nl", "Maak een passkey", "Kom binnen met een passkey", "Meld je af"),
    ],
)
def test_an_editor_is_invited_enters_leaves_and_comes_back(
    context: BrowserContext, service: Service, lang: str, make: str, enter: str, out: str
) -> None:
    page = context.new_page()
    cdp, authenticator = device(page)
    page.goto(invitation(service, lang))
    page.get_by_role("button", name=make).click()
    page.wait_for_url(f"{service.origin}/{lang}/desk/")
    kept = cdp.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    assert [(one["rpId"], one["isResidentCredential"]) for one in kept] == [("localhost", True)]
    page.get_by_role("button", name=out).click()
    page.goto(f"{service.origin}/{lang}/desk/")
    expect(page.locator(".mw-desk")).to_have_count(0)
    page.get_by_role("button", name=enter).click()
    page.wait_for_url(f"{service.origin}/{lang}/desk/")
    expect(page.locator(".mw-desk")).to_have_count(1)
    page.goto(f"{service.origin}/{lang}/desk/passkeys/")
    expect(page.locator(".mw-desk-table")).to_contain_text("Bea")


def test_a_device_that_does_not_verify_its_user_gets_nobody_in(
    context: BrowserContext, service: Service
) -> None:
    page = context.new_page()
    cdp, authenticator = device(page)
    page.goto(invitation(service))
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url(f"{service.origin}/en/desk/")
    context.clear_cookies()
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.goto(f"{service.origin}/en/desk/")
    page.get_by_role("button", name="Enter with a passkey").click()
    failed = page.get_by_role("alert")
    expect(failed).to_have_text("That did not work, and nothing was changed. Try again.")
    expect(page.locator("[data-mw-passkey-failed]")).to_be_focused()
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": True})
    page.get_by_role("button", name="Enter with a passkey").click()
    page.wait_for_url(f"{service.origin}/en/desk/")
    expect(page.locator(".mw-desk")).to_have_count(1)


def test_a_copied_key_is_refused_by_its_count(context: BrowserContext, service: Service) -> None:
    page = context.new_page()
    cdp, authenticator = device(page)
    page.goto(invitation(service))
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url(f"{service.origin}/en/desk/")
    [credential] = cdp.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    context.clear_cookies()
    page.goto(f"{service.origin}/en/desk/")
    page.get_by_role("button", name="Enter with a passkey").click()
    page.wait_for_load_state()
    expect(page.locator(".mw-desk")).to_have_count(1)
    cdp.send("WebAuthn.clearCredentials", {"authenticatorId": authenticator})
    copied = {**credential, "signCount": 0}
    cdp.send("WebAuthn.addCredential", {"authenticatorId": authenticator, "credential": copied})
    context.clear_cookies()
    page.goto(f"{service.origin}/en/desk/")
    page.get_by_role("button", name="Enter with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("That did not work")


def test_a_removed_passkey_ends_its_session_at_once(context: BrowserContext, service: Service) -> None:
    page = context.new_page()
    device(page)
    page.goto(invitation(service, name="Mallory"))
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url(f"{service.origin}/en/desk/")
    listed = re.search(r"(\S+)\s+Mallory", desk(service, "passkeys"))
    assert listed
    desk(service, "remove", listed[1], "--yes")
    page.reload()
    expect(page.locator(".mw-desk")).to_have_count(0)
    page.get_by_role("button", name="Enter with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("That did not work")


def test_without_script_the_door_says_how_else(browser: Browser, service: Service) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{service.origin}/en/desk/")
    expect(page.locator("main")).to_contain_text("enter on the machine itself")
    expect(page.get_by_role("button", name="Enter with a passkey")).to_be_hidden()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_door_invitation_and_list_have_no_accessibility_violation(
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
    device(page)
    found = []

    def judge(name: str) -> None:
        found.extend(f"{name}: {line}" for line in violations(page))
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name

    page.goto(f"{service.origin}/{lang}/desk/")
    judge("door")
    page.goto(f"{service.origin}/{lang}/desk/invite/none/")
    judge("no invitation")
    page.goto(invitation(service, lang))
    judge("invitation")
    page.locator("[data-mw-passkey]").click()
    page.wait_for_url(f"{service.origin}/{lang}/desk/")
    page.goto(f"{service.origin}/{lang}/desk/passkeys/")
    judge("list")
    context.close()
    assert found == []


def test_door_invitation_and_list_are_valid_html(
    context: BrowserContext, service: Service, html_errors: Callable[[list[Any]], list[str]], tmp_path: Any
) -> None:
    page = context.new_page()
    device(page)
    link = invitation(service)
    pages = [context.request.get(address).body() for address in (f"{service.origin}/nl/desk/", link)]
    page.goto(link)
    page.locator("[data-mw-passkey]").click()
    page.wait_for_url(f"{service.origin}/en/desk/")
    pages += [context.request.get(f"{service.origin}/en/desk/{path}").body() for path in ("", "passkeys/")]
    files = []
    for index, body in enumerate(pages):
        files.append(tmp_path / f"{index}.html")
        files[-1].write_bytes(body)
    assert [line for line in html_errors(files) if ": info: " not in line] == []
