from __future__ import annotations

from mailwijzer.reference.outline import Section, read

CHAPTER = """\
---
title: Ignored
---

# The session { #start }

Two [programs](https://example.org/RFC-1.html), `RFC 2` and <b title="RFC 3">one</b>.

## `~all` or `-all`? {#spf-all}

```{.console id="x"}
# not a heading
## RFC 4 {#nor-this}
```

    ~~~
    ### nor this
    ~~~

!!! note
    In a note.

### Deeper {: #deeper .wide }
Text.
#### Too deep {#too-deep}
More.
## Nameless
"""


def test_an_outline_has_the_headings_with_their_anchors_and_no_line_of_a_fence() -> None:
    outline = read("session", CHAPTER)
    assert outline.title == "The session"
    assert [(s.level, s.title, s.anchor) for s in outline.sections] == [
        (1, "The session", ""),
        (2, "`~all` or `-all`?", "spf-all"),
        (3, "Deeper", "deeper"),
        (2, "Nameless", ""),
    ]
    assert "RFC 4" not in outline.sections[1].text
    assert "In a note." in outline.sections[1].text
    assert "Too deep" in outline.sections[2].text


def test_the_words_of_a_section_are_what_a_reader_reads() -> None:
    words = read("session", CHAPTER).sections[0].words
    assert "programs" in words
    assert not [number for number in "123" if f"RFC-{number}" in words or f"RFC {number}" in words]


def test_a_place_is_linked_by_its_file_and_a_chapters_opening_without_an_anchor() -> None:
    outline = read("session", CHAPTER)
    assert [outline.link(section) for section in outline.sections[:2]] == ["session.md", "session.md#spf-all"]


def test_a_page_without_a_title_is_called_by_its_file() -> None:
    assert read("plain", "text\n").sections == (Section(1, "", "", "text\n"),)
    assert read("plain", "text\n").title == "plain"
