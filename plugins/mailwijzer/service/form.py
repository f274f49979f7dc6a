"""What a reader filled in, what is wrong with it, and the submission it becomes. No HTTP here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid4

from mailwijzer.locales import Locale
from mailwijzer.qa.submission import ADDRESS_MAX, NAME_MAX, TEXT_MAX, TITLE_MAX, NewSubmission
from mailwijzer.service.body import Fields

TRAP = "ref-7k"
"""Name of the field that people do not see. It means nothing, so no browser fills it in."""

PROOF = "altcha"
"""Name of the field of proofs of work, as ALTCHA has it."""

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Control characters other than tab and line feed (C0, DEL and C1)."""

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\.]+(?:\.[^\s@<>,;:\"()\[\]\\.]+)+")
LIMITS = {"title": TITLE_MAX, "text": TEXT_MAX, "name": NAME_MAX, "address": ADDRESS_MAX}
"""Most characters of each field."""


@dataclass(frozen=True)
class Entered:
    """The form as it came in, or a fresh one."""

    title: str = ""
    text: str = ""
    name: str = ""
    address: str = ""
    chapter: str = ""
    key: str = ""
    token: str = ""
    trap: str = ""
    proof: str = ""
    """ALTCHA's payload; empty without script, and where no work is asked for."""


@dataclass(frozen=True)
class FieldError:
    """One thing to correct, in the reader's language."""

    field: str
    """Name of the field, which is also the id of its input."""

    text: str
    lang: str = ""
    """Language of the text where it is not the page's."""


def new_key() -> str:
    """A fresh idempotency key."""
    return str(uuid4())


def entered(fields: Fields) -> Entered:
    """The fields of a posted form, as typed but for white space that nobody means."""

    def line(name: str) -> str:
        # Not split(): that would swallow control characters which the reader must hear of.
        return re.sub(r"[ \t\n\u00a0]+", " ", fields.one(name)).strip(" ")

    return Entered(
        title=line("title"),
        text=fields.one("text").strip("\n").rstrip(" \t\n"),
        name=line("name"),
        address=line("address"),
        chapter=fields.one("chapter"),
        key=_key(fields.one("key")),
        token=fields.one("token"),
        trap=fields.one(TRAP),
        proof=fields.one(PROOF),
    )


def _key(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def errors(words: Locale, form: Entered) -> list[FieldError]:
    """Everything to correct, in the order of the form."""
    return [
        *_required(words, "title", form.title),
        *_text(words, "title", form.title),
        *_required(words, "text", form.text),
        *_text(words, "text", form.text),
        *_text(words, "name", form.name),
        *_address(words, form.address),
    ]


def _required(words: Locale, field: str, value: str) -> Iterable[FieldError]:
    if not value.strip():
        yield FieldError(field, words.t(f"ask.error_{field}_empty"))


def _text(words: Locale, field: str, value: str) -> Iterable[FieldError]:
    limit = LIMITS[field]
    if len(value) > limit:
        yield FieldError(
            field, words.t(f"ask.error_{field}_long", n=grouped(words, len(value)), max=grouped(words, limit))
        )
    if found := CONTROL.search(value):
        yield FieldError(
            field,
            words.t(
                f"ask.error_control_{field}",
                code=f"U+{ord(found.group()):04X}",
                shown=visible(found.group()),
                line=value.count("\n", 0, found.start()) + 1,
            ),
        )


def _address(words: Locale, value: str) -> Iterable[FieldError]:
    faults = list(_text(words, "address", value))
    yield from faults
    if value and not faults and _ADDRESS.fullmatch(value) is None:
        yield FieldError("address", words.t("ask.error_address_form"))


def grouped(words: Locale, number: int) -> str:
    """A number as the language writes it: 10,000 or 10.000."""
    return f"{number:,}".replace(",", words.t("ask.thousands"))


def visible(text: str) -> str:
    """The text with each control character as its picture (U+2400 ...), fit to stand in HTML."""

    def picture(match: re.Match[str]) -> str:
        code = ord(match.group())
        if code < 0x20:
            return chr(0x2400 + code)
        return "\u2421" if code == 0x7F else "\ufffd"

    return CONTROL.sub(picture, text)


def submission(form: Entered, lang: str, suspicion: Iterable[str] = ()) -> NewSubmission:
    """What the inbox takes in; only for a form without errors."""
    return NewSubmission(
        key=form.key,
        lang=lang,
        title=form.title,
        text=form.text,
        name=form.name,
        address=form.address,
        chapter=form.chapter,
        suspicion=tuple(suspicion),
    )
