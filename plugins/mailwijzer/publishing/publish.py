"""Publish the questions of a language: changed sources in, changed files out, everything else left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from mailwijzer.errors import Problem, fail_on
from mailwijzer.locales import CODES
from mailwijzer.publishing import answers, buildstate, chapters, linkcheck, searching, searchsources
from mailwijzer.publishing.answers import Fragment, Link
from mailwijzer.publishing.buildstate import BuildState
from mailwijzer.publishing.output import Output
from mailwijzer.publishing.plan import Plan, Planned
from mailwijzer.publishing.project import Project
from mailwijzer.publishing.sources import Sources, load_with, state_file
from mailwijzer.publishing.store import Store, open_store
from mailwijzer.source import SourceLocation


@dataclass(frozen=True)
class Report:
    """What a publication did."""

    lang: str
    pages: int
    """Pages that exist now."""

    rendered: int
    """Answers that went through Markdown."""

    written: tuple[str, ...]
    """Files written, relative to the language's root."""

    removed: tuple[str, ...]


def publish_all(project: Project, *, release: bool = False) -> list[Report]:
    """Publish every language into the built site. Raises MailwijzerError when there is none."""
    return [publish(project, lang, release=release) for lang in CODES]


def publish(project: Project, lang: str, site: Path | None = None, *, release: bool = False) -> Report:
    """Bring the question pages and the search index of a language up to date.

    `site` is the language's folder in the site, by default the finished one. A `release` also weighs the
    whole index anew, and with it what is related to what. Raises ProblemsError,
    before anything is written, when a source is wrong or a link leads nowhere.
    """
    state = buildstate.load(project, lang)
    output = Output(project.state / lang / "pages", site or project.site / lang)
    with open_store(state_file(project)) as store:
        sources = load_with(project, store)
        fragments = _Fragments(store, state)
        names = sources.chapters.get(lang, {})
        fail_on(searchsources.unknown_topics(project, lang, names, sources.topics))
        fail_on(_dead_links(sources, state, fragments))
        plan = Plan(sources, state, fragments.of)
        fail_on(_collisions(plan.pages()))
        index = _index(project, plan, output.site, release)
        plan = replace(plan, related=index.related, index=index)
        planned = list(plan.pages())
        report = _write(store, output, plan, planned, fragments)
        store.keep_fragments(f"{lang}:", fragments.used)
        chapters.refresh(output.site, sources, plan.listed(), lang, plan.related)
    return report


def _index(project: Project, plan: Plan, site: Path, release: bool) -> searching.Report:
    """Bring the search index up to date: it knows what is related before the pages are made."""
    minor = frozenset(plan.state.extra.get("minor_sections", "").split())
    read = searchsources.chapters(project, plan.lang, site, plan.sources.chapters.get(plan.lang, {}), minor)
    key_of = partial(answers.key_of, plan.state)
    asked = searchsources.questions(plan.listed(), plan.lang, key_of, plan.fragment)
    names = {topic.id: topic.names[plan.lang] for topic in plan.sources.topics.values()}
    return searching.update(project, plan.lang, site, [*read, *asked], names, fold=release)


class _Fragments:
    """Rendered answers of one publication: from the store where they are there."""

    def __init__(self, store: Store, state: BuildState) -> None:
        self._store, self._state = store, state
        self._links = store.links()
        self._known = store.fragment_keys()
        self.used: set[str] = set()
        self.rendered = 0

    def of(self, markdown: str) -> Fragment:
        key = answers.key_of(self._state, markdown)
        if key not in self._known:
            self.rendered += 1
            self._known.add(key)
        return answers.fragment(self._store, self._state, markdown)

    def links_of(self, markdown: str) -> Iterable[Link]:
        """The links of an answer; renders it only if that was never done."""
        key = answers.key_of(self._state, markdown)
        self.used.add(key)
        if key not in self._known:
            return self.of(markdown).links
        return [Link(*values) for values in self._links.get(key, [])]


def _dead_links(sources: Sources, state: BuildState, fragments: _Fragments) -> Iterable[Problem]:
    for question in sources.questions:
        if question.lang == state.lang:
            yield from linkcheck.dead(sources, state, question, fragments.links_of(question.answer))


def _collisions(planned: Iterable[Planned]) -> Iterable[Problem]:
    seen: set[str] = set()
    for page in planned:
        if page.url in seen:
            where = SourceLocation("qa")
            yield Problem(where, f"two pages want the address '{page.url}'", "rename one of them")
        seen.add(page.url)


def _write(store: Store, output: Output, plan: Plan, planned: list[Planned], fragments: _Fragments) -> Report:
    before = store.pages(plan.lang)
    shell = plan.state.themed
    written: list[str] = []
    wanted: dict[str, str] = {}
    for page in planned:
        path = f"{page.url}index.html"
        wanted[path] = page.key
        if before.get(path) != page.key or not output.has(path):
            output.write(path, shell.fill(page.make()).encode("utf-8", "replace"))
            written.append(path)
    key, make = plan.files(planned)
    names = ("qa/feed.xml", "qa/feed.json", "qa/index.json", "qa/sitemap.xml")
    wanted.update(dict.fromkeys(names, key))
    if any(before.get(name) != key or not output.has(name) for name in names):
        for name, data in make().items():
            output.write(name, data)
            written.append(name)
    removed = sorted(set(before) - set(wanted))
    for path in removed:
        output.remove(path)
        store.drop_page(plan.lang, path)
    for path in written:
        store.put_page(plan.lang, path, wanted[path])
    output.mirror(wanted)
    return Report(plan.lang, len(planned), fragments.rendered, tuple(written), tuple(removed))
