"""The editor's form: from a draft to fields and back, and what a draft lacks. No HTTP here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mailwijzer.errors import Problem
from mailwijzer.locales import CODES, Locale
from mailwijzer.qa.model import NAME, SLUG, SLUG_MAX
from mailwijzer.qa.submission import Draft, DraftText
from mailwijzer.service import said
from mailwijzer.service.body import Fields
from mailwijzer.service.form import CONTROL, FieldError, visible

SHARED = ("slug", "asked", "asked_by", "source_url", "source_title", "applies_to")
PER_LANGUAGE = ("title", "question", "also_asked", "answer")

_ONCE = (*SHARED, "topics", "chapters")
_KEY = re.compile(r"'(?P<key>[a-z_]+)(?:\.(?P<part>[a-z_]+))?")
_SAID = {
    "unknown topic": "topics",
    "unknown chapter": "chapters",
    "the answer": "answer",
    "the link": "answer",
    "has no heading": "answer",
    "question's text": "question",
    "slug": "slug",
}
"""Words of problems that do not begin with their key -> the field they are about."""


@dataclass(frozen=True)
class Sheet:
    """The form as it stands on the page: text as typed, by the id of its field."""

    text: Mapping[str, str]
    topics: tuple[str, ...] = ()
    chapters: tuple[str, ...] = ()


def of_draft(draft: Draft) -> Sheet:
    """A draft as it is shown."""
    text = {name: str(getattr(draft, name) or "") for name in SHARED if name != "applies_to"}
    text["applies_to"] = "\n".join(
        f"{product}: {releases if isinstance(releases, str) else ', '.join(releases)}"
        for product, releases in draft.applies_to.items()
    )
    for code in CODES:
        words = draft.texts.get(code, DraftText())
        text[f"title-{code}"] = words.title
        text[f"question-{code}"] = words.question
        text[f"also_asked-{code}"] = "\n".join(words.also_asked)
        text[f"answer-{code}"] = words.answer
    return Sheet(text, draft.topics, draft.chapters)


def of_fields(fields: Fields) -> Sheet:
    """A posted form as it came in."""
    names = [*SHARED, *(f"{name}-{code}" for code in CODES for name in PER_LANGUAGE)]
    return Sheet(
        {name: fields.one(name) for name in names}, _distinct(fields, "topics"), _distinct(fields, "chapters")
    )


def _distinct(fields: Fields, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fields.all(name)))


def draft(words: Locale, sheet: Sheet) -> tuple[Draft, list[FieldError]]:
    """The draft that the form holds, and what keeps it from being saved as it is."""
    errors = list(_control(words, sheet))
    asked = _date(words, sheet.text["asked"].strip(), errors)
    applies_to = _applies_to(words, sheet.text["applies_to"], errors)
    line = {name: " ".join(sheet.text[name].split()) for name in SHARED if name != "applies_to"}
    made = Draft(
        slug=line["slug"],
        topics=sheet.topics,
        chapters=sheet.chapters,
        asked=asked,
        asked_by=line["asked_by"],
        source_url=line["source_url"],
        source_title=line["source_title"],
        applies_to=applies_to,
        texts={code: _words(sheet, code) for code in CODES},
    )
    return made, errors


def _words(sheet: Sheet, code: str) -> DraftText:
    also = (" ".join(line.split()) for line in sheet.text[f"also_asked-{code}"].split("\n"))
    return DraftText(
        title=" ".join(sheet.text[f"title-{code}"].split()),
        question=sheet.text[f"question-{code}"].strip("\n").rstrip(),
        answer=sheet.text[f"answer-{code}"].strip("\n").rstrip(),
        also_asked=tuple(dict.fromkeys(line for line in also if line)),
    )


def _control(words: Locale, sheet: Sheet) -> Iterable[FieldError]:
    for name, text in sheet.text.items():
        if found := CONTROL.search(text):
            yield FieldError(
                name,
                words.t(
                    "desk.error_control",
                    label=words.t(f"desk.field_{name.partition('-')[0]}"),
                    code=f"U+{ord(found.group()):04X}",
                    shown=visible(found.group()),
                ),
            )


def _date(words: Locale, text: str, errors: list[FieldError]) -> dt.date | None:
    if not text:
        return None
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    errors.append(FieldError("asked", words.t("desk.error_date", text=visible(text))))
    return None


def _applies_to(words: Locale, text: str, errors: list[FieldError]) -> dict[str, str | tuple[str, ...]]:
    """`postfix: >=3.4` is a range, `debian: 12, 13` a list."""
    found: dict[str, str | tuple[str, ...]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        product, _, rest = (part.strip() for part in line.partition(":"))
        releases = tuple(part.strip() for part in rest.split(",") if part.strip())
        if not product or not releases:
            told = words.t("desk.error_applies_to", line=number, text=visible(line.strip()))
            errors.append(FieldError("applies_to", told))
        elif product in found:
            told = words.t("desk.error_applies_twice", line=number, product=product)
            errors.append(FieldError("applies_to", told))
        else:
            found[product] = releases[0] if len(releases) == 1 else releases
    return found


def lacking(words: Locale, made: Draft) -> list[FieldError]:
    """What a draft still needs before it can be published, in the order of the form."""
    errors = []
    if made.slug and (len(made.slug) > SLUG_MAX or re.fullmatch(SLUG, made.slug) is None):
        errors.append(FieldError("slug", words.t("desk.error_slug_form", max=SLUG_MAX)))
    for field, value in (("slug", made.slug), ("topics", made.topics), ("asked", made.asked)):
        if not value:
            errors.append(FieldError(field, words.t(f"desk.error_{field}_missing")))
    if bool(made.source_url) != bool(made.source_title):
        field = "source_title" if made.source_url else "source_url"
        errors.append(FieldError(field, words.t("desk.error_source_half")))
    filled = [code for code in CODES if made.texts.get(code, DraftText())]
    if not filled:
        errors.append(FieldError(f"title-{words.code}", words.t("desk.error_no_language")))
    for code in filled:
        for field in ("title", "question", "answer"):
            if not getattr(made.texts[code], field).strip():
                language = words.t(f"desk.language_{code}")
                told = words.t(f"desk.error_{field}_missing", language=language)
                errors.append(FieldError(f"{field}-{code}", told))
    return errors


def with_problems(
    words: Locale, errors: list[FieldError], problems: Iterable[Problem], number: int
) -> list[FieldError]:
    """`errors`, and those problems of the question files that they do not tell already."""
    told = {error.field for error in errors}
    more = [
        _told(words, problem, field)
        for problem in problems
        if (field := field_of(problem, number)) not in told
    ]
    # What both languages share is faulty in both their files, and said once.
    return [*errors, *dict.fromkeys(more)]


def _told(words: Locale, problem: Problem, field: str) -> FieldError:
    told = said.of_problem(words, problem, where=not field)
    return FieldError(field, told.text, told.lang if told.lang != words.code else "")


def field_of(problem: Problem, number: int) -> str:
    """The field that a problem of this question's files belongs to; empty for none of them."""
    own = re.match(rf"qa/{number:04d}-", problem.where.path)
    name = NAME.fullmatch(problem.where.path.rpartition("/")[2])
    if not own:
        return ""
    for words, field in _SAID.items():
        if words in problem.what:
            return f"{field}-{name['lang']}" if field in PER_LANGUAGE and name else field
    found = _KEY.match(problem.what)
    key = "_".join(filter(None, found.groups())) if found else ""
    if key not in (*PER_LANGUAGE, *_ONCE) and found:
        key = found["key"]
    if key in PER_LANGUAGE and name:
        return f"{key}-{name['lang']}"
    return key if key in _ONCE else ""
