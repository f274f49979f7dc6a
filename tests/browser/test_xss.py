"""Hostile texts in every field, looked at on every page, in a real browser. All: bench/xss.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from browser.firing import HOOK, LOOK, Attacked, attacked, look
from browser.payloads import payloads

pytestmark = [pytest.mark.browser, pytest.mark.site]

SOME = 150
"""Every so many of the payloads: `make test` has no ten minutes for this."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, site: object) -> Iterator[Attacked]:
    assert site is not None
    with attacked(tmp_path_factory.mktemp("hostile"), payloads()[::SOME]) as running:
        yield running


@pytest.mark.parametrize("policy", [False, True], ids=["escaping-alone", "with-policy"])
def test_no_text_of_a_reader_runs_on_any_page(browser: Browser, hostile: Attacked, policy: bool) -> None:
    found = look(browser, hostile, policy=policy, every=4 if policy else 1)
    assert found.fired == []
    assert found.pages > found.payloads


def test_there_are_five_hundred_and_more_that_fit_in_every_field() -> None:
    assert len([text for text in payloads() if len(text) <= 80]) >= 500


def test_what_gets_through_is_seen(browser: Browser) -> None:
    """The judge itself: of the plain vectors, put into a page as they are, none is missed."""
    context = browser.new_context()
    context.add_init_script(HOOK)
    page = context.new_page()
    missed = []
    for text in payloads()[36:90]:
        if text.startswith("<") and "<" in text[:2]:
            page.goto("about:blank")
            page.set_content(f"<!doctype html><body>{text}</body>")
            if not page.evaluate(LOOK):
                missed.append(text)
    context.close()
    assert missed == []
