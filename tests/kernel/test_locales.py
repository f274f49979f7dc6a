from __future__ import annotations

import datetime as dt
import string

import pytest

from mailwijzer import locales
from mailwijzer.errors import MailwijzerError


def test_both_languages_have_the_same_texts_with_the_same_placeholders() -> None:
    def shape(code: str) -> dict[str, set[str]]:
        parse, texts = string.Formatter().parse, locales.locale(code).strings
        return {key: {field for _, field, _, _ in parse(text) if field} for key, text in texts.items()}

    assert shape("en") == shape("nl")


def test_a_missing_text_is_an_error_that_names_its_file() -> None:
    with pytest.raises(MailwijzerError, match=r"theme/strings/nl/qa\.yml"):
        locales.locale("nl").t("qa.no-such-text")


def test_dates_are_written_out_in_the_language() -> None:
    assert locales.locale("nl").date(dt.date(2026, 3, 1)) == "1 maart 2026"


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("", "en"),
        ("nl-BE,nl;q=0.9,en;q=0.8", "nl"),
        ("fr,en;q=0.5,nl;q=0.7", "nl"),
        ("nl;q=0,en;q=0.1", "en"),
        ("de", "en"),
        ("nl;q=rubbish, en;q=0.3", "en"),
    ],
)
def test_the_readers_preferred_language_is_chosen(header: str, chosen: str) -> None:
    assert locales.negotiate(header) == chosen
