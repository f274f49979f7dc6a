"""Search for programs: /api/search, /api/suggest, /api/related; described in /api/openapi.json."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mailwijzer.locales import CODES
from mailwijzer.publishing import lookup
from mailwijzer.search import planning
from mailwijzer.search.finding import Hit
from mailwijzer.search.reading import UnusableIndexError
from mailwijzer.search.sections import QUESTION
from mailwijzer.service import find, openapi, respond
from mailwijzer.service.body import whole

MOST, USUAL = 50, 10
"""Results that can be asked for, and how many come unasked."""

SUGGESTIONS, LIKE = 5, 0.25
"""Suggestions for a question, and how much of it they must have (see Result.likeness)."""


class _BadRequestError(Exception):
    """A parameter is missing or wrong."""


async def search(request: Request) -> Response:
    """GET /api/search: sections for a query."""
    return await _answer(request, _search)


async def suggest(request: Request) -> Response:
    """GET /api/suggest: published questions and sections that may answer a question being written."""
    return await _answer(request, _suggest)


async def related(request: Request) -> Response:
    """GET /api/related: the questions beside a page or a section."""
    return await _answer(request, _related)


async def description(_request: Request) -> Response:
    """GET /api/openapi.json: what there is."""
    return JSONResponse(openapi.DOCUMENT)


async def missed(request: Request) -> Response:
    """POST /api/missed?lang=&q=: the browser found nothing, and the owner of the site wants to know."""

    def count(request: Request) -> dict[str, Any]:
        lang = _lang(request)
        project = respond.service(request).project
        find.count_miss(request, lang, lookup.find(project, lang, _query(request)))
        return {}

    return await _answer(request, count)


async def _answer(request: Request, handler: Callable[[Request], dict[str, Any]]) -> Response:
    headers = {"Cache-Control": "no-store"}
    try:
        content = await run_in_threadpool(handler, request)
    except _BadRequestError as error:
        return JSONResponse({"error": str(error)}, 400, headers)
    except UnusableIndexError as error:
        return JSONResponse({"error": str(error)}, 503, {**headers, "Retry-After": "10"})
    return JSONResponse(content, headers=headers)


def _search(request: Request) -> dict[str, Any]:
    lang, query = _lang(request), _query(request)
    chosen = find.filters(request)
    project = respond.service(request).project
    found = lookup.find(project, lang, query, _limit(request), [f"{k}/{v}" for k, v in chosen.items()])
    find.count_miss(request, lang, found)
    plan = found.result.plan
    return {
        "query": query,
        "lang": found.lang,
        "total": found.result.total,
        "corrected": plan.corrected,
        "unknown": plan.unknown,
        "hits": [_hit(hit, found.lang) for hit in found.result.hits],
    }


def _suggest(request: Request) -> dict[str, Any]:
    lang, query = _lang(request), _query(request)
    result = lookup.finder(respond.service(request).project, lang).find(query, 3 * SUGGESTIONS)
    like = [hit for hit in result.hits if result.likeness(hit) >= LIKE]
    # A question is what a question is compared with; the tutorial comes after.
    like.sort(key=lambda hit: hit.section.kind != QUESTION)
    return {"query": query, "lang": lang, "hits": [_hit(hit, lang) for hit in like[:SUGGESTIONS]]}


def _related(request: Request) -> dict[str, Any]:
    lang, url = _lang(request), request.query_params.get("url", "")
    project = respond.service(request).project
    finder = lookup.finder(project, lang)
    titles = {section.url: section.heading for section in finder.all()}
    beside = lookup.related(project, lang, url.removeprefix(f"/{lang}/"))
    rows = [{"url": f"/{lang}/{one}", "heading": titles[one]} for one in beside if one in titles]
    return {"url": url, "lang": lang, "related": rows}


def _hit(hit: Hit, lang: str) -> dict[str, Any]:
    section = hit.section
    return {
        "url": f"/{lang}/{section.url}",
        "lang": lang,
        "heading": section.heading,
        "trail": list(section.trail),
        "kind": section.kind,
        "topics": list(section.topics),
        "applies_to": section.applies_to,
        "score": round(hit.score, 4),
        "excerpt": [{"text": text, "match": match} for text, match in hit.excerpt.parts],
    }


def _lang(request: Request) -> str:
    lang = request.query_params.get("lang", CODES[0])
    if lang not in CODES:
        raise _BadRequestError(f"lang is one of {', '.join(CODES)}")
    return lang


def _query(request: Request) -> str:
    query = request.query_params.get("q", "")
    if not query.strip():
        raise _BadRequestError("q is missing: the words to look for")
    return query[: planning.QUERY_MAX]


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", str(USUAL))
    if not 1 <= whole(text) <= MOST:
        raise _BadRequestError(f"limit is a number from 1 to {MOST}")
    return whole(text)
