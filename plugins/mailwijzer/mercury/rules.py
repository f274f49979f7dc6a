"""The rules of the linter: data in rules.yml, which a script in a browser can use just as well."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

Level = Literal["error", "warning", "note"]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Check(_Data):
    """What makes a rule speak: exactly one of these. Patterns are searched without regard to case."""

    grammar: str = ""
    """A fault of this kind of `ini.Fault`."""

    missing: bool = False
    """The key is not there, or is empty."""

    matches: str = ""
    """A value has the pattern."""

    lacks: str = ""
    """A value does not have the pattern."""

    outside: tuple[int, int] | None = None
    """A value is no whole number from the first to the second."""

    days_below: tuple[str, float] | None = None
    """Minutes of this key, times the number in the other key, are fewer days than this."""

    same_as: str = ""
    """A value is that of another key, `section.key`."""

    differs_from: str = ""
    """A value is not that of another key, and both are there."""

    absent_from: str = ""
    """A value is none of the values of a list section."""

    lists: str = ""
    """A line of a list section has the pattern."""

    lists_none: str = ""
    """No line of a list section has the pattern."""

    repeats: bool = False
    """A key, or a line of a list, stands twice."""

    unknown: bool = False
    """A key, or with section `*` and no key a section, that no file or manual we know has."""

    cut: bool = False
    """A `#` within the value made a comment of its end."""

    @model_validator(mode="after")
    def _one(self) -> Check:
        if len(self.model_fields_set) != 1:
            raise ValueError("a test is exactly one of its kinds")
        return self

    @property
    def kind(self) -> str:
        """Which of its fields it is."""
        return next(iter(self.model_fields_set))


class Condition(_Data):
    """Something else that has to be so before a rule speaks."""

    section: str
    key: str = ""
    test: Check


class Text(_Data):
    """A rule in one language."""

    what: str
    """The fault; may name `{section}`, `{key}` and `{value}`."""

    reason: str
    cure: str


class Rule(_Data):
    """One thing that can be wrong."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    section: str
    """`*` for all that have keys."""

    key: str = ""
    level: Level
    test: Check
    when: tuple[Condition, ...] = ()
    source: str
    """Key of `Rules.sources`."""

    en: Text
    nl: Text

    def of(self, lang: str) -> Text:
        """The rule's text in a language of the site."""
        found = getattr(self, lang)
        assert isinstance(found, Text)
        return found


class Rules(_Data):
    """All rules, where they come from, and the names that Mercury knows."""

    sources: dict[str, str]
    sections: dict[str, tuple[str, ...]]
    """Section -> keys seen in the maker's files and manual."""

    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _sound(self) -> Rules:
        ids = [rule.id for rule in self.rules]
        if twice := {name for name in ids if ids.count(name) > 1}:
            raise ValueError(f"ids stand twice: {', '.join(sorted(twice))}")
        if unsourced := {rule.source for rule in self.rules} - set(self.sources):
            raise ValueError(f"unknown sources: {', '.join(sorted(unsourced))}")
        return self


@functools.cache
def load() -> Rules:
    """The rules of rules.yml."""
    text = Path(__file__).with_name("rules.yml").read_text("utf-8")
    return Rules.model_validate(yaml.safe_load(text))
