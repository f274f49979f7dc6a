"""Read and write the question files of a project; only changed files are parsed again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from mailwijzer.errors import MailwijzerError, Problem, fail_on
from mailwijzer.locales import CODES
from mailwijzer.publishing.project import Project, write_atomic
from mailwijzer.publishing.store import CachedSource, Store, open_store
from mailwijzer.qa import checking, parsing
from mailwijzer.qa.model import NAME, FrontMatter, Question, Topic, stem
from mailwijzer.source import SourceLocation

_HEADING = re.compile(r"^# +(.+?)(?:\s*\{[^}]*\})?\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Sources:
    """Everything that question pages are made of."""

    questions: tuple[Question, ...]
    topics: Mapping[str, Topic]
    chapters: Mapping[str, Mapping[str, str]]
    """Language -> chapter -> title."""

    def question(self, number: int, lang: str) -> Question | None:
        """One question in one language, if it exists there."""
        found = (q for q in self.questions if q.id == number and q.lang == lang)
        return next(found, None)

    @cached_property
    def stems(self) -> frozenset[tuple[str, str]]:
        """(language, stem) of every question: what an answer can link to."""
        return frozenset((question.lang, question.stem) for question in self.questions)

    def known(self) -> parsing.Known:
        """What question files may refer to: the chapters of any language."""
        return parsing.Known(self.topics, {name for titles in self.chapters.values() for name in titles})


def state_file(project: Project) -> Path:
    """The cache of a project."""
    return project.state / "publishing.sqlite3"


def load(project: Project) -> Sources:
    """Parse and check all sources. Raises ProblemsError with every problem of every file."""
    with open_store(state_file(project)) as store:
        return load_with(project, store)


def load_with(project: Project, store: Store) -> Sources:
    """Like `load`, with a store that is open already."""
    topics, problems = _topics(project)
    chapters = {code: _chapters(project.docs / code) for code in CODES}
    empty = Sources((), topics, chapters)
    questions, faults = _questions(project, store, empty.known())
    problems += faults
    problems += checking.check(questions)
    fail_on(problems)
    return Sources(tuple(questions), topics, chapters)


def _topics(project: Project) -> tuple[dict[str, Topic], list[Problem]]:
    path = project.qa / "topics.yml"
    where = project.relative(path)
    try:
        return parsing.parse_topics(path.read_text("utf-8"), where)
    except FileNotFoundError:
        return {}, [Problem(SourceLocation(where), "the file is missing", "list the topics in it")]
    except UnicodeDecodeError:
        return {}, [Problem(SourceLocation(where), "not UTF-8", "save it as UTF-8")]


def _chapters(folder: Path) -> dict[str, str]:
    """Chapter name -> its title, for every Markdown file of a language."""
    titles = {}
    for path in sorted(folder.rglob("*.md")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        heading = _HEADING.search(path.read_text("utf-8"))
        titles[name] = heading[1] if heading else name
    return titles


def _questions(project: Project, store: Store, known: parsing.Known) -> tuple[list[Question], list[Problem]]:
    fingerprint = sha256("\n".join([*sorted(known.topics), "", *sorted(known.chapters)]).encode()).hexdigest()
    cached = store.sources()
    questions: list[Question] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for path in sorted(project.qa.glob("*.md")):
        name = project.relative(path)
        seen.add(name)
        stat = path.stat()
        old = cached.get(name)
        if old and (old.mtime, old.size, old.known) == (stat.st_mtime_ns, stat.st_size, fingerprint):
            meta = FrontMatter.model_validate_json(old.meta)
            questions.append(Question(name, old.slug, meta, old.answer, old.answer_line))
            continue
        question, faults = _parse(path, name, known)
        problems += faults
        if question is not None:
            questions.append(question)
            store.put_source(name, _cached(question, stat.st_mtime_ns, stat.st_size, fingerprint))
    store.drop_sources(set(cached) - seen)
    return questions, problems


def _parse(path: Path, name: str, known: parsing.Known) -> tuple[Question | None, list[Problem]]:
    try:
        text = path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return None, [Problem(SourceLocation(name, line), "not UTF-8", "save the file as UTF-8")]
    return parsing.parse(text, name, known)


def _cached(question: Question, mtime: int, size: int, known: str) -> CachedSource:
    meta = question.meta.model_dump_json(exclude_defaults=True)
    return CachedSource(mtime, size, known, meta, question.slug, question.answer, question.answer_line)


def next_id(project: Project) -> int:
    """The first number above all that question files have used."""
    names = (NAME.fullmatch(path.name) for path in project.qa.glob("*.md"))
    return max((int(name["id"]) for name in names if name), default=0) + 1


def path_of(project: Project, number: int, slug: str, lang: str) -> Path:
    """The file of a question. Raises MailwijzerError for a name that would not stay in qa/."""
    path = project.qa / f"{stem(number, slug)}.{lang}.md"
    if NAME.fullmatch(path.name) is None or not path.resolve().is_relative_to(project.qa.resolve()):
        raise MailwijzerError(
            f"'{path.name}' cannot be a question's file; use a-z, 0-9 and single hyphens in the slug",
            "file_name",
            name=path.name,
        )
    return path


def write(project: Project, meta: FrontMatter, slug: str, answer: str) -> Path:
    """Write a question file, whole or not at all, durable on return."""
    path = path_of(project, meta.id, slug, meta.lang)
    write_atomic(path, parsing.dump(meta, answer).encode("utf-8"), durable=True)
    return path
