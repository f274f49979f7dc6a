"""The pages that search reads: rendered chapters, and questions as their sources tell them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from mailwijzer.errors import Problem
from mailwijzer.locales import locale
from mailwijzer.publishing.answers import Fragment
from mailwijzer.publishing.project import Project
from mailwijzer.publishing.questionpage import applies_to
from mailwijzer.qa.listings import Entry
from mailwijzer.qa.model import Question
from mailwijzer.search import also, sections
from mailwijzer.search.sections import QUESTION, Section
from mailwijzer.source import SourceLocation

ALSO = "also.yml"
"""In the folder of the pages: how else people ask for a section."""

_REGION = re.compile(r"<!--(asked|related):.*?<!--/\1-->", re.DOTALL)
_RELEASE = re.compile(r"\d[\w.]*")
_READ = re.compile(r"^(?:topics|products):", re.MULTILINE)
_META = re.compile(r"---\n(.*?)\n---\n", re.DOTALL)


@dataclass(frozen=True)
class Source:
    """A page that sections are made of."""

    url: str
    key: str
    """Changes with what it is made of."""

    make: Callable[[], list[Section]]


def chapters(
    project: Project, lang: str, site: Path, names: Iterable[str], minor: frozenset[str]
) -> Iterator[Source]:
    """The rendered chapters in `site`. `topics` and `products` in a chapter's front matter make its
    sections filterable: `products: [debian 13, postfix]`.

    `minor` names the anchors of sections that repeat others. Raises ProblemsError when `also.yml` has faults.
    """
    others = _also(project, lang)
    for name in names:
        path = site / ("index.html" if name == "index" else f"{name}/index.html")
        if path.is_file():
            # What publishing itself puts into chapters is no reason to read them again.
            html = _REGION.sub("", path.read_text("utf-8"))
            url = "" if name == "index" else f"{name}/"
            meta = _meta(project.docs / lang / f"{name}.md")
            told = {at: lines for at, lines in others.items() if at.partition("#")[0] == url}
            yield _chapter(url, html, meta, minor, told)


def _also(project: Project, lang: str) -> also.Also:
    path = project.docs / ALSO
    return also.parse(path.read_text("utf-8"), project.relative(path), lang) if path.is_file() else {}


def _chapter(
    url: str, html: str, meta: Mapping[str, Any], minor: frozenset[str], others: also.Also
) -> Source:
    topics = _listed(meta.get("topics"))
    products = _whole(_listed(meta.get("products")))
    key = sha256(repr((topics, products, sorted(minor), others, html)).encode()).hexdigest()

    def make() -> list[Section]:
        made = sections.read(html, url, topics, minor, products)
        return [replace(section, also=others.get(section.url, ())) for section in made]

    return Source(url, key, make)


def _products(applies: Mapping[str, Any]) -> tuple[str, ...]:
    """Products, and their releases where they are named one by one: `debian 13`, but not `postfix >=3.4`."""
    made = []
    for product, releases in applies.items():
        listed = (releases,) if isinstance(releases, str) else _listed(releases)
        made += [product, *(f"{product} {release}" for release in listed if _RELEASE.fullmatch(release))]
    return _whole(made)


def _whole(products: Iterable[str]) -> tuple[str, ...]:
    """Products, each also without its release: who filters by Debian wants Debian 13 too."""
    made = dict[str, None]()
    for product in map(str.lower, products):
        name, _, release = product.rpartition(" ")
        made |= dict.fromkeys((name, product) if name and _RELEASE.fullmatch(release) else (product,))
    return tuple(made)


def unknown_topics(project: Project, lang: str, names: Iterable[str], known: Iterable[str]) -> list[Problem]:
    """What is wrong with the topics in the chapters' front matter."""
    problems = []
    for name in names:
        path = project.docs / lang / f"{name}.md"
        where = SourceLocation(project.relative(path))
        problems += [
            Problem(where, f"unknown topic '{topic}'", f"choose from {', '.join(sorted(known))}")
            for topic in _listed(_meta(path).get("topics"))
            if topic not in known
        ]
    return problems


def _meta(path: Path) -> Mapping[str, Any]:
    """What of a chapter's front matter search reads."""
    found = _META.match(path.read_text("utf-8"))
    if found is None or not _READ.search(found[1]):
        return {}
    meta = yaml.safe_load(found[1])
    return meta if isinstance(meta, Mapping) else {}


def _listed(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()


def questions(
    listed: Iterable[Entry], lang: str, key_of: Callable[[str], str], fragment: Callable[[str], Fragment]
) -> Iterator[Source]:
    """The questions of a language, each whole. `key_of` and `fragment` take an answer's Markdown."""
    for entry in sorted(listed, key=lambda e: e.question.id):
        if entry.in_own_language(lang):
            yield _question(entry.question, key_of, fragment)


def _question(
    question: Question, key_of: Callable[[str], str], fragment: Callable[[str], Fragment]
) -> Source:
    meta = question.meta

    def make() -> list[Section]:
        text = f"{' '.join(meta.question.split())} {sections.text_of(fragment(question.answer).html)}".strip()
        trail = (locale(question.lang).t("qa.title"),)
        releases = applies_to(question)
        about = (meta.topics, meta.also_asked, releases, _products(meta.applies_to))
        return [Section(question.url, meta.title, trail, text, QUESTION, *about)]

    parts = (meta.model_dump_json(exclude_defaults=True), key_of(question.answer))
    return Source(question.url, sha256("\0".join(parts).encode()).hexdigest(), make)
