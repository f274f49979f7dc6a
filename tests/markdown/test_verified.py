"""The badge says what ran, where and when, and nothing once the text changed."""

from __future__ import annotations

import pytest

from mailwijzer.locales import locale
from mailwijzer.markdown import badges
from mailwijzer.snippets.model import Snippet, digest
from mailwijzer.snippets.report import Verified
from mailwijzer.source import SourceLocation

TEXT = "$ postconf mail_version"


def _row(release: str, version: str) -> Verified:
    return Verified("page", "x", digest(TEXT), release, "2026-11-24", {"Postfix": version})


ROWS = (_row("12", "3.7.11"), _row("13", "3.10.13"))


def _badge(text: str, lang: str, ident: str = "x") -> badges.Badge:
    snippet = Snippet("console", ident, text, SourceLocation("page.md", 1))
    return badges.badge(snippet, locale(lang), [badges.verified(ROWS)])


def test_a_badge_names_the_date_and_the_releases_and_unfolds_to_the_versions_newest_first() -> None:
    badge = _badge(TEXT, "en")
    assert badge.kind == "verified"
    assert badge.text == "Run on 24 November 2026 on Debian 13 and 12"
    assert badge.rows == (
        "Debian 13, 24 November 2026: Postfix 3.10.13",
        "Debian 12, 24 November 2026: Postfix 3.7.11",
    )
    assert _badge(TEXT, "nl").text == "Uitgevoerd op 24 november 2026 op Debian 13 en 12"
    assert badges.render(badge) == (
        '<details class="mw-badge mw-badge--verified"><summary>Run on 24 November 2026 on Debian 13 and 12'
        "</summary><ul><li>Debian 13, 24 November 2026: Postfix 3.10.13</li>"
        "<li>Debian 12, 24 November 2026: Postfix 3.7.11</li></ul></details>"
    )


REASONS = {"norun": "Not run: soon", "skip": "Not run for now: soon"}


@pytest.mark.parametrize("option", REASONS)
def test_a_fence_that_is_not_run_says_why_in_its_badge(option: str) -> None:
    snippet = Snippet("console", "x", TEXT, SourceLocation("page.md", 1), {option: "soon"})
    badge = badges.badge(snippet, locale("en"), [badges.verified(ROWS)])
    assert badge == badges.Badge("norun", REASONS[option])


def test_a_fence_that_must_fail_says_so_beside_when_it_did() -> None:
    snippet = Snippet("console", "x", TEXT, SourceLocation("page.md", 1), {"xfail": "a typing error"})
    badge = badges.badge(snippet, locale("nl"), [badges.verified(ROWS)])
    assert badge.text.endswith("op Debian 13 en 12. Het mislukt, en dat hoort zo: a typing error")


def test_what_a_stand_in_answered_is_never_called_run_without_saying_so() -> None:
    snippet = Snippet("console", "x", TEXT, SourceLocation("page.md", 1), {"simulated": "ours answers"})
    badge = badges.badge(snippet, locale("en"), [badges.verified(ROWS)])
    assert badge.kind == "simulated"
    assert badge.text == "Simulated: ours answers. Run on 24 November 2026 on Debian 13 and 12"
    assert badges.badge(snippet, locale("nl"), [badges.verified(ROWS)]).text.startswith("Nagebootst: ours")
    assert badges.badge(snippet, locale("en"), []).kind == "unverified"


def test_an_edited_snippet_loses_its_badge() -> None:
    assert _badge(TEXT + " ", "en").kind == "verified"
    assert _badge(TEXT + " x", "en") == badges.Badge("unverified", "Not verified since it changed")


def test_a_snippet_that_never_ran_is_not_said_to_have_changed() -> None:
    assert _badge(TEXT, "en", "y").text == "Not yet verified"
