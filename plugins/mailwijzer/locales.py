"""The languages of the site and the words of its interface."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from mailwijzer.errors import MailwijzerError

CODES = ("en", "nl")
"""Languages with a full set of interface strings; the first is the fallback for a visitor."""

_MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "nl": [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
}


@dataclass(frozen=True)
class Locale:
    """One language: its code (BCP 47), its own name and its interface strings."""

    code: str
    name: str
    strings: dict[str, str]

    def t(self, key: str, **values: object) -> str:
        """The interface text for `area.key`, with `{placeholders}` filled in.

        Raises MailwijzerError for an unknown key: a missing text is a fault, not an empty label.
        """
        try:
            text = self.strings[key]
        except KeyError:
            area = key.partition(".")[0]
            raise MailwijzerError(
                f"no text '{key}' in theme/strings/{self.code}/{area}.yml; add it in every language"
            ) from None
        return text.format(**values) if values else text

    def date(self, day: dt.date) -> str:
        """A date in words, day first, in this language: 24 November 2026."""
        return f"{day.day} {self.month(day)}"

    def month(self, day: dt.date) -> str:
        """The month of a date, with its year: November 2026."""
        return f"{_MONTHS[self.code][day.month - 1]} {day.year}"


@cache
def locale(code: str) -> Locale:
    """The locale of a language code; raises MailwijzerError for one that the site does not have."""
    if code not in CODES:
        raise MailwijzerError(f"unknown language '{code}'; the site has {', '.join(CODES)}")
    strings: dict[str, str] = {}
    folder = resources.files("mailwijzer").joinpath("theme", "strings", code)
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        area = file.name.removesuffix(".yml")
        for key, text in (yaml.safe_load(file.read_text("utf-8")) or {}).items():
            strings[f"{area}.{key}"] = str(text)
    return Locale(code, {"en": "English", "nl": "Nederlands"}[code], strings)


def others(code: str) -> tuple[str, ...]:
    """The site's other languages."""
    return tuple(other for other in CODES if other != code)


def negotiate(accept_language: str) -> str:
    """The best of our languages for an Accept-Language header (RFC 9110 12.5.4)."""
    ranked: list[tuple[float, int, str]] = []
    for order, item in enumerate(accept_language.split(",")[:20]):
        tag, _, quality = item.strip().partition(";")
        code = tag.strip().lower().split("-")[0]
        if code in CODES:
            ranked.append((-_quality(quality), order, code))
    wanted = [entry for entry in sorted(ranked) if entry[0] < 0]
    return wanted[0][2] if wanted else CODES[0]


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
