"""The Markdown extension: snippets and ladders as SuperFences fences, with their badges.

Needs nothing but Python-Markdown and SuperFences, so any generator that runs Markdown extensions
can use it. Faults are collected over the page and raised once, as ProblemsError.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from pymdownx.superfences import SuperFencesException

from mailwijzer.errors import Problem, fail_on
from mailwijzer.locales import Locale, locale
from mailwijzer.markdown import badges, extraction, fencing, ladder, ladder_html, network_map, rendering
from mailwijzer.snippets import options as snippet_options
from mailwijzer.snippets import report
from mailwijzer.snippets.model import Snippet
from mailwijzer.source import SourceLocation

DIAGRAM_OPTIONS = ("title", "desc")


class SnippetExtension(Extension):
    """Configuration and registration; what a fence becomes is decided by `_Page`."""

    def __init__(self, **configs: Any) -> None:
        self.config = {
            "language": ["en", "Language of labels and badges"],
            "sources": ["", "Folder with the chapters that own the code, for ref="],
            "recordings": ["", "Path of recordings.yml; without it no text counts as recorded"],
            "verified": ["", "Path of verified.json; without it no text counts as verified"],
            "page": ["", "Path of the page for messages; MkDocs' own is used when it is there"],
        }
        super().__init__(**configs)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  (Python-Markdown's name)
        """Register the fences. Raises MailwijzerError when SuperFences does not come before us."""
        page = _Page(md, {key: os.fspath(value) for key, value in self.getConfigs().items()})
        extraction.register(md, fencing.SHOWN, page.format)
        page.line = extraction.follow_lines(md)
        md.postprocessors.register(_Report(page), "mailwijzer_snippets", 0)


class _Report(Postprocessor):
    """Fails the page after all of it was read, so that its author sees every fault at once."""

    def __init__(self, page: _Page) -> None:
        super().__init__()
        self.page = page

    def run(self, text: str) -> str:
        problems, self.page.problems = self.page.problems, []
        fail_on(problems)
        return text


class _Page:
    """One page on its way through Markdown."""

    def __init__(self, md: Markdown, config: dict[str, str]) -> None:
        self.md = md
        self.config = config
        self.locale: Locale = locale(config["language"])
        self.problems: list[Problem] = []
        self.line: Callable[[], int] = lambda: 0

    def format(
        self,
        src: str = "",
        language: str = "",
        options: dict[str, str] | None = None,
        id_value: str = "",
        **_rest: Any,
    ) -> str:
        """What SuperFences calls for each of our fences. Never raises for a fault of the author."""
        given = dict(options or {})
        fence = Snippet(language, id_value or given.pop("id", ""), src, self.where(), given)
        try:
            return self._diagram(fence) if language in fencing.DIAGRAMS else self._snippet(fence)
        except Exception as error:
            # SuperFences swallows every other exception and shows the fence as a paragraph.
            raise SuperFencesException(f"{fence.where}: {error!r}") from error

    def where(self) -> SourceLocation:
        """The place of the current fence in its file, front matter counted."""
        # MkDocs tells the page to its own link resolver and to nobody else.
        known = self.md.treeprocessors
        links: Any = known["relpath"] if "relpath" in known else None  # noqa: SIM401  (a Registry has no get)
        source = getattr(getattr(links, "file", None), "abs_src_path", None)
        if source is None:
            return SourceLocation(self.config["page"] or "page", self.line())
        path = Path(source)
        skipped = extraction.front_matter_lines(path.read_text("utf-8"))
        return SourceLocation.of(path, self.line() + skipped, Path.cwd())

    def _snippet(self, fence: Snippet) -> str:
        self.problems.extend(snippet_options.check(fence))
        shown = self._resolve(fence) if fence.ref else fence
        if not shown.text.strip() and not fence.ref:
            self._tell(fence, "an empty snippet", "write its text, or name its source with ref=")
        return rendering.render(shown, self._badge(shown), self.locale)

    def _badge(self, snippet: Snippet) -> badges.Badge:
        sources: list[badges.BadgeSource] = []
        if self.config["verified"]:
            sources.append(badges.verified(report.load(Path(self.config["verified"]))))
        if self.config["recordings"]:
            rows, problems = badges.load_recordings(Path(self.config["recordings"]))
            self.problems.extend(problem for problem in problems if problem not in self.problems)
            sources.append(badges.recorded(rows))
        return badges.badge(snippet, self.locale, sources)

    def _resolve(self, fence: Snippet) -> Snippet:
        """The snippet that a reference names, with the reference's own title where it has one."""
        if fence.text.strip():
            self._tell(fence, f"both code and ref='{fence.ref}'", "leave the body empty: code stands once")
        known: dict[str, Snippet] = {}
        if self.config["sources"]:
            known, problems = extraction.library(Path(self.config["sources"]))
            self.problems.extend(problem for problem in problems if problem not in self.problems)
        original = known.get(fence.ref)
        if original is None:
            near = get_close_matches(fence.ref, known, 1)
            todo = f"did you mean '{near[0]}'?" if near else "give the id of a snippet in the source chapters"
            self._tell(fence, f"unknown snippet '{fence.ref}'", todo)
            return fence
        if original.kind != fence.kind:
            self._tell(fence, f"'{fence.ref}' is a {original.kind}, not a {fence.kind}", "write its kind")
        options = {**original.options, **{k: v for k, v in fence.options.items() if k != "ref"}}
        return Snippet(original.kind, original.id, original.text, fence.where, options)

    def _diagram(self, fence: Snippet) -> str:
        self._check_options(fence, DIAGRAM_OPTIONS)
        for option in ("id", *DIAGRAM_OPTIONS):
            if not (fence.id if option == "id" else fence.options.get(option)):
                self._tell(fence, f"a {fence.kind} without {option}", f'write {option}="..." in the braces')
        told = (fence.id, fence.title, fence.options.get("desc", ""), self.locale)
        if fence.kind == "map":
            machines, faults = network_map.parse(fence.text)
            return "<p></p>" if self._faulty(fence, faults) else network_map.render(machines, *told)
        drawing, faults = ladder.parse(fence.text)
        return "<p></p>" if self._faulty(fence, faults) else ladder_html.render(drawing, *told)

    def _faulty(self, fence: Snippet, faults: tuple[ladder.Fault, ...]) -> bool:
        for fault in faults:
            place = SourceLocation(fence.where.path, fence.where.line + fault.line)
            self.problems.append(Problem(place, fault.what, fault.todo))
        return bool(faults)

    def _check_options(self, fence: Snippet, known: tuple[str, ...]) -> None:
        for option in fence.options:
            if option not in known:
                near = get_close_matches(option, known, 1)
                todo = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(known)}"
                self._tell(fence, f"unknown option '{option}'", todo)

    def _tell(self, fence: Snippet, what: str, todo: str) -> None:
        self.problems.append(Problem(fence.where, what, todo))


def makeExtension(**configs: Any) -> SnippetExtension:  # noqa: N802  (Python-Markdown's name)
    """What Python-Markdown calls for `mailwijzer.markdown.fences`."""
    return SnippetExtension(**configs)
