"""The machine's view of the questions: Atom (RFC 4287), JSON Feed 1.1, index.json, sitemap."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mailwijzer.locales import locale
from mailwijzer.publishing import readertext
from mailwijzer.qa import listings
from mailwijzer.qa.listings import Entry
from mailwijzer.qa.model import Question

FEED_LENGTH = 50
_ATOM = "http://www.w3.org/2005/Atom"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"

Text = Callable[[Question], str]
"""The plain text of a question's answer."""


def files(
    listed: Sequence[Entry], urls: Iterable[str], lang: str, site_url: str, text: Text
) -> dict[str, bytes]:
    """Path -> content of every machine-readable file about the questions of a language."""
    newest = [entry.question for entry in listings.answered(listed) if entry.question.lang == lang]
    newest = newest[:FEED_LENGTH]
    return {
        "qa/feed.xml": _atom(newest, lang, site_url, text),
        "qa/feed.json": _json_feed(newest, lang, site_url, text),
        "qa/index.json": _index(listed, lang),
        "qa/sitemap.xml": _sitemap(urls, site_url),
    }


def _moment(question: Question) -> str:
    # Dates are days; RFC 4287 wants a moment. Midnight UTC of that day is the honest one.
    return f"{question.changed.isoformat()}T00:00:00Z"


def _atom(newest: Sequence[Question], lang: str, site_url: str, text: Text) -> bytes:
    feed = Element("feed", {"xmlns": _ATOM, "xml:lang": lang})
    _add(feed, "title", locale(lang).t("qa.feed_title"))
    _add(feed, "id", f"{site_url}qa/")
    _add(feed, "updated", max(map(_moment, newest), default="1970-01-01T00:00:00Z"))
    SubElement(feed, "link", {"rel": "self", "href": f"{site_url}qa/feed.xml"})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": f"{site_url}qa/"})
    _add(SubElement(feed, "author"), "name", "Mailwijzer")
    for question in newest:
        entry = SubElement(feed, "entry")
        _add(entry, "title", question.meta.title)
        # The id is the number's address: it stays when the slug changes.
        _add(entry, "id", f"{site_url}qa/{question.id:04d}/")
        _add(entry, "updated", _moment(question))
        _add(entry, "published", f"{(question.meta.answered or question.meta.asked).isoformat()}T00:00:00Z")
        SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": site_url + question.url})
        for topic in question.meta.topics:
            SubElement(entry, "category", {"term": topic})
        _add(entry, "summary", readertext.excerpt(text(question), 400))
    return _xml(feed)


def _json_feed(newest: Sequence[Question], lang: str, site_url: str, text: Text) -> bytes:
    items = [
        {
            "id": f"{site_url}qa/{question.id:04d}/",
            "url": site_url + question.url,
            "title": question.meta.title,
            "content_text": text(question),
            "date_published": f"{(question.meta.answered or question.meta.asked).isoformat()}T00:00:00Z",
            "date_modified": _moment(question),
            "tags": list(question.meta.topics),
        }
        for question in newest
    ]
    return _json(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": locale(lang).t("qa.feed_title"),
            "home_page_url": f"{site_url}qa/",
            "feed_url": f"{site_url}qa/feed.json",
            "language": lang,
            "items": items,
        }
    )


def _index(listed: Sequence[Entry], lang: str) -> bytes:
    """All questions by title, for "already answered?" and for whoever waits for a page to be there."""
    rows = [
        {
            "id": entry.question.id,
            "url": ("" if entry.in_own_language(lang) else f"../{entry.question.lang}/") + entry.question.url,
            "lang": entry.question.lang,
            "title": entry.question.meta.title,
            "also_asked": list(entry.question.meta.also_asked),
            "status": str(entry.question.meta.status),
            "topics": list(entry.question.meta.topics),
            "changed": entry.question.changed.isoformat(),
        }
        for entry in sorted(listed, key=lambda e: e.question.id)
    ]
    return _json({"lang": lang, "questions": rows})


def _sitemap(urls: Iterable[str], site_url: str) -> bytes:
    root = Element("urlset", {"xmlns": _SITEMAP})
    for url in urls:
        _add(SubElement(root, "url"), "loc", site_url + url)
    return _xml(root)


def _add(parent: Element, tag: str, text: str) -> None:
    # XML 1.0 has no way to write most control characters.
    SubElement(parent, tag).text = "".join(c for c in text if c >= " " or c in "\t\n")


def _xml(root: Element) -> bytes:
    indent(root)
    data: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1).encode() + b"\n"
