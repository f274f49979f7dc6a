"""The Markdown extension: terms at their first use, the glossary, error lines, and what was checked when.

A paragraph `[[glossary]]` becomes the glossary, `[[errors]]` the lines that belong to the page, `[[errors
grouped]]` the same by group, and `[[errors all]]` all there are by group. `[[index chapters]]`, `[[index
lines]]`, `[[index terms]]` and `[[index rfcs]]` make the contents and the index of the book. Terms and the
list of checked facts come by themselves.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from mailwijzer.errors import fail_on
from mailwijzer.locales import Locale, locale
from mailwijzer.markdown import bookindex, errorlines, facts, glossary, library
from mailwijzer.markdown.library import ErrorLine, Fact, Outline, Rfc, Term
from mailwijzer.reference import citing

_MARK = re.compile(r"\[\[(?P<what>glossary|errors(?: all| grouped)?|index (?:chapters|lines|terms|rfcs))\]\]")

_SNIPPET = re.compile(r'<\w+[^>]* id="(snippet-[^"]+)"')

_ERROR_LINES = "error-lines"
"""The page with `[[errors all]]`."""

_OPENING = "index"
"""The first page: it announces the chapters, and is none."""


class ReferenceExtension(Extension):
    """Configuration and registration."""

    def __init__(self, **configs: Any) -> None:
        self.config = {
            "language": ["en", "Language of the texts"],
            "glossary": ["", "Path of glossary.yml"],
            "facts": ["", "Path of facts.yml"],
            "errors": ["", "Path of errors.yml"],
            "rfcs": ["", "Path of rfcs.yml"],
            "chapters": ["", "Folder of the chapters, for the index"],
            "fixed": ["", "Anchors of sections that every chapter has; the contents leave them out"],
            "page": ["", "Name of the page; MkDocs' own is used when it is there"],
        }
        super().__init__(**configs)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  (Python-Markdown's name)
        """After the inline patterns, before MkDocs looks at links and anchors."""
        given = {key: os.fspath(value) for key, value in self.getConfigs().items()}
        md.treeprocessors.register(_Reference(md, given), "mailwijzer_reference", 15)


class _Reference(Treeprocessor):
    """What is put into one page."""

    def __init__(self, md: Markdown, config: dict[str, str]) -> None:
        super().__init__(md)
        self.given = config
        self.locale: Locale = locale(config["language"])

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        page = self._page()
        if not page:  # an answer: it stands on its own, and is not made again when a term changes
            return
        self._note_snippets()
        terms = library.load(Term, self.given["glossary"])
        marked = False
        for parent in list(root.iter()):
            for at, child in enumerate(list(parent)):
                found = _MARK.fullmatch((child.text or "").strip()) if child.tag == "p" else None
                if found is not None and not len(child):
                    parent[at] = self._made(found["what"], page)
                    marked = marked or found["what"] == "glossary"
        if not marked:
            glossary.explain(root, terms, self.locale, _link(page))
        checked = [fact for fact in library.load(Fact, self.given["facts"]) if page in fact.pages]
        if checked:
            root.append(facts.foot(checked, self.locale))

    def _made(self, what: str, page: str) -> Element:
        """What a mark on this page becomes."""
        lines = library.load(ErrorLine, self.given["errors"])
        own = [line for line in lines if page in line.pages]
        match what:
            case "glossary":
                return glossary.page(library.load(Term, self.given["glossary"]), self.locale)
            case "errors":
                return errorlines.render(own, self.locale)
            case "errors grouped":
                return errorlines.render(own, self.locale, heading="h3")
            case "errors all":
                return errorlines.render(lines, self.locale, heading="h2", own=False)
            case "index chapters":
                return bookindex.contents(self._chapters(page), self.given["fixed"].split())
            case "index lines":
                return bookindex.lines(lines, self.locale, _ERROR_LINES)
            case "index terms":
                return self._terms(page)
            case _:
                return self._rfcs(page)

    def _terms(self, page: str) -> Element:
        terms = library.load(Term, self.given["glossary"])
        places = citing.terms(terms, self.locale.code, self._chapters(page))
        return bookindex.terms(terms, self.locale, places)

    def _rfcs(self, page: str) -> Element:
        known = library.load(Rfc, self.given["rfcs"])
        places = citing.rfcs(self._chapters(page))
        fail_on(citing.problems(places, known, self.given["chapters"]))
        return bookindex.rfcs(known, self.locale, places)

    def _chapters(self, page: str) -> list[Outline]:
        """All but the opening page and the one that holds the index, in the order of the navigation."""
        links: Any = self._processor("relpath")
        nav = getattr(getattr(links, "config", None), "nav", None)
        found = library.chapters(self.given["chapters"], list(_named(nav)))
        return [outline for outline in found if outline.page not in (_OPENING, page)]

    def _note_snippets(self) -> None:
        """Tell MkDocs which snippets the page shows: it does not look into HTML that a fence made."""
        anchors: Any = self._processor("mkdocs_extract_anchors")
        if anchors is not None:
            for block in self.md.htmlStash.rawHtmlBlocks:
                anchors.present_anchor_ids.update(_SNIPPET.findall(block if isinstance(block, str) else ""))

    def _page(self) -> str:
        source = getattr(getattr(self._processor("relpath"), "file", None), "src_uri", "")
        return (source or self.given["page"]).removesuffix(".md")

    def _processor(self, name: str) -> Any:
        """Of MkDocs; None where the page is not made by it."""
        known = self.md.treeprocessors
        return known[name] if name in known else None  # noqa: SIM401  (a Registry has no get)


def _named(nav: Any) -> Iterator[str]:
    """The pages of a navigation, from top to bottom."""
    if isinstance(nav, str):
        yield nav.removesuffix(".md")
    for item in nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else ():
        yield from _named(item)


def _link(page: str) -> str:
    """From a page to the glossary's source file, which MkDocs turns into an address."""
    return "../" * (len(PurePosixPath(page).parts) - 1) + "glossary.md"


def makeExtension(**configs: Any) -> ReferenceExtension:  # noqa: N802  (Python-Markdown's name)
    """What Python-Markdown calls for `mailwijzer.markdown.reference`."""
    return ReferenceExtension(**configs)
