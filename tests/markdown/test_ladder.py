"""Ladders by golden cases: tests/golden/ladder/CASE.yml holds `input` and `svg` + `words`, or `errors`."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml

from mailwijzer.locales import locale
from mailwijzer.markdown import ladder, ladder_html, ladder_svg

GOLDEN = Path(__file__).parents[1] / "golden" / "ladder"
CASES = sorted(GOLDEN.glob("*.yml"))


def draw(text: str) -> str:
    drawing, faults = ladder.parse(text)
    assert not faults
    return ladder_svg.draw(drawing, "case", "A title", "A description")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_golden_case(path: Path) -> None:
    case = yaml.safe_load(path.read_text("utf-8"))
    drawing, faults = ladder.parse(case["input"])
    told = [f"{fault.line}: {fault.what}; {fault.todo}" for fault in faults]
    assert told == case.get("errors", [])
    if not faults:
        drawn = ladder_svg.draw(drawing, "case", "A title", "A description")
        assert drawn.replace("><", ">\n<").split("\n") == case["svg"].rstrip("\n").split("\n")
        words = ladder_html.words(drawing, locale("en"))
        assert words.replace("><", ">\n<").split("\n") == case["words"].rstrip("\n").split("\n")


def test_there_are_golden_cases_of_both_kinds() -> None:
    kinds = {"errors" in yaml.safe_load(path.read_text("utf-8")) for path in CASES}
    assert kinds == {True, False}


def test_the_drawing_is_well_formed_and_names_itself() -> None:
    svg = draw('A = <one> & co\nB = two\nA -> B : <hello> & "bye"\n  | a < b\nnote A, B : x > y\n')
    root = ET.fromstring(svg)
    title, desc = root.find("title"), root.find("desc")
    assert title is not None
    assert desc is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert root.get("role") == "img"


def test_no_text_leaves_the_sheet() -> None:
    long = "word " * 40 + "w" * 90
    svg = draw(
        f"A = one\nB = two\nA -> B : {long}\n  | {long}\nnote A : {long}\ngroup {long}\nB --> A : x\nend\n"
    )
    width = float(ET.fromstring(svg).get("viewBox", "").split()[2])
    for text in ET.fromstring(svg).iter("text"):
        if text.get("class") != "mw-gloss" and text.get("text-anchor") is None and len(text.text or "") > 2:
            assert float(text.get("x", "0")) + len(text.text or "") * 8.43 <= width


def test_text_of_two_participants_stays_readable_on_a_telephone() -> None:
    svg = draw("A = one\nB = two\nA -> B : x\n")
    width = float(ET.fromstring(svg).get("viewBox", "").split()[2])
    # A screen of 390 pixels leaves at least 350 for the drawing.
    assert ladder_svg.SIZE * 350 / width >= 12


def test_steps_have_the_same_numbers_in_the_drawing_and_in_words() -> None:
    text = "A = one\nB = two\nA -> B : 1\ngroup g\nB -> A : 2\nnote A : n\nA -> B : 3\nend\nB -> A : 4\n"
    drawing, _ = ladder.parse(text)
    words = ladder_html.words(drawing, locale("en"))
    for number, arrow in enumerate(ladder.arrows(drawing.items), 1):
        assert arrow.lines == (str(number),)
    assert [f'start="{n}"' in words for n in (2, 3, 4)] == [True, True, True]


def test_every_locale_can_tell_a_ladder_in_words() -> None:
    drawing, _ = ladder.parse("A = een\nB = twee\nA -> B : hallo\n")
    assert "een aan twee" in ladder_html.words(drawing, locale("nl"))
