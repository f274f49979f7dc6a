"""Maps of a network: what is drawn, what is told, and that the page's map is the lab's network."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from mailwijzer.lab import story
from mailwijzer.locales import CODES, locale
from mailwijzer.markdown import network_map
from mailwijzer.markdown.extraction import extract

DOCS = Path(__file__).parents[2] / "docs"
TEXT = """a.test 192.0.2.1 2001:db8::1 : the one
  | <two> & "three"
b.test 192.0.2.2 : the other
c.test 192.0.2.3 : odd"""


def test_every_word_of_the_map_is_in_the_drawing_and_in_the_list() -> None:
    machines, faults = network_map.parse(TEXT)
    assert faults == ()
    html = network_map.render(machines, "case", "A title", "A description", locale("en"))
    drawn = [text.text for text in ET.fromstring(network_map.draw(machines, "c", "T", "D")).iter("text")]
    assert drawn == [line for machine in machines for line in machine.lines]
    assert html.count("&lt;two&gt; &amp; &quot;three&quot;") == 2


def test_the_drawing_names_itself_and_no_box_leaves_the_sheet() -> None:
    machines, _ = network_map.parse(TEXT)
    root = ET.fromstring(network_map.draw(machines, "case", "A <title>", "A & description"))
    title, desc = root.find("title"), root.find("desc")
    assert title is not None
    assert desc is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    _, _, width, height = map(float, root.get("viewBox", "").split())
    for box in root.iter("rect"):
        assert float(box.get("x", "")) + float(box.get("width", "")) <= width
        assert float(box.get("y", "")) + float(box.get("height", "")) <= height


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("a.test : none\nb.test 192.0.2.2 : x\nc.test 192.0.2.3 : y", 1, "cannot read 'a.test : none'"),
        ("| nothing before\na.test 192.0.2.1 : x\nb.test 192.0.2.2 : y", 1, "cannot read '| nothing before'"),
        ("a.test 192.0.2.1 : x\nb.test 192.0.2.2 : a text that is much too long", 2, "does not fit"),
        ("a.test 192.0.2.1 : x", 0, "fewer than two machines"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line(text: str, line: int, what: str) -> None:
    _, faults = network_map.parse(text)
    assert [fault.line for fault in faults] == [line]
    assert what in faults[0].what


@pytest.mark.parametrize("code", CODES)
def test_the_map_of_a_page_shows_the_machines_of_its_world_and_no_others(code: str) -> None:
    maps = [
        (page.stem, fence)
        for page in (DOCS / code).rglob("*.md")
        for fence in extract(page.read_text("utf-8"), page.name, ("map",))
    ]
    assert maps
    for chapter, fence in maps:
        world = story.load(DOCS / "worlds" / f"{chapter}.yml")
        drawn, faults = network_map.parse(fence.text)
        assert faults == ()
        assert {(machine.name, *machine.addresses) for machine in drawn} == {
            (plan.fqdn, *filter(None, (plan.v4, plan.v6))) for plan in world.hosts.values()
        }
