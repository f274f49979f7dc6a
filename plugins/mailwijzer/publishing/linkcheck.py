"""Links in answers that lead nowhere: told at their line, before a page is written."""

from __future__ import annotations

from collections.abc import Iterable

from mailwijzer.errors import Problem
from mailwijzer.publishing import answers, buildstate
from mailwijzer.publishing.answers import Link
from mailwijzer.publishing.buildstate import BuildState
from mailwijzer.publishing.project import Project
from mailwijzer.publishing.sources import Sources
from mailwijzer.qa.model import Question
from mailwijzer.source import SourceLocation


def check(project: Project, sources: Sources, question: Question) -> list[Problem]:
    """The dead links of one question that may not be written yet; `sources` must hold it."""
    state = buildstate.load(project, question.lang)
    found = answers.convert(state, question.answer).links
    return list(dead(sources, state, question, found))


def dead(sources: Sources, state: BuildState, question: Question, links: Iterable[Link]) -> Iterable[Problem]:
    """One problem for each link whose page or heading does not exist."""
    for link in links:
        told = _fault(sources, state, link)
        if told:
            yield Problem(_where(question, link), *told)


def _fault(sources: Sources, state: BuildState, link: Link) -> tuple[str, str, str, dict[str, object]] | None:
    if link.kind == "unknown":
        what = f"the link '{link.address}' leads nowhere"
        todo = "link to ../docs/<lang>/chapter.md, to NNNN-slug.<lang>.md or to a full address"
        return what, todo, "link_nowhere", {"address": link.address, "lang": link.lang}
    told: dict[str, object] = {"target": link.target, "lang": link.lang, "anchor": link.anchor}
    if link.kind == "question":
        if (link.lang, link.target) in sources.stems:
            return None
        what = f"the answer links to question '{link.target}' ({link.lang}), which does not exist"
        return what, "name the file of an existing question", "link_question", told
    if link.target not in sources.chapters.get(link.lang, {}):
        what = f"the answer links to chapter '{link.target}' ({link.lang}), which does not exist"
        return what, "name an existing chapter", "link_chapter", told
    # Both languages have the same heading ids, so the ids of this one serve for either.
    if link.anchor in ("", *state.anchors.get(link.target, ())):
        return None
    what = f"chapter '{link.target}' has no heading '#{link.anchor}'"
    return what, "use the id of one of its headings", "link_heading", told


def _where(question: Question, link: Link) -> SourceLocation:
    for offset, line in enumerate(question.answer.split("\n")):
        if link.address in line:
            return SourceLocation(question.path, question.answer_line + offset)
    return SourceLocation(question.path, question.answer_line)
