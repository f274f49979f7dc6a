"""The badge below a snippet: what is known of its text, keyed by that text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import yaml

from mailwijzer.errors import Problem
from mailwijzer.locales import Locale
from mailwijzer.snippets.model import Snippet, digest
from mailwijzer.snippets.report import Verified
from mailwijzer.source import SourceLocation


@dataclass(frozen=True)
class Badge:
    """A claim about a snippet, in the reader's language."""

    kind: str
    """`verified`, `simulated`, `recorded`, `norun` or `unverified`: also the CSS modifier."""

    text: str
    rows: tuple[str, ...] = ()
    """What is told to those who ask: a line for each release."""


BadgeSource = Callable[[Snippet, Locale], Badge | None]
"""Asks one record about a snippet; None lets the next one speak. The first answer is shown."""


@dataclass(frozen=True)
class Recording:
    """One row of recordings.yml: a text that a real daemon wrote, and which daemon that was."""

    id: str
    date: dt.date
    release: str
    versions: Mapping[str, str]
    sha256: str


def badge(snippet: Snippet, locale: Locale, sources: Sequence[BadgeSource]) -> Badge:
    """The strongest claim that can be made for a snippet; never silence."""
    if snippet.norun:
        return Badge("norun", locale.t("snippets.norun", reason=snippet.norun))
    if snippet.skip:
        return Badge("norun", locale.t("snippets.skip", reason=snippet.skip))
    for source in sources:
        found = source(snippet, locale)
        if found is not None and found.kind == "verified" and snippet.simulated:
            text = locale.t("snippets.simulated", what=snippet.simulated, run=found.text)
            return replace(found, kind="simulated", text=text)
        if found is not None and found.kind == "verified" and snippet.xfail:
            return replace(found, text=f"{found.text}. {locale.t('snippets.xfail', reason=snippet.xfail)}")
        if found is not None:
            return found
    return Badge("unverified", locale.t("snippets.unverified"))


def render(badge: Badge) -> str:
    """The badge as a paragraph, or folded where there is more to tell: that needs no script."""
    if badge.rows:
        rows = "".join(f"<li>{escape(row)}</li>" for row in badge.rows)
        summary = f"<summary>{escape(badge.text)}</summary>"
        return f'<details class="mw-badge mw-badge--{badge.kind}">{summary}<ul>{rows}</ul></details>'
    return f'<p class="mw-badge mw-badge--{badge.kind}">{escape(badge.text)}</p>'


def recorded(recordings: Mapping[str, Recording]) -> BadgeSource:
    """A source that speaks for snippets whose text is still the recorded one."""

    def source(snippet: Snippet, locale: Locale) -> Badge | None:
        row = recordings.get(snippet.id)
        if row is None or row.sha256 != digest(snippet.text):
            return None
        versions = ", ".join(f"{name} {version}" for name, version in row.versions.items())
        text = locale.t(
            "snippets.recorded", date=locale.date(row.date), release=row.release, versions=versions
        )
        return Badge("recorded", text)

    return source


def verified(rows: Sequence[Verified]) -> BadgeSource:
    """A source that speaks for snippets that ran, and for those whose text changed since."""

    def source(snippet: Snippet, locale: Locale) -> Badge | None:
        known = [row for row in rows if row.id == snippet.id and snippet.id]
        current = [row for row in known if row.sha256 == digest(snippet.text)]
        if not current:
            return Badge("unverified", locale.t("snippets.changed")) if known else None
        current.sort(key=lambda row: (int(row.release), row.date), reverse=True)
        systems = locale.t("snippets.and").join(row.release for row in current)
        text = locale.t("snippets.verified", date=locale.date(current[0].day), systems=systems)
        return Badge("verified", text, tuple(_system(row, locale) for row in current))

    return source


def _system(row: Verified, locale: Locale) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in row.versions.items())
    text = locale.t("snippets.system", release=row.release, date=locale.date(row.day))
    return f"{text}: {versions}" if versions else text


def load_recordings(path: Path) -> tuple[dict[str, Recording], tuple[Problem, ...]]:
    """Read recordings.yml; rows that cannot be read are told, not dropped in silence."""
    return _load(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _load(path: Path, _stamp: int) -> tuple[dict[str, Recording], tuple[Problem, ...]]:
    where = SourceLocation.of(path.absolute(), root=Path.cwd())
    try:
        rows = yaml.safe_load(path.read_text("utf-8")) or {}
    except yaml.YAMLError as error:
        return {}, (Problem(where, f"not valid YAML: {error}", "mend the syntax"),)
    if not isinstance(rows, dict):
        return {}, (Problem(where, "not a mapping", "write one 'id:' for each recording"),)
    found: dict[str, Recording] = {}
    problems: list[Problem] = []
    for ident, row in rows.items():
        try:
            found[ident] = _recording(ident, row)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            what = f"recording '{ident}' cannot be read ({error})"
            problems.append(Problem(where, what, "give it date, release, versions and sha256"))
    return found, tuple(problems)


def _recording(ident: str, row: Mapping[str, Any]) -> Recording:
    if not isinstance(row["date"], dt.date):
        raise ValueError(f"date: {row['date']!r}")
    versions = {str(name): str(version) for name, version in row["versions"].items()}
    return Recording(ident, row["date"], str(row["release"]), versions, str(row["sha256"]))
