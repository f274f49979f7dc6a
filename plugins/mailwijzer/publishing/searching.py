"""The search index of a language: what changed on its pages, and the files that say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any

from mailwijzer.publishing import azpage, relating
from mailwijzer.publishing.output import Output
from mailwijzer.publishing.project import Project
from mailwijzer.publishing.searchsources import Source
from mailwijzer.publishing.searchstate import Epoch, SearchState, open_state
from mailwijzer.search import documents, engine, shards, synonyms, weighing
from mailwijzer.search.documents import Language
from mailwijzer.search.finding import Finder
from mailwijzer.search.reading import Read
from mailwijzer.search.sections import Section

FOLD = 30
"""Changed sections in the delta before a new base is made: every search reads the delta whole."""

SYNONYMS = "synonyms.yml"
PROGRAM = "theme/material/assets/mailwijzer/search.js"

_SPARE = re.compile(r"^\s*(?:/\*.*?\*/\s*|//[^\n]*\n)*", re.MULTILINE | re.DOTALL)
"""Comments that begin a line, and indentation."""


@dataclass(frozen=True)
class Report:
    """What an update did."""

    sections: int
    analysed: int
    """Pages that were read again."""

    folded: bool
    """Whether a new base was made."""

    changed: int
    """Sections in the delta."""

    related: relating.Related
    """The questions beside each section."""

    digest: str
    """Changes with the title of any section."""

    letters: Mapping[str, str]
    """The letters that titles begin with -> what changes with any of these titles."""

    titles: Callable[[], list[Section]]
    """All sections, without their texts."""


def update(
    project: Project,
    lang: str,
    site: Path,
    sources: Sequence[Source],
    topics: Mapping[str, str],
    *,
    fold: bool = False,
) -> Report:
    """Bring the index up to date with these pages, and its files in `site`. `topics`: id -> name.

    What changed goes into the delta; with `fold`, as at a release, into a new base.
    Raises ProblemsError when the synonyms have faults.
    """
    with open_state(_folder(project, lang) / "state.sqlite3") as state:
        analysed = _read_changed(state, sources)
        words = _Words(Language(lang), _synonyms(project), dict(topics))
        output = Output(_folder(project, lang) / "files", site / "search")
        epoch = state.epoch()
        changes = _Changes.since(epoch, state) if epoch else None
        keep = epoch and changes and _fits(output, epoch, words) and not changes.too_many(fold)
        if not keep or not epoch or not changes:
            epoch, changes = _fold(state, output, words), _Changes((), (), 0)
        added = _write_delta(state, output, epoch, changes, words.language)
        finder = Finder(lang, _reader(output.store))
        relating.of_delta(state, added, finder)
        output.mirror(output.names(".js"))
        now = state.digests()
        letters = azpage.digests((url, heading) for url, (_, _, heading) in now.items())
        whole = (sha256(repr(letters).encode()).hexdigest(), letters)
        near = relating.with_newcomers(state.related(), added, epoch.numbers)
        return Report(len(now), analysed, not keep, changes.count, near, *whole, finder.all)


def _folder(project: Project, lang: str) -> Path:
    return project.state / lang / "search"


def _read_changed(state: SearchState, sources: Sequence[Source]) -> int:
    before = state.keys()
    changed = 0
    for source in sources:
        if before.get(source.url) != source.key:
            state.put(source.url, source.key, source.make())
            changed += 1
    state.keep({source.url for source in sources})
    return changed


def _synonyms(project: Project) -> tuple[synonyms.Group, ...]:
    path = project.docs / SYNONYMS
    return synonyms.parse(path.read_text("utf-8"), project.relative(path)) if path.is_file() else ()


@dataclass(frozen=True)
class _Words:
    """What an index knows of words besides its sections."""

    language: Language
    groups: tuple[synonyms.Group, ...]
    topics: dict[str, str]

    @property
    def fingerprint(self) -> str:
        stop = sorted(self.language.stop_words)
        parts = (shards.FORMAT, engine.SETTINGS, self.groups, self.topics, stop, program())
        return sha256(repr(parts).encode()).hexdigest()[:10]


@dataclass(frozen=True)
class _Changes:
    """What differs from a base."""

    gone: tuple[int, ...]
    added: tuple[tuple[str, str], ...]
    """(page, section) of sections that are new, or not as they were."""

    base: int
    """Sections of the base."""

    @property
    def count(self) -> int:
        return max(len(self.gone), len(self.added))

    def too_many(self, release: bool) -> bool:
        """Whether it is time for a new base. Statistics of very few sections tell nothing about the next."""
        return self.count > (0 if release else min(FOLD, self.base // 4))

    @classmethod
    def since(cls, epoch: Epoch, state: SearchState) -> _Changes:
        now = state.digests()
        gone = [n for url, (n, digest) in epoch.numbers.items() if now.get(url, ("", "", ""))[1] != digest]
        added = [
            (page, url)
            for url, (page, digest, _) in now.items()
            if epoch.numbers.get(url, (0, ""))[1] != digest
        ]
        return cls(tuple(sorted(gone)), tuple(added), len(epoch.numbers))


def _fits(output: Output, epoch: Epoch, words: _Words) -> bool:
    """Whether the files are there, of this base, format, synonyms and topics."""
    try:
        manifest = shards.content((output.store / "manifest.js").read_text("utf-8"))
    except (OSError, ValueError, IndexError):
        return False
    return bool(
        manifest.get("format") == shards.FORMAT
        and manifest["version"] == epoch.version
        and manifest["source"] == words.fingerprint
    )


def _fold(state: SearchState, output: Output, words: _Words) -> Epoch:
    """Weigh everything anew, and write a new base."""
    made = state.sections()
    analysed = documents.analyse(made, words.language)
    postings, statistics = engine.Index(analysed.documents).weigh()
    postings = documents.weighed(postings, dict(enumerate(made)))
    lexicon = analysed.lexicon
    known = weighing.words(lexicon, postings, list(enumerate(made)), words.groups, words.language)
    base = shards.base(made, known, lexicon)
    topics = {topic for section in made for topic in section.topics}
    products = {product for section in made for product in section.products}
    manifest = base.manifest | {
        "stop": " ".join(sorted(words.language.stop_words)),
        "topics": [[topic, words.topics[topic]] for topic in sorted(topics & words.topics.keys())],
        "products": [[documents.product_id(p), p[:1].upper() + p[1:]] for p in sorted(products)],
        "source": words.fingerprint,
    }
    _write_base(output, words.language.code, base, manifest)
    numbers = {section.url: (number, section.digest) for number, section in enumerate(made)}
    epoch = Epoch(base.version, numbers, statistics, documents.parts(lexicon))
    state.put_epoch(epoch)
    relating.of_base(state, made, postings)
    return epoch


def _write_base(output: Output, lang: str, base: shards.Base, manifest: dict[str, Any]) -> None:
    old = set(output.names(".js"))
    new = {f"{base.version}/{name}": content for name, content in base.files.items()}
    texts = {f"{name}.js": shards.script(lang, name, content) for name, content in new.items()}
    texts["manifest.js"] = shards.script(lang, "manifest", manifest)
    texts["start.js"] = program() + texts["manifest.js"]
    for name, text in texts.items():
        data = text.encode("utf-8", "replace")
        if name not in old or (output.store / name).read_bytes() != data:
            output.write(name, data)
    for path in old - texts.keys() - {"delta.js"}:
        output.remove(path)


@cache
def program() -> str:
    """What reads the index in a browser, without comments and indentation: searching waits for it."""
    text = resources.files("mailwijzer").joinpath(PROGRAM).read_text("utf-8")
    return _SPARE.sub("", text)


def _write_delta(
    state: SearchState, output: Output, epoch: Epoch, changes: _Changes, language: Language
) -> list[Section]:
    first = len(epoch.numbers)
    wanted = {url for _, url in changes.added}
    added = [s for s in state.sections({page for page, _ in changes.added}) if s.url in wanted]
    analysed = documents.analyse(added, language, epoch.known.__contains__)
    postings = engine.weigh_more(enumerate(analysed.documents, first), epoch.statistics)
    postings = documents.weighed(postings, dict(enumerate(added, first)))
    words = weighing.words(analysed.lexicon, postings, list(enumerate(added, first)))
    content = shards.delta(epoch.version, changes.gone, first, added, words)
    data = shards.script(language.code, "delta", content).encode()
    path = output.store / "delta.js"
    if not path.is_file() or path.read_bytes() != data:
        output.write("delta.js", data)
    return added


def _reader(folder: Path) -> Read:
    return lambda name: (folder / name).read_text("utf-8")
