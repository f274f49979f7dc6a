"""What publishing changes in pages that the site generator built: two regions of plain files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from markupsafe import Markup

from mailwijzer.publishing import listpages
from mailwijzer.publishing.project import write_atomic
from mailwijzer.publishing.sources import Sources
from mailwijzer.qa.listings import Entry

_REGION = re.compile(r"<!--asked:(?P<chapter>[a-z0-9/-]+)-->.*?<!--/asked-->", re.DOTALL)


def refresh(
    site: Path, sources: Sources, listed: Sequence[Entry], lang: str, text: Callable[[str], str]
) -> None:
    """Fill "asked about this chapter" in every chapter, and add the questions to the search index."""
    for name in sources.chapters.get(lang, {}):
        path = site / ("index.html" if name == "index" else f"{name}/index.html")
        if path.is_file():
            _refill(path, sources, listed, lang)
    _index_questions(site, listed, lang, text)


def _refill(path: Path, sources: Sources, listed: Sequence[Entry], lang: str) -> None:
    before = path.read_text("utf-8")

    def region(match: re.Match[str]) -> str:
        chapter = match["chapter"]
        asked = listpages.asked(sources, listed, chapter, "../" * (chapter.count("/") + 1), lang)
        return f"<!--asked:{chapter}-->{asked}<!--/asked-->"

    after = _REGION.sub(region, before)
    if after != before:
        write_atomic(path, after.encode())


def _index_questions(site: Path, listed: Sequence[Entry], lang: str, text: Callable[[str], str]) -> None:
    """Material's search finds only MkDocs' own pages; the questions are added to its index."""
    path = site / "search" / "search_index.json"
    if not path.is_file():
        return
    before = path.read_bytes()
    index = json.loads(before)
    index["docs"] = [doc for doc in index["docs"] if not doc["location"].startswith("qa/")]
    index["docs"] += [
        {
            "location": entry.question.url,
            "title": Markup.escape(entry.question.meta.title),
            "text": Markup("<p>{}</p><p>{}</p><p>{}</p>").format(
                " ".join(entry.question.meta.also_asked),
                entry.question.meta.question,
                text(entry.question.answer),
            ),
        }
        for entry in sorted(listed, key=lambda e: e.question.id)
        if entry.in_own_language(lang)
    ]
    after = json.dumps(index, ensure_ascii=False, separators=(",", ":")).encode()
    if after != before:
        write_atomic(path, after)
