"""The index of the book is whole: every RFC that is cited is listed, and none that is past."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailwijzer.locales import CODES
from mailwijzer.markdown import library
from mailwijzer.reference import citing
from mailwijzer.reference.model import ErrorLine, Rfc
from mailwijzer.reference.parsing import parse

DOCS = Path(__file__).parents[2] / "docs"
KINDS = ("chapters", "lines", "terms", "rfcs")


def rfcs() -> tuple[Rfc, ...]:
    found, problems = parse(Rfc, (DOCS / "rfcs.yml").read_text("utf-8"), "docs/rfcs.yml")
    assert problems == []
    return found


@pytest.mark.parametrize("lang", CODES)
def test_every_rfc_that_a_chapter_cites_is_listed_and_an_obsolete_one_only_where_it_may_be(lang: str) -> None:
    outlines = library.chapters(str(DOCS / lang), [])
    cited = citing.rfcs(outlines)
    assert len(cited) > 60  # the search for citations finds them
    assert citing.problems(cited, rfcs(), f"docs/{lang}") == []


def test_chapters_that_may_cite_an_obsolete_rfc_do_so() -> None:
    cited = citing.rfcs(library.chapters(str(DOCS / CODES[0]), []))
    pages = {number: {outline.page for outline, _ in places} for number, places in cited.items()}
    idle = [rfc.id for rfc in rfcs() if not set(rfc.earlier) <= pages.get(rfc.number, set())]
    assert idle == []


def test_the_list_of_rfcs_is_in_the_order_of_their_numbers() -> None:
    numbers = [rfc.number for rfc in rfcs()]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("lang", CODES)
def test_one_page_has_the_whole_index_and_one_all_error_lines(lang: str) -> None:
    contents = (DOCS / lang / "contents.md").read_text("utf-8")
    assert [kind for kind in KINDS if f"\n[[index {kind}]]\n" not in contents] == []
    assert "\n[[errors all]]\n" in (DOCS / lang / "error-lines.md").read_text("utf-8")


def test_there_are_as_many_error_lines_as_the_tutorial_promises() -> None:
    lines, _ = parse(ErrorLine, (DOCS / "errors.yml").read_text("utf-8"), "docs/errors.yml")
    assert len(lines) >= 120
    texts = [(line.text, line.says) for line in lines]
    assert sorted(text for text in set(texts) if texts.count(text) > 1) == []
