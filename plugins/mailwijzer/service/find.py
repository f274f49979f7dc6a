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
    """GET /<lang>/find/?q=&kind=&topic=&product=: results; without a query everything from A to Z."""
    return await run_in_threadpool(_page, request)


def _page(request: Request) -> Response:
    words = respond.words_of(request)
    project = respond.service(request).project
    query = request.query_params.get("q", "")[: planning.QUERY_MAX].strip()
    if not query:
        made = azpage.page(words.code, lookup.finder(project, words.code).all())
        return respond.page(request, words, _served(made, words))
    chosen = filters(request)
    found = lookup.find(project, words.code, query, LIMIT, [f"{k}/{v}" for k, v in chosen.items()])
    count_miss(request, words.code, found)
    return respond.page(request, words, _results(request, words, query, chosen, found))


def _served(made: Page, words: Locale) -> Page:
    """A page of the static site, for any address: its links start at the language's root."""
    base = shells.served_base(words.code)
    content = str(made.content).replace("@@BASE@@", base).replace(" data-mw-search-here", "")
    return Page(made.url, made.title, made.description, type(made.content)(content), made.translations)


def filters(request: Request) -> dict[str, str]:
    """The filters of a request's address; values that no section of any language has filter nothing."""
    project = respond.service(request).project
    manifests = [lookup.finder(project, code).files.manifest for code in CODES]
    known = {
        "kind": set(KINDS),
        "topic": {topic for manifest in manifests for topic, _ in manifest["topics"]},
        "product": {product for manifest in manifests for product, _ in manifest["products"]},
    }
    chosen = {name: request.query_params.get(name, "") for name in known}
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
    own = lookup.finder(respond.service(request).project, words.code).files.manifest
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
        topics=own["topics"],
        products=own["products"],
        chosen=chosen,
        foreign=found.lang != words.code,
        ask=urlencode({"title": query[:150]}),
    )
    address = urlencode({"q": query, **chosen})
    twins = dict.fromkeys(others(words.code), f"find/?{address}")
    title = words.t("search.heading", query=query)
    return Page("find/", title, words.t("search.description"), content, twins, indexed=False)
