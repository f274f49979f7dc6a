from __future__ import annotations

import pytest
from markupsafe import Markup

from mailwijzer import shell
from mailwijzer.errors import MailwijzerError
from mailwijzer.pages import Page
from support import SHELL

PAGE = Page("qa/0001-x/", 'A "title" & <more>', "About", Markup("<h1>Hi</h1>"), {"nl": "qa/0001-x/"})


def cut() -> shell.Shell:
    return shell.cut(SHELL.format(lang="en"), "shell/", "en", "https://site.test/en/")


def test_relative_addresses_hold_at_any_depth() -> None:
    filled = cut().fill(PAGE)
    assert 'href="../../assets/site.css"' in filled
    assert 'href="../../"' in filled
    assert 'href="../../qa/"' in filled


def test_the_service_can_give_an_absolute_base() -> None:
    assert 'href="/en/assets/site.css"' in cut().fill(PAGE, base="/en/")


def test_titles_are_escaped_and_a_slots_name_in_a_page_stays_text() -> None:
    page = Page("qa/x/", "@@CONTENT@@ <b>", "d", Markup("<p>@@TITLE@@</p>"))
    filled = cut().fill(page)
    assert "<title>@@CONTENT@@ &lt;b&gt; - Test</title>" in filled
    assert "<p>@@TITLE@@</p>" in filled


def test_a_twin_gets_reciprocal_absolute_hreflang_and_a_plain_link() -> None:
    filled = cut().fill(PAGE)
    assert '<link rel="canonical" href="https://site.test/en/qa/0001-x/">' in filled
    assert 'hreflang="nl" href="https://site.test/nl/qa/0001-x/"' in filled
    assert 'href="../../../nl/qa/0001-x/"' in filled


def test_a_page_without_twin_has_no_hreflang_and_leads_to_the_other_languages_root() -> None:
    filled = cut().fill(Page("qa/x/", "t", "d", Markup("")))
    assert 'rel="alternate"' not in filled
    assert 'href="../../../nl/"' in filled


def test_a_shell_without_a_slot_is_refused_by_name() -> None:
    with pytest.raises(MailwijzerError, match="@@HEAD@@"):
        shell.cut(SHELL.format(lang="en").replace("@@HEAD@@", ""), "shell/", "en", "https://site.test/en/")
