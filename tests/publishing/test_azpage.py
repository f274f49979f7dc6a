"""The list of everything from A to Z, whole and in letters."""

from __future__ import annotations

import pytest

from mailwijzer.publishing import azpage
from mailwijzer.publishing.project import Project
from mailwijzer.publishing.publish import publish
from mailwijzer.search.sections import Section
from support import put

TITLES = ["Greylisting", "\u201cGhost\u201d mail", "DKIM", "\u00c9\u00e9n", "25 and 465"]
SECTIONS = [Section(f"x/#{n}", title, ("X",), "") for n, title in enumerate(TITLES)]


def test_titles_stand_under_their_first_letter_whatever_marks_it_bears() -> None:
    assert [azpage.letter_of(title) for title in TITLES] == ["g", "g", "d", "e", "other"]


def test_few_titles_stand_on_one_page() -> None:
    page = str(azpage.page("en", SECTIONS).content)
    assert all(f'href="@@BASE@@x/#{n}"' in page for n in range(len(TITLES)))
    assert 'href="#az-g"' in page
    assert "find/g/" not in page


def test_of_many_titles_each_letter_has_its_own_page(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(azpage, "ONE_PAGE", 3)
    for number, title in enumerate(("Alpha?", "Aleph?", "Beta?", "Gamma?"), 1):
        put(project, number, title=title)
    publish(project, "en", release=True)
    site = project.site / "en"
    index = (site / "find/index.html").read_text("utf-8")
    assert 'find/a/"' in index
    assert "Alpha?" not in index
    letter = (site / "find/a/index.html").read_text("utf-8")
    assert "Alpha?" in letter
    assert "Aleph?" in letter
    assert "Beta?" not in letter
    assert 'aria-current="page">A</a>' in letter
    (project.qa / "0003-question-3.en.md").unlink()
    publish(project, "en")
    assert not (site / "find").exists() or not (site / "find/b").exists()
    assert "Beta" not in (site / "find/index.html").read_text("utf-8")
