"""Reading the files of an index: what the service and the desk look things up in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mailwijzer.errors import MailwijzerError
from mailwijzer.search import cards, codec, shards
from mailwijzer.search.sections import Section


class UnusableIndexError(MailwijzerError):
    """The index is missing, cut off, or of another version."""


Read = Callable[[str], str]
"""A file of the index by name, such as `0a1b2c/w7.js`; raises FileNotFoundError."""


@dataclass(frozen=True)
class Term:
    """A term in one file: what its tokens stand for."""

    term: str
    highest: float
    postings: str
    expansions: tuple[Expansion, ...] = ()

    def weights(self) -> list[tuple[int, float]]:
        """(section, weight) for every section with the term."""
        step = self.highest / codec.LEVELS
        return [(section, (level + 1) * step) for section, level in codec.decode(self.postings)]


@dataclass(frozen=True)
class Expansion:
    """What a phrase with the term adds to a query: the sections of the other phrases of its group."""

    group: int
    phrase: tuple[str, ...]
    """Has to stand in the query; empty where the term alone is enough."""

    others: tuple[tuple[str, ...], ...]
    term: Term
    """The other phrases as one."""


@dataclass(frozen=True)
class Range:
    """The words of one file."""

    tokens: Mapping[str, int]
    terms: Sequence[Term]

    def get(self, token: str) -> Term | None:
        """The term of a token."""
        number = self.tokens.get(token)
        return None if number is None else self.terms[number]

    def tokens_of(self, term: str) -> list[str]:
        """The tokens that stand for a term: how the word is written in texts."""
        numbers = {number for number, known in enumerate(self.terms) if known.term == term}
        return [token for token, number in self.tokens.items() if number in numbers]


def _range(content: Any) -> Range:
    listed, written = content
    tokens: dict[str, int] = {}
    first: list[str] = []
    for line in listed.split("\n") if listed else ():
        token, again, number = line.partition(" ")
        tokens[token] = int(number) if again else len(first)
        if not again:
            first.append(token)
    terms = [_term(token, *row) for token, row in zip(first, written, strict=True)]
    return Range(tokens, terms)


def _term(token: str, short: str | int, highest: float, postings: str, *expansions: list[Any]) -> Term:
    term = short if isinstance(short, str) else token[:short]
    made = tuple(_expansion(term, *row) for row in expansions)
    return Term(term, highest, postings, made)


def _expansion(term: str, group: int, phrase: str, others: str, highest: float, postings: str) -> Expansion:
    phrases = tuple(tuple(other.split(" ")) for other in others.split("|"))
    whole = tuple(phrase.split(" ")) if phrase else ()
    return Expansion(group, whole, phrases, Term(f"{term} {group}", highest, postings))


class Files:
    """The files of one language's index, read when they are needed and kept."""

    def __init__(self, lang: str, read: Read) -> None:
        self.lang = lang
        self._read = read
        self._kept: dict[str, Any] = {}
        self.manifest = self._content("manifest")
        if self.manifest.get("format") != shards.FORMAT:
            raise UnusableIndexError(_told(lang, "manifest.js", "is of another version of Mailwijzer"))
        self.version: str = self.manifest["version"]
        self.borders = shards.unfronted(self.manifest["borders"])
        delta = self._content("delta")
        same = delta.get("format") == shards.FORMAT and delta.get("base") == self.version
        if not same:
            raise UnusableIndexError(_told(lang, "delta.js", "belongs to another version of the index"))
        self._delta = delta

    def _content(self, name: str) -> Any:
        try:
            return shards.content(self._read(f"{name}.js"))
        except FileNotFoundError:
            raise UnusableIndexError(_told(self.lang, f"{name}.js", "is missing")) from None
        except (ValueError, IndexError, UnicodeDecodeError):
            raise UnusableIndexError(_told(self.lang, f"{name}.js", "is damaged")) from None

    def _file(self, name: str, make: Callable[[Any], Any]) -> Any:
        if name not in self._kept:
            self._kept[name] = make(self._content(f"{self.version}/{name}"))
        return self._kept[name]

    @cached_property
    def delta(self) -> Range:
        """The words that came since the base."""
        return _range(self._delta["words"])

    @cached_property
    def gone(self) -> frozenset[int]:
        """Numbers of sections that are no more."""
        return frozenset(self._delta["gone"])

    @property
    def first(self) -> int:
        """The number of the first section of the delta."""
        return int(self._delta["first"])

    @property
    def added(self) -> int:
        """How many sections the delta has."""
        return len(self._delta["texts"])

    @cached_property
    def stop_words(self) -> frozenset[str]:
        """Words that are not looked up."""
        return frozenset(self.manifest["stop"].split(" "))

    def words(self, number: int) -> Range:
        """A file of words."""
        found: Range = self._file(f"w{number}", _range)
        return found

    def place(self, token: str) -> int:
        """The number of the file in which a token would be."""
        return max(bisect_right(self.borders, token) - 1, 0)

    def terms(self, token: str) -> list[Term]:
        """The term of a token, in the base and in the delta: none, one or two entries."""
        found = (self._in_base(token), self.delta.get(token))
        return [term for term in found if term is not None]

    def _in_base(self, token: str) -> Term | None:
        return self.words(self.place(token)).get(token) if self.borders else None

    def spellings(self, letter: str) -> Sequence[str]:
        """The words that begin with a letter, the most frequent first."""
        number = self.manifest["letters"].find(letter) if letter else -1
        found: Sequence[str] = self._file(f"s{number}", str.split) if number >= 0 else ()
        return found

    def section(self, number: int, text: str = "") -> Section:
        """A section as its card shows it, with a text."""
        first = self.first
        if number >= first:
            return cards.unpacked(self._delta["cards"], number - first, text)
        size = self.manifest["cards"]
        return cards.unpacked(self._file(f"c{number // size}", lambda rows: rows), number % size, text)

    def text(self, number: int) -> str:
        """The whole text of a section."""
        first = self.first
        if number >= first:
            return str(self._delta["texts"][number - first])
        size = self.manifest["texts"]
        return str(self._file(f"t{number // size}", lambda rows: rows)[number % size])


def _told(lang: str, name: str, fault: str) -> str:
    return f"search/{name} of '{lang}' {fault}; run `mailwijzer build`"
