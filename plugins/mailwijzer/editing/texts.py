"""A draft as Markdown files in the format of qa/, for editing with any editor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from mailwijzer import frontmatter
from mailwijzer.errors import Problem, fail_on
from mailwijzer.locales import CODES
from mailwijzer.qa import parsing
from mailwijzer.qa.model import NAME, FrontMatter, Source, Status, stem
from mailwijzer.qa.submission import Draft, DraftText

_COMMON = ("topics", "chapters", "asked", "asked_by", "source_url", "source_title", "applies_to")


def write(number: int, draft: Draft) -> dict[str, str]:
    """File name -> text, for every language of the site: one without a text is there to be filled."""
    texts = {}
    for lang in CODES:
        words = draft.texts.get(lang, DraftText())
        values: dict[str, Any] = {
            "id": number,
            "lang": lang,
            "title": words.title,
            "status": Status.ANSWERED,
            "topics": draft.topics,
            "chapters": draft.chapters,
            "also_asked": words.also_asked,
            "asked": draft.asked,
            "applies_to": dict(draft.applies_to),
            "asked_by": draft.asked_by or None,
            "question": words.question,
        }
        if draft.source_url or draft.source_title:
            values["source"] = Source.model_construct(url=draft.source_url, title=draft.source_title)
        meta = FrontMatter.model_construct(**values)
        texts[f"{stem(number, draft.slug)}.{lang}.md"] = parsing.dump(meta, words.answer)
    return texts


def read(number: int, base: Draft, files: Mapping[str, str]) -> Draft:
    """The draft that edited files make, laid over `base`: languages without a file stay as they are.

    Raises ProblemsError for what cannot be read, or what one file says and another contradicts.
    What is only missing is no fault here: a draft may be unfinished.
    """
    documents = {path: frontmatter.parse(text, path) for path, text in files.items()}
    problems = [problem for document in documents.values() for problem in document.problems]
    fail_on(problems)
    for document in documents.values():
        problems += _faults(number, document)
    fail_on(problems)
    made = base
    texts = dict(base.texts)
    first: dict[str, Any] = {}
    for path, document in documents.items():
        words = _words(document)
        texts[document.meta["lang"]] = words
        common = _common(document.meta)
        if first and words:
            problems += [
                Problem(document.where(key), f"'{key}' differs from the other file", "make them agree")
                for key in _COMMON
                if first[key] != common[key]
            ]
        if words and not first:
            first = common
        if (name := NAME.fullmatch(path.rpartition("/")[2])) and int(name["id"]) == number:
            made = replace(made, slug=name["slug"])
    fail_on(problems)
    return replace(made, **first, texts=texts)


def _faults(number: int, document: frontmatter.Document) -> Iterable[Problem]:
    meta = document.meta
    for key in meta:
        if key not in FrontMatter.model_fields:
            yield Problem(document.where(key), f"unknown field '{key}'", "remove it, or correct its spelling")
    if meta.get("lang") not in CODES:
        what = f"'lang' is '{meta.get('lang')}'"
        yield Problem(document.where("lang"), what, f"write one of {', '.join(CODES)}")
    if meta.get("id", number) != number:
        what = f"'id' is {meta['id']}, but this is the answer to submission {number}"
        yield Problem(document.where("id"), what, "take the file of the right question")
    if meta.get("asked") is not None and type(meta["asked"]) is not dt.date:
        yield Problem(document.where("asked"), f"'{meta['asked']}' is not a date", "write YYYY-MM-DD")
    for key, kind in (("topics", list), ("chapters", list), ("also_asked", list), ("source", dict)):
        if not isinstance(meta.get(key) or kind(), kind):
            yield Problem(document.where(key), f"'{key}' has the wrong form", "see qa/schema.json")
    if not isinstance(meta.get("applies_to") or {}, dict):
        yield Problem(document.where("applies_to"), "'applies_to' is no mapping", "see qa/schema.json")


def _words(document: frontmatter.Document) -> DraftText:
    meta = document.meta
    return DraftText(
        title=str(meta.get("title") or "").strip(),
        question=str(meta.get("question") or ""),
        answer=document.body.strip(),
        also_asked=_strings(meta.get("also_asked")),
    )


def _common(meta: Mapping[str, Any]) -> dict[str, Any]:
    source = meta.get("source") or {}
    return {
        "topics": _strings(meta.get("topics")),
        "chapters": _strings(meta.get("chapters")),
        "asked": meta.get("asked"),
        "asked_by": str(meta.get("asked_by") or ""),
        "source_url": str(source.get("url") or ""),
        "source_title": str(source.get("title") or ""),
        "applies_to": {
            str(product): _strings(releases) if isinstance(releases, list) else str(releases)
            for product, releases in (meta.get("applies_to") or {}).items()
        },
    }


def _strings(values: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in values or ())
