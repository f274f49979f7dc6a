"""The minutes that stand above a chapter."""

from __future__ import annotations

from mailwijzer.publishing.readingtime import minutes


def test_prose_counts_in_full_and_a_page_takes_at_least_a_minute() -> None:
    assert minutes("<p>" + "word " * 1000 + "</p>") == 5
    assert minutes("<p>short</p>") == 1


def test_a_table_is_looked_through() -> None:
    table = "<table class='x'><tr><td>" + "cell " * 1600 + "</td></tr></table>"
    assert minutes(table) == 2
    assert minutes("<p>" + "word " * 600 + "</p>" + table) == 5


def test_code_and_drawings_are_not_read_word_by_word() -> None:
    prose = "<p>" + "word " * 400 + "</p>"
    others = "<pre>" + "log " * 5000 + "</pre><svg><text>" + "tag " * 5000 + "</text></svg>"
    assert minutes(prose + others) == 2


def test_a_list_of_error_lines_is_looked_through() -> None:
    assert minutes("<dl class='mw-errors'><dt>x</dt><dd>" + "cell " * 1599 + "</dd></dl>") == 2
