"""Both languages tell the same: same files, heading ids, snippets and ladders, for every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from markdown import Markdown

from mailwijzer.locales import CODES, others
from mailwijzer.markdown.badges import load_recordings
from mailwijzer.markdown.extraction import extract, library
from mailwijzer.reference.model import ErrorLine, Fact, Term
from mailwijzer.reference.parsing import parse
from mailwijzer.snippets.model import KINDS, digest

DOCS = Path(__file__).parents[2] / "docs"
SOURCE = CODES[0]
PAGES = sorted(path.relative_to(DOCS / SOURCE) for path in (DOCS / SOURCE).rglob("*.md"))
PAIRS = [(page, other) for page in PAGES for other in others(SOURCE)]
NAMES = (*KINDS, "ladder", "map")
EXTENSIONS = [
    "attr_list",
    "tables",
    "toc",
    "admonition",
    "md_in_html",
    "pymdownx.superfences",
    "pymdownx.details",
]

pairs = pytest.mark.parametrize(("page", "other"), PAIRS, ids=str)
pages = pytest.mark.parametrize(
    "path", sorted(DOCS.glob("[a-z][a-z]/**/*.md")), ids=lambda path: str(path.relative_to(DOCS))
)


def read(code: str, page: Path) -> str:
    return (DOCS / code / page).read_text("utf-8")


def headings(text: str) -> list[tuple[int, str]]:
    """Level and id of each heading below the title, which has the id of its words."""
    md = Markdown(extensions=EXTENSIONS)
    md.convert(re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL))
    found: list[tuple[int, str]] = []

    def walk(tokens: list[dict[str, object]]) -> None:
        for token in tokens:
            found.append((int(str(token["level"])), str(token["id"])))
            children = token["children"]
            assert isinstance(children, list)
            walk(children)

    walk(md.toc_tokens)  # type: ignore[attr-defined]
    return [(level, name) for level, name in found if level > 1]


def shown(text: str, path: str) -> list[tuple[str, str]]:
    """Kind and id of each snippet and ladder, in the order of the page."""
    return [(fence.kind, fence.ref or fence.id) for fence in extract(text, path, NAMES)]


def test_every_language_has_the_same_pages() -> None:
    for other in others(SOURCE):
        assert sorted(path.relative_to(DOCS / other) for path in (DOCS / other).rglob("*.md")) == PAGES


@pairs
def test_both_languages_have_the_same_heading_ids(page: Path, other: str) -> None:
    assert headings(read(other, page)) == headings(read(SOURCE, page))


@pairs
def test_both_languages_show_the_same_snippets_in_the_same_order(page: Path, other: str) -> None:
    assert shown(read(other, page), str(page)) == shown(read(SOURCE, page), str(page))


@pairs
def test_code_stands_once_in_the_source_language(page: Path, other: str) -> None:
    assert all(not fence.ref for fence in extract(read(SOURCE, page), str(page)))
    copied = [str(fence.where) for fence in extract(read(other, page), f"{other}/{page}") if not fence.ref]
    assert copied == []


@pairs
def test_both_languages_link_to_the_same_sources(page: Path, other: str) -> None:
    def sources(text: str) -> list[str]:
        return sorted(set(re.findall(r"\]\((https://[^)]+)\)", text)))

    assert sources(read(other, page)) == sources(read(SOURCE, page))


@pages
def test_no_fence_is_destroyed_by_its_options(path: Path) -> None:
    # SuperFences shows a fence whose options it cannot read as a paragraph, without a word.
    html = Markdown(extensions=[*EXTENSIONS, "pymdownx.tabbed"]).convert(path.read_text("utf-8"))
    assert "```" not in html
    assert "<code>{." not in html


@pages
def test_every_snippet_has_an_id(path: Path) -> None:
    nameless = [
        str(fence.where)
        for fence in extract(path.read_text("utf-8"), str(path.relative_to(DOCS)), NAMES)
        if not (fence.id or fence.ref)
    ]
    assert nameless == []


@pages
def test_only_names_and_addresses_for_documentation_are_used(path: Path) -> None:
    text = path.read_text("utf-8")
    allowed = (
        r"192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|127\.|0\.0\.0\.0|255\.|10\.|192\.168\.|172\.16\.|100\.64\."
    )
    addresses = re.findall(
        r"(?<![\d.-])(?<!section )(?<!punt )\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\d.])", text
    )
    assert [address for address in addresses if not re.match(allowed, address)] == []


def test_snippet_ids_stand_once_in_all_chapters() -> None:
    _, problems = library(DOCS / SOURCE)
    assert problems == ()


def test_every_recording_belongs_to_the_text_on_the_page() -> None:
    snippets, _ = library(DOCS / SOURCE)
    recordings, problems = load_recordings(DOCS / "recordings.yml")
    assert problems == ()
    stale = [name for name, row in recordings.items() if digest(snippets[name].text) != row.sha256]
    assert stale == []


def test_glossary_terms_have_every_language_and_stand_once() -> None:
    terms = yaml.safe_load((DOCS / "glossary.yml").read_text("utf-8"))
    assert [entry["id"] for entry in terms] == sorted({entry["id"] for entry in terms})
    for entry in terms:
        for code in CODES:
            assert entry[code]["term"]
            assert entry[code]["meaning"].endswith((".", "?"))


def test_facts_say_where_they_come_from_and_when_to_check_again() -> None:
    for fact in yaml.safe_load((DOCS / "facts.yml").read_text("utf-8")):
        assert fact["source"].startswith("https://")
        assert fact["again"] > fact["checked"]
        assert all((DOCS / SOURCE / f"{page}.md").exists() for page in fact["pages"])


def test_terms_facts_and_error_lines_are_as_their_model_says() -> None:
    for kind, name in ((Term, "glossary"), (Fact, "facts"), (ErrorLine, "errors")):
        _, problems = parse(kind, (DOCS / f"{name}.yml").read_text("utf-8"), f"docs/{name}.yml")
        assert problems == []


def test_an_error_line_that_says_it_was_seen_stands_word_for_word_in_that_snippet() -> None:
    snippets, _ = library(DOCS / SOURCE)
    lines, _ = parse(ErrorLine, (DOCS / "errors.yml").read_text("utf-8"), "docs/errors.yml")
    shown = {name: snippet.text for name, snippet in snippets.items()}
    seen = {line.id: line.seen.rpartition("#")[2] for line in lines if line.seen}
    unseen = [line.id for line in lines if line.seen and line.text not in shown.get(seen[line.id], "")]
    assert unseen == []


def test_a_chapter_of_an_error_line_is_there_and_shows_them() -> None:
    lines, _ = parse(ErrorLine, (DOCS / "errors.yml").read_text("utf-8"), "docs/errors.yml")
    for lang in CODES:
        for page in {page for line in lines for page in line.pages}:
            assert "\n[[errors" in (DOCS / lang / f"{page}.md").read_text("utf-8"), (lang, page)
