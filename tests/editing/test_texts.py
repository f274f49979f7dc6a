from __future__ import annotations

import datetime as dt

import pytest

from mailwijzer.editing import texts
from mailwijzer.errors import ProblemsError
from mailwijzer.qa.submission import Draft, DraftText

DRAFT = Draft(
    slug="why",
    topics=("smtp", "dns"),
    chapters=("smtp-session",),
    asked=dt.date(2026, 11, 20),
    asked_by="Ann",
    source_url="https://example.org/1",
    source_title="A thread",
    applies_to={"postfix": ">=3.7", "debian": ("12", "13")},
    texts={
        "en": DraftText("Why?", "How\n\n---\n\n{{ x }}", "Because.", ("What?",)),
        "nl": DraftText("Waarom?", "Hoe", "Daarom."),
    },
)


def test_a_draft_survives_its_files() -> None:
    assert texts.read(42, Draft(), texts.write(42, DRAFT)) == DRAFT


def test_an_unfinished_draft_survives_its_files_too() -> None:
    draft = Draft(slug="why", texts={"en": DraftText(title="Why?"), "nl": DraftText()})
    assert texts.read(42, Draft(), texts.write(42, draft)) == draft


def test_a_language_without_a_file_stays_as_it_was() -> None:
    english = {name: text for name, text in texts.write(42, DRAFT).items() if ".en." in name}
    assert texts.read(42, DRAFT, english) == DRAFT


def test_a_file_may_have_any_name() -> None:
    (_, text), _ = texts.write(42, DRAFT).items()
    made = texts.read(42, Draft(slug="kept"), {"/some/draft.md": text})
    assert (made.slug, made.texts["en"]) == ("kept", DRAFT.texts["en"])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("id: 42", "id: 43", "'id' is 43"),
        ("lang: en", "lang: fr", "'lang' is 'fr'"),
        ("asked: 2026-11-20", "asked: yesterday", "'yesterday' is not a date"),
        ("title: Why?", "titel: Why?", "unknown field 'titel'"),
        ("title: Why?", "title: !!python/none x", "not allowed"),
        ("asked_by: Ann", "asked_by: Bob", "'asked_by' differs"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_line(old: str, new: str, told: str) -> None:
    files = {
        name: text.replace(old, new) if ".en." in name else text
        for name, text in texts.write(42, DRAFT).items()
    }
    with pytest.raises(ProblemsError, match=rf"md:\d+: .*{told}"):
        texts.read(42, DRAFT, files)
