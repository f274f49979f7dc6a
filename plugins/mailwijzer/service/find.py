"""The page of search results, for readers without JavaScript and for links to a search."""

from __future__ import annotations

import logging
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from mailwijzer.locales import CODES, Locale, others
from mailwijzer.pages import Page
from mailwijzer.publishing import azpage, lookup, shells
from mailwijzer.publishing.lookup import Found
from mailwijzer.search import excerpts, planning
from mailwijzer.search.sections import KINDS
from mailwijzer.service import respond
from mailwijzer.templates import render

LIMIT = 20

_log = logging.getLogger(__name__)


async def page(request: Request) -> Response:
    """GET /<lang>/find/?q=&kind=&topic=: results; without a query everything from A to Z."""
    return await run_in_threadpool(_page, request)


def _page(request: Request) -> Response:
    words = respond.words_of(request)
    project = respond.service(request).project
    query = request.query_params.get("q", "")[: planning.QUERY_MAX].strip()
    if not query:
        made = azpage.page(words.code, lookup.finder(project, words.code).all())
        return respond.page(request, words, _served(made, words))
    chosen = filters(request, known_topics(request))
    found = lookup.find(project, words.code, query, LIMIT, [f"{k}/{v}" for k, v in chosen.items()])
    count_miss(request, words.code, found)
    return respond.page(request, words, _results(request, words, query, chosen, found))


def _served(made: Page, words: Locale) -> Page:
    """A page of the static site, for any address: its links start at the language's root."""
    base = shells.served_base(words.code)
    content = str(made.content).replace("@@BASE@@", base).replace(" data-mw-search-here", "")
    return Page(made.url, made.title, made.description, type(made.content)(content), made.translations)


def known_topics(request: Request) -> set[str]:
    """The topics that may be filtered by: those that a section of any language has."""
    project = respond.service(request).project
    return {topic for code in CODES for topic, _ in lookup.finder(project, code).files.manifest["topics"]}


def filters(request: Request, topics: set[str]) -> dict[str, str]:
    """The filters of a request's address; unknown values filter nothing."""
    chosen = {"kind": request.query_params.get("kind", ""), "topic": request.query_params.get("topic", "")}
    known = {"kind": set(KINDS), "topic": topics}
    return {name: value for name, value in chosen.items() if value in known[name]}


def count_miss(request: Request, lang: str, found: Found) -> None:
    """Count what was looked for in vain, where the site's owner wants that."""
    running = respond.service(request)
    if running.misses is None or found.result.total or not found.result.plan.tokens:
        return
    running.misses.count(lang, found.result.plan.tokens)


def _results(request: Request, words: Locale, query: str, chosen: dict[str, str], found: Found) -> Page:
    result = found.result
    finder = lookup.finder(respond.service(request).project, found.lang)
    marks = finder.marks(result.plan)
    content = render(
        words,
        "find.html",
        base=shells.served_base(words.code),
        found_base=shells.served_base(found.lang),
        query=query,
        found=found,
        hits=[(hit, excerpts.mark(hit.section.heading, marks)) for hit in result.hits],
        kinds=("", *finder.files.manifest["kinds"]),
        topics=lookup.finder(respond.service(request).project, words.code).files.manifest["topics"],
        chosen=chosen,
        foreign=found.lang != words.code,
        ask=urlencode({"title": query[:150]}),
    )
    address = urlencode({"q": query, **chosen})
    twins = dict.fromkeys(others(words.code), f"find/?{address}")
    title = words.t("search.heading", query=query)
    return Page("find/", title, words.t("search.description"), content, twins, indexed=False)
