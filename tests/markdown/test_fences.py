"""Snippets as SuperFences shows them, given nothing but Python-Markdown."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from markdown import Markdown

from mailwijzer.errors import MailwijzerError, ProblemsError
from mailwijzer.locales import CODES, locale
from mailwijzer.markdown.extraction import extract, front_matter_lines
from mailwijzer.snippets.model import KINDS, digest

OURS = "mailwijzer.markdown.fences"
CONSOLE = """\
```{.console id="version" title="on mx"}
# postconf mail_version smtpd_forbid_bare_newline
mail_version = 3.10.13
$ echo <b>
> more
```
"""


def render(text: str, **config: str) -> str:
    extensions = ["attr_list", "admonition", "pymdownx.tabbed", "pymdownx.superfences", OURS]
    return Markdown(extensions=extensions, extension_configs={OURS: config}).convert(text)


def problems(text: str, **config: str) -> list[str]:
    with pytest.raises(ProblemsError) as raised:
        render(text, **config)
    return [str(problem) for problem in raised.value.problems]


def recordings(tmp_path: Path, text: str) -> str:
    path = tmp_path / "recordings.yml"
    path.write_text(
        "version:\n  date: 2026-11-24\n  release: Debian 13\n"
        f"  versions: {{Postfix: 3.10.13}}\n  sha256: {digest(text)}\n"
    )
    return str(path)


def body(fence: str) -> str:
    return fence.partition("\n")[2].rpartition("```")[0]


def test_commands_are_copied_without_prompt_and_output() -> None:
    html = render(CONSOLE)
    copied = 'data-copy="postconf mail_version smtpd_forbid_bare_newline&#10;echo &lt;b&gt;&#10;more"'
    assert copied in html


def test_of_a_transcript_the_clients_lines_are_copied() -> None:
    html = render("```{.transcript}\nS: 220 hi\nC: EHLO a\nC:\nC: .\n```\n")
    assert 'data-copy="EHLO a&#10;&#10;."' in html


def test_client_and_server_differ_in_text_not_in_colour_only() -> None:
    html = render("```{.transcript}\nS: 220 hi\nC: EHLO a\n```\n")
    assert '<span class="mw-out"><b class="mw-prompt">S:</b> 220 hi</span>' in html
    assert '<span class="mw-in"><b class="mw-prompt">C:</b> EHLO a</span>' in html


def test_what_may_scroll_takes_the_focus_and_has_a_name() -> None:
    assert 'tabindex="0" role="group" aria-label="Commands and their output: on mx"' in render(CONSOLE)
    assert "tabindex" not in render("```{.text}\nshort\n```\n")


def test_snippets_are_well_formed_whatever_they_hold() -> None:
    nasty = "S: <script>&\"'\nC: ]]> &amp; <!-- x\n-- note <i>\n\n"
    for kind in KINDS:
        ET.fromstring(render(f'```{{.{kind} id="x" title="a <b> & c"}}\n{nasty}```\n').replace("&#10;", " "))


def test_fences_in_admonitions_and_tabs_are_snippets_too() -> None:
    nested = "\n".join("    " + line for line in CONSOLE.splitlines())
    html = render(f'!!! note\n\n{nested}\n\n=== "tab"\n\n{nested.replace("version", "second")}\n')
    assert html.count('class="mw-snippet ') == 2


def test_recorded_badge_names_day_release_and_version(tmp_path: Path) -> None:
    path = recordings(tmp_path, body(CONSOLE))
    badge = "Recorded on 24 November 2026 on Debian 13, Postfix 3.10.13; not yet verified by CI"
    assert f'<p class="mw-badge mw-badge--recorded">{badge}</p>' in render(CONSOLE, recordings=path)
    dutch = render(CONSOLE, recordings=path, language="nl")
    assert "Opgenomen op 24 november 2026 op Debian 13, Postfix 3.10.13" in dutch


def test_an_edited_text_loses_its_recorded_badge(tmp_path: Path) -> None:
    path = recordings(tmp_path, body(CONSOLE))
    edited = render(CONSOLE.replace("3.10.13", "3.10.14"), recordings=path)
    assert '<p class="mw-badge mw-badge--unverified">Not yet verified</p>' in edited


def test_a_snippet_that_is_never_run_says_why() -> None:
    html = render('```{.console norun="needs a provider"}\n$ x\n```\n')
    assert '<p class="mw-badge mw-badge--norun">Not run: needs a provider</p>' in html


def test_digest_is_blind_to_line_ends_tabs_and_trailing_blanks_only() -> None:
    assert digest("a\r\n\tb  \n") == digest("a\n    b")
    assert digest("a\nb") != digest("a\n\nb")


def test_reference_shows_code_and_recorded_badge_of_the_source_chapter(tmp_path: Path) -> None:
    sources = tmp_path / "en"
    sources.mkdir()
    (sources / "page.md").write_text("---\ntitle: x\n---\n\n" + CONSOLE)
    config = {"sources": str(sources), "recordings": recordings(tmp_path, body(CONSOLE)), "language": "nl"}
    html = render('```{.console ref="version" title="op mx"}\n```\n', **config)
    assert "mail_version = 3.10.13" in html
    assert 'id="snippet-version"' in html
    assert "op mx</p>" in html
    assert "Opgenomen op" in html


def test_faulty_references_are_told_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(CONSOLE)
    config = {"sources": str(tmp_path), "page": "docs/nl/page.md"}
    text = (
        '# x\n\n```{.console ref="versoin"}\n```\n\n```{.config ref="version"}\n```\n\n'
        '```{.console ref="version"}\n$ own code\n```\n'
    )
    assert problems(text, **config) == [
        "docs/nl/page.md:3: unknown snippet 'versoin'; did you mean 'version'?",
        "docs/nl/page.md:6: 'version' is a console, not a config; write its kind",
        "docs/nl/page.md:9: both code and ref='version'; leave the body empty: code stands once",
    ]


def test_an_id_that_stands_twice_in_the_sources_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(CONSOLE)
    (tmp_path / "b.md").write_text("\n" + CONSOLE)
    (told,) = problems('```{.console ref="version"}\n```\n', sources=str(tmp_path))
    assert told.endswith("give one of them another id")
    assert "b.md:2: the snippet id 'version' stands also at" in told


def test_all_faults_of_a_page_are_told_at_once() -> None:
    text = '```{.console titel="x"}\n$ x\n```\n\n```{.text}\n```\n\n```{.ladder id="l" title="t"}\nfoo\n```\n'
    assert [told.split(";")[0] for told in problems(text)] == [
        "page:1: unknown option 'titel'",
        "page:5: an empty snippet",
        "page:8: a ladder without desc",
        "page:8: fewer than two participants",
        "page:8: no arrow",
        "page:9: cannot read 'foo'",
    ]


def test_recordings_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    path = tmp_path / "recordings.yml"
    path.write_text("version:\n  date: soon\n  release: x\n  versions: {}\n  sha256: x\n")
    (told,) = problems(CONSOLE, recordings=str(path))
    assert "recording 'version' cannot be read" in told


def test_without_superfences_the_author_hears_what_to_do() -> None:
    with pytest.raises(MailwijzerError, match=r"list it in markdown_extensions before ours"):
        Markdown(extensions=[OURS])


def test_a_ladder_is_a_figure_with_a_region_that_scrolls_and_its_words() -> None:
    html = render('```{.ladder id="l" title="T" desc="D"}\nA = a\nB = b\nA -> B : x\n```\n')
    figure = ET.fromstring(html)
    assert [child.tag for child in figure] == ["figcaption", "div", "details"]
    assert figure[1].get("tabindex") == "0"


def test_extraction_gives_the_line_in_the_file_front_matter_counted() -> None:
    text = "---\ntitle: x\n---\n\n\n# Heading\n\n" + CONSOLE
    (snippet,) = extract(text, "page.md")
    assert text.splitlines()[snippet.where.line - 1].startswith("```{.console")
    assert front_matter_lines("# no front matter\n---\n") == 0


def test_extraction_does_not_see_examples_inside_a_longer_fence() -> None:
    assert extract(f"````text\n{CONSOLE}````\n", "page.md", ("console",)) == ()


def test_every_kind_and_badge_has_a_text_in_every_language() -> None:
    for code in CODES:
        for key in (*KINDS, "unverified", "in_words"):
            assert locale(code).t(f"snippets.{key}")
