"""The description of the search API, in OpenAPI 3.1."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from mailwijzer.locales import CODES
from mailwijzer.search.sections import KINDS


def _parameter(name: str, text: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    kind = {"type": "string", **schema}
    return {"name": name, "in": "query", "required": required, "description": text, "schema": kind}


def _operation(summary: str, answer: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    def content(name: str) -> dict[str, Any]:
        return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}

    return {
        "get": {
            "summary": summary,
            "parameters": list(parameters),
            "responses": {
                "200": {"description": "The answer.", "content": content(answer)},
                "400": {
                    "description": "A parameter is missing or wrong; `error` says which.",
                    "content": content("Fault"),
                },
                "503": {"description": "The site has not been built yet.", "content": content("Fault")},
            },
        }
    }


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": sorted(properties), "properties": properties}


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


_TEXT = {"type": "string"}
_LANG = _parameter("lang", "The language to search in.", enum=list(CODES), default=CODES[0])
_QUERY = _parameter("q", "A sentence, words, a code or a log line. There is no syntax.", required=True)
_HITS = _list({"$ref": "#/components/schemas/Hit"})

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Mailwijzer: search",
        "version": version("mailwijzer"),
        "description": "The same ranking as in the browser. Nothing about who searches is kept.",
    },
    "paths": {
        "/api/search": _operation(
            "Sections for a query, the best first; from the other language where this one has nothing.",
            "Results",
            _QUERY,
            _LANG,
            _parameter("kind", "Only this kind of section.", enum=list(KINDS)),
            _parameter("topic", "Only this topic: an id from qa/topics.yml."),
            _parameter("product", "Only this product, or this release of it: `postfix`, `debian-13`."),
            _parameter("limit", "How many results.", type="integer", minimum=1, maximum=50, default=10),
        ),
        "/api/suggest": _operation(
            "What may answer a question that is being written: questions first, then sections.",
            "Suggestions",
            _QUERY,
            _LANG,
        ),
        "/api/related": _operation(
            "The published questions about the same as a page or a section.",
            "Related",
            _parameter("url", "Its address: `/en/smtp-session/#ports`.", required=True),
            _LANG,
        ),
    },
    "components": {
        "schemas": {
            "Hit": _object(
                url=_TEXT,
                lang={"type": "string", "enum": list(CODES)},
                heading=_TEXT,
                trail=_list(_TEXT),
                kind={"type": "string", "enum": list(KINDS)},
                topics=_list(_TEXT),
                applies_to=_TEXT,
                score={"type": "number"},
                excerpt=_list(_object(text=_TEXT, match={"type": "boolean"})),
            ),
            "Results": _object(
                query=_TEXT,
                lang=_TEXT,
                total={"type": "integer"},
                corrected={"type": "object", "additionalProperties": _TEXT},
                unknown=_list(_TEXT),
                hits=_HITS,
            ),
            "Suggestions": _object(query=_TEXT, lang=_TEXT, hits=_HITS),
            "Related": _object(url=_TEXT, lang=_TEXT, related=_list(_object(url=_TEXT, heading=_TEXT))),
            "Fault": _object(error=_TEXT),
        }
    },
}
