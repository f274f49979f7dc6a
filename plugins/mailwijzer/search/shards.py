"""The index as small text files, each a classic script, so that it works from a web server and from a file.

manifest.js       what there is: version, where ranges begin, stop words, synonyms, filters
delta.js          what changed since: sections that are gone, and the new ones whole
VERSION/w7.js     a range of words with their terms, and the postings of these terms
VERSION/s7.js     words by first letter, the most frequent first: for spelling
VERSION/c7.js     cards: what a result shows         VERSION/t7.js  texts: for excerpts
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from mailwijzer.search import codec, documents
from mailwijzer.search.documents import Lexicon
from mailwijzer.search.engine import Postings
from mailwijzer.search.sections import Section

FORMAT = 2
"""Version of the format; a reader refuses another one."""

CALL = "mailwijzerSearch"
"""The function that every file calls with its name and its content."""

RANGE = 2000
"""Characters of a file of words. Smaller files are more requests, larger ones more bytes."""

CARDS, TEXTS = 8, 4
"""Sections in a file of cards, and in one of texts."""

EXCERPT = 60
"""Characters of a section's beginning on its card, shown until its text has come."""


@dataclass(frozen=True)
class Words:
    """Tokens, their terms, and the terms' postings: what one file of words is made of."""

    tokens: Mapping[str, str]
    postings: Postings


def script(lang: str, name: str, content: Any) -> str:
    """A file: a call that hands its content over."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return f'{CALL}("{lang}","{name}",{text});\n'


def content(text: str) -> Any:
    """The content of a file. Raises ValueError when it is cut off or is something else."""
    if not text.startswith(f"{CALL}(") or not text.endswith(");\n"):
        raise ValueError("the file is damaged")
    return json.loads("[" + text[len(CALL) + 1 : -3] + "]")[2]


def with_facets(sections: Iterable[tuple[int, Section]], words: Words) -> Words:
    """The same words, and the terms of filters, which are looked up like words."""
    postings = dict(words.postings)
    tokens = dict(words.tokens)
    for number, section in sections:
        for facet in documents.facets(section):
            postings.setdefault(facet, []).append((number, 1.0))
            tokens[facet] = facet
    return Words(tokens, postings)


def block(tokens: Iterable[str], words: Words) -> list[Any]:
    """Tokens, and their terms: [how the term is written, highest weight, postings].

    A token without a number has the next term; `token 3` has the term 3 again. A term that its first token
    begins with is written as the number of characters.
    """
    numbers: dict[str, int] = {}
    listed, terms = [], []
    for token in tokens:
        term = words.tokens[token]
        if term in numbers:
            listed.append(f"{token} {numbers[term]}")
            continue
        numbers[term] = len(numbers)
        listed.append(token)
        row = words.postings.get(term, [])
        highest = float(f"{max((weight for _, weight in row), default=1.0):.3g}")
        short = len(term) if token.startswith(term) else term
        terms.append([short, highest, codec.encode(codec.levels(row, highest))])
    return ["\n".join(listed), terms]


def fronted(words: Iterable[str]) -> str:
    """Sorted words, each without what it shares with the one before: a digit says how much (up to 9)."""
    made, before = [], ""
    for word in words:
        same = 0
        while same < min(9, len(before), len(word)) and before[same] == word[same]:
            same += 1
        made.append(f"{same}{word[same:]}")
        before = word
    return "\n".join(made)


def unfronted(text: str) -> list[str]:
    """The words of `fronted`."""
    words: list[str] = []
    for line in text.split("\n") if text else ():
        words.append((words[-1] if words else "")[: int(line[0])] + line[1:])
    return words


def card(section: Section) -> list[Any]:
    """What a result shows: address, heading, trail, kind, topics, the beginning of its text, releases."""
    row: list[Any] = [
        section.url,
        section.heading,
        list(section.trail),
        section.kind,
        list(section.topics),
        _beginning(section.text),
    ]
    return [*row, section.applies_to] if section.applies_to else row


def _beginning(text: str) -> str:
    if len(text) <= EXCERPT:
        return text
    return text[:EXCERPT].rpartition(" ")[0] + " …"


@dataclass(frozen=True)
class Base:
    """All files of an index, by name."""

    version: str
    manifest: dict[str, Any]
    files: dict[str, Any]
    """Name without ending -> content, for the files of this version."""

    facets: frozenset[str]
    """The filters that at least one section answers to."""


def base(sections: Sequence[Section], words: Words, lexicon: Lexicon) -> Base:
    """The index of all sections, numbered as they stand.

    Its manifest has to be given `stop`, `synonyms` and `topics` yet: what is known of words besides sections.
    """
    whole = with_facets(enumerate(sections), words)
    files: dict[str, Any] = {}
    borders = []
    for number, (border, tokens) in enumerate(_ranges(whole)):
        files[f"w{number}"] = block(tokens, whole)
        borders.append(border)
    letters = _spelling(lexicon)
    for number, listed in enumerate(letters.values()):
        files[f"s{number}"] = " ".join(listed)
    for name, size, row in (("c", CARDS, card), ("t", TEXTS, _text)):
        for at in range(0, len(sections), size):
            files[f"{name}{at // size}"] = [row(section) for section in sections[at : at + size]]
    digest = sha256(json.dumps([FORMAT, files], sort_keys=True).encode()).hexdigest()[:10]
    manifest = {
        "format": FORMAT,
        "version": digest,
        "sections": len(sections),
        "borders": fronted(borders),
        "letters": "".join(letters),
        "cards": CARDS,
        "texts": TEXTS,
        "kinds": sorted({section.kind for section in sections}),
    }
    return Base(digest, manifest, files, frozenset(whole.tokens.keys() - words.tokens.keys()))


def _text(section: Section) -> str:
    return section.text


def _ranges(words: Words) -> Iterable[tuple[str, list[str]]]:
    """(where the range begins, its tokens): about RANGE characters each."""
    border, current, terms, size = "", list[str](), set[str](), 0
    previous = ""
    for token in sorted(words.tokens):
        if size >= RANGE:
            yield border, current
            border, current, terms, size = _between(previous, token), [], set(), 0
        term = words.tokens[token]
        size += len(token) + 3
        if term not in terms:
            terms.add(term)
            size += len(term) + 12 + 2 * len(words.postings.get(term, ()))
        current.append(token)
        previous = token
    if current:
        yield border, current


def _between(before: str, after: str) -> str:
    """The shortest beginning of `after` that is greater than `before`."""
    for size in range(1, len(after)):
        if after[:size] > before:
            return after[:size]
    return after


def _spelling(lexicon: Lexicon) -> dict[str, list[str]]:
    """First letter -> words, the most frequent first. A small site has no words to spare."""
    least = 2 if len(lexicon.terms) > 5000 else 1
    letters: dict[str, list[str]] = {}
    rows = sorted(lexicon.frequencies.items(), key=lambda row: (-row[1], row[0]))
    for token, count in rows:
        if count >= least and len(token) > 2 and token.isalpha():
            letters.setdefault(token[0], []).append(token)
    return dict(sorted(letters.items()))


def delta(
    version: str,
    gone: Sequence[int],
    first: int,
    added: Sequence[Section],
    words: Words,
) -> dict[str, Any]:
    """What changed since a base: numbers of sections that are gone, and new sections from number `first`."""
    whole = with_facets(enumerate(added, first), words)
    return {
        "format": FORMAT,
        "base": version,
        "gone": list(gone),
        "first": first,
        "words": block(sorted(whole.tokens), whole),
        "cards": [card(section) for section in added],
        "texts": [section.text for section in added],
    }
