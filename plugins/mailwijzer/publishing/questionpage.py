"""The page of one question: heading, the reader's words, the answer, what is near it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from markupsafe import Markup

from mailwijzer.locales import locale, others
from mailwijzer.pages import Page
from mailwijzer.publishing import readertext
from mailwijzer.publishing.sources import Sources
from mailwijzer.qa.listings import Entry
from mailwijzer.qa.model import Question, Status
from mailwijzer.shell import BASE
from mailwijzer.templates import render


def page(
    sources: Sources,
    question: Question,
    answer_html: Markup,
    related: Sequence[Entry] = (),
    *,
    site_url: str = "",
    structured_data: str = "webpage",
    answer_text: str = "",
) -> Page:
    """The page, with addresses that start with the shell's BASE slot."""
    code = question.lang
    words = locale(code)
    titles = sources.chapters.get(code, {})
    content = render(
        words,
        "question.html",
        base=BASE,
        q=question,
        trail=[
            (f"{BASE or './'}", words.t("qa.home")),
            (f"{BASE}qa/", words.t("qa.title")),
            (None, question.meta.title),
        ],
        topics=[sources.topics[name] for name in question.meta.topics if name in sources.topics],
        topic_names=sources.topics,
        chapters=[(name, titles[name]) for name in question.meta.chapters if name in titles],
        reader_html=readertext.render(question.meta.question),
        answer_html=answer_html,
        related=related,
        applies_to=applies_to(question),
    )
    twins = {
        other: twin.url
        for other in others(code)
        if (twin := sources.question(question.id, other)) is not None
    }
    head = feed_links(code) + _structured(question, site_url, structured_data, answer_text)
    description = readertext.excerpt(question.meta.question, 155)
    return Page(question.url, question.meta.title, description, content, twins, head)


def feed_links(code: str) -> Markup:
    """The feeds of a language, for feed readers that look in `<head>`."""
    title = Markup.escape(locale(code).t("qa.feed_title"))
    kinds = (("application/atom+xml", "feed.xml"), ("application/feed+json", "feed.json"))
    return Markup("").join(
        Markup('<link rel="alternate" type="{}" title="{}" href="{}qa/{}">\n').format(kind, title, BASE, name)
        for kind, name in kinds
    )


def applies_to(question: Question) -> str:
    """Products and releases that an answer holds for, in one line."""
    parts = []
    for product, releases in question.meta.applies_to.items():
        text = releases if isinstance(releases, str) else ", ".join(releases)
        parts.append(f"{product[:1].upper()}{product[1:]} {text}")
    return "; ".join(parts)


def _structured(question: Question, site_url: str, kind: str, answer_text: str) -> Markup:
    """JSON-LD. `webpage` (default) is honest: the site answers. `qapage` is for sites whose readers can
    answer too, as Google's guidelines for QAPage ask.
    """
    meta = question.meta
    thing: dict[str, object] = {
        "@type": "Question",
        "name": meta.title,
        "text": meta.question,
        "inLanguage": question.lang,
        "dateCreated": meta.asked.isoformat(),
        "answerCount": 1 if meta.status is Status.ANSWERED else 0,
        "author": {"@type": "Person", "name": meta.asked_by or locale(question.lang).t("qa.a_reader")},
    }
    if meta.status is Status.ANSWERED and meta.answered:
        thing["acceptedAnswer"] = {
            "@type": "Answer",
            "text": answer_text,
            "dateCreated": meta.answered.isoformat(),
            "url": f"{site_url}{question.url}#answer",
            "author": {"@type": "Organization", "name": "Mailwijzer"},
        }
    data = {
        "@context": "https://schema.org",
        "@type": "QAPage" if kind == "qapage" else "WebPage",
        "url": f"{site_url}{question.url}",
        "inLanguage": question.lang,
        "dateModified": question.changed.isoformat(),
        "mainEntity": thing,
    }
    # "</script" and slots cannot occur: < and @@ are written as JSON escapes.
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace("@@", "\\u0040\\u0040")
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(text))
