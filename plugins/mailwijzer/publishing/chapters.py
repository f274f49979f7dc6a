"""What publishing changes in pages that the site generator built: two regions of plain files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from mailwijzer.publishing import listpages
from mailwijzer.publishing.project import write_atomic
from mailwijzer.publishing.sources import Sources
from mailwijzer.qa.listings import Entry

_REGION = re.compile(r"<!--asked:(?P<chapter>[a-z0-9/-]+)-->.*?<!--/asked-->", re.DOTALL)
_RELATED = re.compile(r"<!--related:(?P<place>[^>]+?)-->.*?<!--/related-->", re.DOTALL)
_HEADING = re.compile(r'(<h[23] id="([^"]+)")')

SECTION_LIMIT = 3
"""Questions that are shown at the end of one section."""


def mark(html: str, url: str) -> str:
    """Put a region at the end of every section of a rendered chapter, for questions about the same.

    `url` is the chapter's address relative to the language's root.
    """
    parts = _HEADING.split(html)
    made = [parts[0]]
    for heading, anchor, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        made.append(f"{heading}{text}<!--related:{url}#{anchor}--><!--/related-->\n")
    return "".join(made)


def refresh(
    site: Path,
    sources: Sources,
    listed: Sequence[Entry],
    lang: str,
    related: Mapping[str, Sequence[str]],
) -> None:
    """Fill "asked about this chapter" and the sections' related questions in every chapter.

    `related`: address of a section -> addresses of questions.
    """
    own = {entry.question.url: entry for entry in listed if entry.in_own_language(lang)}
    near = {place: [own[url] for url in urls if url in own] for place, urls in related.items()}
    for name in sources.chapters.get(lang, {}):
        path = site / ("index.html" if name == "index" else f"{name}/index.html")
        if path.is_file():
            _refill(path, sources, listed, lang, near)


def _refill(
    path: Path, sources: Sources, listed: Sequence[Entry], lang: str, near: Mapping[str, Sequence[Entry]]
) -> None:
    before = path.read_text("utf-8")

    def region(match: re.Match[str]) -> str:
        chapter = match["chapter"]
        asked = listpages.asked(sources, listed, chapter, "../" * (chapter.count("/") + 1), lang)
        return f"<!--asked:{chapter}-->{asked}<!--/asked-->"

    def beside(match: re.Match[str]) -> str:
        place = match["place"]
        entries = near.get(place, ())[:SECTION_LIMIT]
        base = "../" * place.partition("#")[0].count("/") or "./"
        return f"<!--related:{place}-->{listpages.beside(entries, base, lang)}<!--/related-->"

    after = _RELATED.sub(beside, _REGION.sub(region, before))
    if after != before:
        write_atomic(path, after.encode())
