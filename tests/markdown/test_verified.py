"""The badge says what ran, where and when, and nothing once the text changed."""

from __future__ import annotations

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


def test_a_badge_names_the_date_the_releases_and_the_versions_newest_first() -> None:
    badge = _badge(TEXT, "en")
    assert badge.kind == "verified"
    assert badge.text.endswith("on Debian 13 (Postfix 3.10.13); Debian 12 (Postfix 3.7.11)")
    assert _badge(TEXT, "nl").text.startswith("Uitgevoerd op 24 november 2026")


def test_an_edited_snippet_loses_its_badge() -> None:
    assert _badge(TEXT + " ", "en").kind == "verified"
    assert _badge(TEXT + " x", "en") == badges.Badge("unverified", "Not verified since it changed")


def test_a_snippet_that_never_ran_is_not_said_to_have_changed() -> None:
    assert _badge(TEXT, "en", "y").text == "Not yet verified"
