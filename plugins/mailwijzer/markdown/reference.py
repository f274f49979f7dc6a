"""The Markdown extension: terms at their first use, the glossary, error lines, and what was checked when.

A paragraph `[[glossary]]` becomes the glossary, `[[errors]]` the lines that belong to the page, `[[errors
grouped]]` the same by group, and `[[errors all]]` all there are by group. Terms and the list of checked facts
come by themselves.
"""

from __future__ import annotations

import os
import re
from pathlib import PurePosixPath
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from mailwijzer.locales import Locale, locale
from mailwijzer.markdown import errorlines, facts, glossary, library
from mailwijzer.markdown.library import ErrorLine, Fact, Term

_MARK = re.compile(r"\[\[(?P<what>glossary|errors)(?: (?P<which>all|grouped))?\]\]")

_SNIPPET = re.compile(r'<\w+[^>]* id="(snippet-[^"]+)"')

_HEADINGS = {None: "", "grouped": "h3", "all": "h2"}


class ReferenceExtension(Extension):
    """Configuration and registration."""

    def __init__(self, **configs: Any) -> None:
        self.config = {
            "language": ["en", "Language of the texts"],
            "glossary": ["", "Path of glossary.yml"],
            "facts": ["", "Path of facts.yml"],
            "errors": ["", "Path of errors.yml"],
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
        lines = library.load(ErrorLine, self.given["errors"])
        marked = False
        for parent in list(root.iter()):
            for at, child in enumerate(list(parent)):
                found = _MARK.fullmatch((child.text or "").strip()) if child.tag == "p" else None
                if found is None or len(child):
                    continue
                if found["what"] == "glossary":
                    parent[at] = glossary.page(terms, self.locale)
                    marked = True
                else:
                    heading = _HEADINGS[found["which"]]
                    chosen = lines if heading == "h2" else [line for line in lines if page in line.pages]
                    parent[at] = errorlines.render(chosen, self.locale, heading=heading)
        if not marked:
            glossary.explain(root, terms, self.locale, _link(page))
        checked = [fact for fact in library.load(Fact, self.given["facts"]) if page in fact.pages]
        if checked:
            root.append(facts.foot(checked, self.locale))

    def _note_snippets(self) -> None:
        """Tell MkDocs which snippets the page shows: it does not look into HTML that a fence made."""
        known = self.md.treeprocessors
        anchors: Any = known["mkdocs_extract_anchors"] if "mkdocs_extract_anchors" in known else None  # noqa: SIM401
        if anchors is not None:
            for block in self.md.htmlStash.rawHtmlBlocks:
                anchors.present_anchor_ids.update(_SNIPPET.findall(block if isinstance(block, str) else ""))

    def _page(self) -> str:
        known = self.md.treeprocessors
        links: Any = known["relpath"] if "relpath" in known else None  # noqa: SIM401  (a Registry has no get)
        source = getattr(getattr(links, "file", None), "src_uri", "")
        return (source or self.given["page"]).removesuffix(".md")


def _link(page: str) -> str:
    """From a page to the glossary's source file, which MkDocs turns into an address."""
    return "../" * (len(PurePosixPath(page).parts) - 1) + "glossary.md"


def makeExtension(**configs: Any) -> ReferenceExtension:  # noqa: N802  (Python-Markdown's name)
    """What Python-Markdown calls for `mailwijzer.markdown.reference`."""
    return ReferenceExtension(**configs)
