"""Which published questions a new one resembles: by the site's own search."""

from __future__ import annotations

from mailwijzer.locales import others
from mailwijzer.publishing import lookup, sources
from mailwijzer.publishing.project import Project
from mailwijzer.qa import listings
from mailwijzer.qa.listings import Entry
from mailwijzer.search.sections import QUESTION

ENOUGH = 0.2
"""Share of the words' weight that has to be found again; below it, likeness is chance."""


def similar(project: Project, text: str, lang: str, limit: int = 5) -> list[Entry]:
    """The published questions most like `text`, in `lang` where they exist, the best first.

    Raises ProblemsError when the question files have faults, UnusableIndexError when there is no index.
    """
    listed = listings.entries(sources.load(project).questions, lang)
    found: list[tuple[float, Entry]] = []
    for code in (lang, *others(lang)):
        by_url = {entry.question.url: entry for entry in listed if entry.question.lang == code}
        result = lookup.finder(project, code).find(text, limit, (f"kind/{QUESTION}",), by_url.__contains__)
        for hit in result.hits:
            likeness = result.likeness(hit)
            if likeness >= ENOUGH:
                found.append((likeness, by_url[hit.section.url]))
    return [entry for _, entry in sorted(found, key=lambda row: -row[0])[:limit]]
