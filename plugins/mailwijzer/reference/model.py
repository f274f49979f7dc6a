"""Terms, facts and error lines, as their YAML files hold them."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mailwijzer.locales import CODES


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")


class Meaning(BaseModel):
    """A term in one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    term: str
    meaning: str
    also: tuple[str, ...] = ()
    """Other forms that stand for the same in a text, such as a plural."""


class Term(_Entry):
    """A word of the field, explained."""

    en: Meaning
    nl: Meaning

    def of(self, lang: str) -> Meaning:
        """The term in a language of the site."""
        found = getattr(self, lang)
        assert isinstance(found, Meaning)
        return found


class Fact(_Entry):
    """A statement that can grow old."""

    fact: str
    source: str = Field(pattern=r"^https://")
    checked: dt.date
    again: dt.date
    """When to look again."""

    pages: tuple[str, ...]
    """Chapters that rely on it."""

    @model_validator(mode="after")
    def _in_order(self) -> Fact:
        if self.again <= self.checked:
            raise ValueError("again: has to be later than checked")
        return self


class Rfc(_Entry):
    """A document of the RFC series, as the RFC Editor's index has it."""

    id: str = Field(pattern=r"^rfc[1-9][0-9]*$")
    title: str
    month: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    status: str
    obsoleted_by: tuple[int, ...] = ()
    earlier: tuple[str, ...] = ()
    """Chapters that may cite it though it is obsolete: they tell what came before."""

    @model_validator(mode="after")
    def _known(self) -> Rfc:
        if self.status not in STATUSES:
            raise ValueError(f"status: '{self.status}' is none of {', '.join(STATUSES)}")
        if self.earlier and not self.obsoleted_by:
            raise ValueError("earlier: only for an RFC that is obsolete")
        return self

    @property
    def number(self) -> int:
        """By which it is known."""
        return int(self.id.removeprefix("rfc"))


STATUSES = (
    *("standard", "draft", "proposed", "practice"),
    *("informational", "experimental", "historic", "unknown"),
)
"""What an RFC can be: the keys of `reference.status_*` in the interface strings."""


class Remedy(BaseModel):
    """An error line explained, in one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    meaning: str
    cure: str


ROLES = ("nobody", "author", "user", "sender", "receiver", "provider", "developer", "you")
"""Who can have to act: the keys of `reference.who_*` in the interface strings."""


class ErrorLine(_Entry):
    """A line of a log, a bounce or a dialogue, word for word, and what to do about it."""

    text: str
    says: str
    """Product or service that says it: Postfix, Gmail, Spamhaus."""

    group: str
    """Heading under which the index lists it: a key of `reference.group_*`."""

    who: str
    source: str = ""
    """Address of the maker's documentation; empty where our own lab said it."""

    seen: str = Field("", pattern=r"^([a-z0-9-]+#)?[a-z0-9-]*$")
    """Id of the snippet that reproduces it; `page#id` where that stands in another chapter than the first."""

    pages: tuple[str, ...] = ()
    """Chapters that show it."""

    en: Remedy
    nl: Remedy

    @model_validator(mode="after")
    def _sourced(self) -> ErrorLine:
        if not (self.source or self.seen):
            raise ValueError("give a source, or the snippet in which it is seen")
        if self.who not in ROLES:
            raise ValueError(f"who: '{self.who}' is none of {', '.join(ROLES)}")
        return self

    @property
    def place(self) -> str:
        """Source file and anchor of the snippet that shows it; empty where no chapter is named."""
        page, _, snippet = self.seen.rpartition("#")
        page = page or next(iter(self.pages), "")
        return f"{page}.md#snippet-{snippet}" if page else ""

    def of(self, lang: str) -> Remedy:
        """The explanation in a language of the site."""
        found = getattr(self, lang)
        assert isinstance(found, Remedy)
        return found


assert set(CODES) <= set(Term.model_fields)
