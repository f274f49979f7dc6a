"""The pages that list questions: index, topics, archive; the regions in chapters; the moved pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from markupsafe import Markup

from mailwijzer.locales import CODES, Locale, locale
from mailwijzer.pages import Page
from mailwijzer.publishing.questionpage import feed_links
from mailwijzer.publishing.sources import Sources
from mailwijzer.qa import listings
from mailwijzer.qa.listings import Entry
from mailwijzer.qa.model import Question, Topic, stem
from mailwijzer.shell import BASE
from mailwijzer.templates import render

NEWEST = 50
"""How many answers the index shows; the archive has all."""

RANGE = 100
"""Question numbers per archive page: an old page never changes because a new question comes."""


Listed = tuple[str, Sequence[Entry], Callable[[], Page]]
"""Address of a list page, the questions it shows, and how to make it."""


def plan(sources: Sources, listed: Sequence[Entry], lang: str) -> Iterable[Listed]:
    """Every list page of a language, not rendered yet."""
    words = locale(lang)
    yield "qa/", listed, lambda: _index(sources, listed, words)
    for topic in sources.topics.values():
        about = listings.on_topic(listed, topic)
        yield topic.url(), about, partial(_topic, sources, about, topic, words)
    for first, entries in _ranges(listed):
        yield _archive_url(first), entries, partial(_archive, sources, entries, first, words)


def _trail(words: Locale, *rest: tuple[str | None, str]) -> list[tuple[str | None, str]]:
    return [(f"{BASE}", words.t("qa.home")), (f"{BASE}qa/", words.t("qa.title")), *rest]


def _everywhere(url: str, lang: str) -> dict[str, str]:
    return {code: url for code in CODES if code != lang}


def _index(sources: Sources, listed: Sequence[Entry], words: Locale) -> Page:
    counts = [(topic, len(listings.on_topic(listed, topic))) for topic in sources.topics.values()]
    answered = listings.answered(listed)
    content = render(
        words,
        "qa-index.html",
        base=BASE,
        topics=[(topic, count) for topic, count in counts if count],
        topic_names=sources.topics,
        newest=answered[:NEWEST],
        answered_count=len(answered),
        waiting=listings.unanswered(listed),
        archive=[(_archive_url(first), _range_label(words, first)) for first, _ in _ranges(listed)],
    )
    title = words.t("qa.title")
    twins = _everywhere("qa/", words.code)
    return Page("qa/", title, words.t("qa.intro"), content, twins, feed_links(words.code))


def _topic(sources: Sources, about: Sequence[Entry], topic: Topic, words: Locale) -> Page:
    name = topic.names[words.code]
    content = render(
        words,
        "listing.html",
        base=BASE,
        trail=_trail(words, (None, name)),
        heading=words.t("qa.topic_heading", name=name),
        intro=topic.descriptions[words.code],
        listed=about,
        topic_names=sources.topics,
    )
    title = words.t("qa.topic_heading", name=name)
    description = topic.descriptions[words.code]
    return Page(topic.url(), title, description, content, _everywhere(topic.url(), words.code))


def _ranges(listed: Sequence[Entry]) -> list[tuple[int, list[Entry]]]:
    """(first number, entries by number) of every hundred that has a question, the newest first."""
    groups: dict[int, list[Entry]] = {}
    for entry in sorted(listed, key=lambda e: e.question.id):
        groups.setdefault((entry.question.id - 1) // RANGE * RANGE + 1, []).append(entry)
    return sorted(groups.items(), reverse=True)


def _archive_url(first: int) -> str:
    return f"qa/all/{first:04d}/"


def _range_label(words: Locale, first: int) -> str:
    return words.t("qa.archive_range", first=first, last=first + RANGE - 1)


def _archive(sources: Sources, entries: Sequence[Entry], first: int, words: Locale) -> Page:
    label = _range_label(words, first)
    content = render(
        words,
        "listing.html",
        base=BASE,
        trail=_trail(words, (None, label)),
        heading=label,
        intro="",
        listed=entries,
        topic_names=sources.topics,
    )
    url = _archive_url(first)
    return Page(url, label, words.t("qa.intro"), content, _everywhere(url, words.code))


def asked(sources: Sources, listed: Sequence[Entry], chapter: str, base: str, lang: str) -> Markup:
    """The region "asked about this chapter" of a chapter page."""
    about = listings.about_chapter(listed, chapter)
    return render(
        locale(lang), "asked.html", base=base, listed=about, topic_names=sources.topics, chapter=chapter
    )


def beside(entries: Sequence[Entry], base: str, lang: str) -> Markup:
    """The questions at the end of a section; nothing where there are none."""
    return render(locale(lang), "beside.html", base=base, entries=entries) if entries else Markup("")


def moved(question: Question, target: Question | None) -> dict[str, Page]:
    """Addresses that lead on to a question, so that none ever breaks: its bare number, former slugs.

    A superseded question's own address leads to `target`, which took its place; where that is not
    there in this language, to the list of all questions.
    """
    addresses = [f"qa/{question.id:04d}/"]
    addresses += [f"qa/{stem(question.id, slug)}/" for slug in question.meta.former_slugs]
    if target is not question:
        addresses.append(question.url)
    return {address: _moved(address, question.lang, target) for address in addresses}


def _moved(address: str, lang: str, target: Question | None) -> Page:
    words = locale(lang)
    href = f"{BASE}{target.url if target else 'qa/'}"
    title = target.meta.title if target else words.t("qa.title")
    head = Markup('<meta http-equiv="refresh" content="0; url={}">').format(href)
    link = Markup('<a href="{}">{}</a>').format(href, title)
    heading = words.t("qa.moved_title")
    content = Markup("<h1>{}</h1>\n<p>{} {}.</p>").format(heading, words.t("qa.moved"), link)
    return Page(address, heading, title, content, {}, head, indexed=False)
