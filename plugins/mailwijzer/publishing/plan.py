"""Which files the questions of a language make, and what each of them depends on.

Nothing is rendered here: a file whose key is the same as last time is not made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable

from mailwijzer.pages import Page
from mailwijzer.publishing import answers, askpage, azpage, feeds, listpages, questionpage
from mailwijzer.publishing.answers import Fragment
from mailwijzer.publishing.buildstate import BuildState
from mailwijzer.publishing.searching import Report
from mailwijzer.publishing.sources import Sources
from mailwijzer.qa import listings
from mailwijzer.qa.listings import Entry
from mailwijzer.qa.model import Question, Status
from mailwijzer.search.sections import Section


@dataclass(frozen=True)
class Planned:
    """A page that is to exist, and how to make it."""

    url: str
    key: str
    make: Callable[[], Page]
    indexed: bool = True


@dataclass(frozen=True)
class Plan:
    """Makes the plan of one language. `fragment` renders an answer, or finds it rendered."""

    sources: Sources
    state: BuildState
    fragment: Callable[[str], Fragment]
    related: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Address of a question, or of a section of a chapter -> addresses of questions about the same."""

    index: Report | None = None
    """The search index, for the list from A to Z."""

    @property
    def lang(self) -> str:
        """The language of the plan."""
        return self.state.lang

    def listed(self) -> list[Entry]:
        """The questions that stand in this language's lists."""
        return listings.entries(self.sources.questions, self.lang)

    def pages(self) -> Iterator[Planned]:
        """Every page: questions, moved addresses, lists, the form for static hosting."""
        listed = self.listed()
        own = {entry.question.url: entry for entry in listed if entry.in_own_language(self.lang)}
        for entry in own.values():
            near = [own[url] for url in self.related.get(entry.question.url, ()) if url in own]
            yield self._question(entry, near)
        for question in self.sources.questions:
            if question.lang == self.lang:
                yield from self._moved(question)
        for url, shown, make in listpages.plan(self.sources, listed, self.lang):
            yield Planned(url, self._key(url, *map(signature, shown)), make)
        chapters = self.sources.chapters.get(self.lang, {})
        ask_key = self._key("ask/", *chapters.items(), *self.state.extra.items())
        yield Planned("ask/", ask_key, lambda: askpage.static(self.lang, chapters, self.state.extra))
        if self.index is not None:
            yield from self._from_a_to_z(self.index)

    def _from_a_to_z(self, index: Report) -> Iterator[Planned]:
        titles = cache(index.titles)
        yield Planned("find/", self._key("find/", index.digest), lambda: azpage.page(self.lang, titles()))
        if index.sections > azpage.ONE_PAGE:
            for letter, digest in index.letters.items():
                key = self._key("find/", letter, digest, *index.letters)
                yield Planned(f"find/{letter}/", key, partial(_letter, self.lang, titles, letter))

    def files(self, planned: Sequence[Planned]) -> tuple[str, Callable[[], dict[str, bytes]]]:
        """Key and maker of the feeds, index and sitemap."""
        listed = self.listed()
        newest = listings.answered(listed)[: feeds.FEED_LENGTH]
        key = self._key(
            "feeds",
            *map(signature, listed),
            *(answers.key_of(self.state, entry.question.answer) for entry in newest),
            *(page.url for page in planned),
        )
        urls = [page.url for page in planned if page.indexed]

        def text(question: Question) -> str:
            return self.fragment(question.answer).text

        return key, lambda: feeds.files(listed, urls, self.lang, self.state.site_url, text)

    def _question(self, entry: Entry, near: Sequence[Entry]) -> Planned:
        question = entry.question
        titles = self.sources.chapters.get(self.lang, {})
        key = self._key(
            question.url,
            question.meta.model_dump_json(exclude_defaults=True),
            answers.key_of(self.state, question.answer),
            entry.translations,
            *map(signature, near),
            *(titles.get(name, "") for name in question.meta.chapters),
        )

        def make() -> Page:
            fragment = self.fragment(question.answer)
            return questionpage.page(
                self.sources,
                question,
                fragment.html,
                near,
                site_url=self.state.site_url,
                structured_data=self.state.extra.get("structured_data", "webpage"),
                answer_text=fragment.text,
            )

        return Planned(question.url, key, make)

    def _moved(self, question: Question) -> Iterator[Planned]:
        if question.meta.status is Status.SUPERSEDED:
            target = self.sources.question(question.meta.superseded_by or 0, self.lang)
        else:
            target = question
        for url, page in listpages.moved(question, target).items():
            key = self._key(url, page.content, page.head)
            yield Planned(url, key, partial(_itself, page), indexed=False)

    def _key(self, *parts: object) -> str:
        text = "\0".join(map(str, (self.lang, _look(), self._shell_key, *parts)))
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def _shell_key(self) -> str:
        return _digest(self.state.shell + self.state.site_url)


def _itself(page: Page) -> Page:
    return page


@cache
def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def signature(entry: Entry) -> str:
    """What a list shows of a question; a list changes when the signature of one of its entries does."""
    meta = entry.question.meta
    parts = (entry.question.lang, entry.question.url, meta.title, meta.status, entry.question.changed)
    return "\1".join(map(str, (*parts, *meta.topics, *meta.also_asked, *meta.chapters)))


@cache
def _look() -> str:
    """A digest of all templates and interface strings."""
    digest = sha256()
    root = resources.files("mailwijzer").joinpath("theme")
    for folder in ("templates", "strings"):
        for text in _texts(root.joinpath(folder)):
            digest.update(text.encode())
    return digest.hexdigest()


def _texts(folder: Traversable) -> Iterator[str]:
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.is_dir():
            yield from _texts(entry)
        else:
            yield entry.read_text("utf-8")


def _letter(lang: str, titles: Callable[[], list[Section]], letter: str) -> Page:
    return azpage.letter_page(lang, titles(), letter)
