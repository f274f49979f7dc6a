"""The index as small text files, each a classic script, so that it works from a web server and from a file.

manifest.js       what there is: version, where ranges begin, stop words, filters
start.js          the manifest after the program that reads it (publishing/searching.py): one request less
delta.js          what changed since: sections that are gone, and the new ones whole
VERSION/w7.js     a range of words with their terms, and the postings of these terms
VERSION/s7.js     words by first letter, the most frequent first: for spelling
VERSION/c7.js     cards: what a result shows         VERSION/t7.js  texts: for excerpts
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from mailwijzer.search import cards, codec
from mailwijzer.search.documents import Lexicon
from mailwijzer.search.sections import Section
from mailwijzer.search.weighing import Words

FORMAT = 3
"""Version of the format; a reader refuses another one."""

CALL = "mailwijzerSearch"
"""The function that every file calls with its name and its content."""

SMALL = 2000
"""Sections up to which an index is small. Smaller files are more requests, larger ones more bytes."""

RANGE, CARDS = (1250, 1750), (16, 32)
"""Characters of a file of words, sections in one of cards: where the index is small, and where it is not."""

LEAST, MOST = 0.7, 1.5
"""Shares of it between which a file ends."""

TEXTS = 2
"""Sections in a file of texts."""


def script(lang: str, name: str, content: Any) -> str:
    """A file: a call that hands its content over."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return f'{CALL}("{lang}","{name}",{text});\n'


def content(text: str) -> Any:
    """The content of a file. Raises ValueError when it is cut off or is something else."""
    if not text.startswith(f"{CALL}(") or not text.endswith(");\n"):
        raise ValueError("the file is damaged")
    return json.loads("[" + text[len(CALL) + 1 : -3] + "]")[2]


def block(tokens: Iterable[str], words: Words) -> list[Any]:
    """Tokens, and their terms: [how the term is written, highest weight, postings, expansions ...].

    A token without a number has the next term; `token 3` has the term 3 again. A term that its first token
    begins with is written as the number of characters. An expansion is
    [group, phrase, others, highest, postings].
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
        short = len(term) if token.startswith(term) else term
        more = [[e.group, e.phrase, e.others, *_written(e.postings)] for e in words.expanded.get(term, ())]
        terms.append([short, *_written(words.postings.get(term, ())), *more])
    return ["\n".join(listed), terms]


def _written(row: Sequence[tuple[int, float]]) -> tuple[float, str]:
    """Highest weight, and postings in steps of it."""
    highest = float(f"{max((weight for _, weight in row), default=1.0):.3g}")
    return highest, codec.encode(codec.levels(row, highest))


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


@dataclass(frozen=True)
class Base:
    """All files of an index, by name."""

    version: str
    manifest: dict[str, Any]
    files: dict[str, Any]
    """Name without ending -> content, for the files of this version."""


def base(sections: Sequence[Section], words: Words, lexicon: Lexicon) -> Base:
    """The index of all sections, numbered as they stand.

    Its manifest has to be given `stop` and the names of filters yet: what is known of words besides sections.
    """
    files: dict[str, Any] = {}
    borders = []
    many = len(sections) > SMALL
    for number, (border, tokens) in enumerate(_ranges(words, RANGE[many])):
        files[f"w{number}"] = block(tokens, words)
        borders.append(border)
    letters = _spelling(lexicon, words)
    for number, listed in enumerate(letters.values()):
        files[f"s{number}"] = " ".join(listed)
    size = CARDS[many]
    for at in range(0, len(sections), size):
        files[f"c{at // size}"] = cards.packed(sections[at : at + size])
    for at in range(0, len(sections), TEXTS):
        files[f"t{at // TEXTS}"] = [section.text for section in sections[at : at + TEXTS]]
    digest = sha256(json.dumps([FORMAT, files], sort_keys=True).encode()).hexdigest()[:10]
    manifest = {
        "format": FORMAT,
        "version": digest,
        "sections": len(sections),
        "borders": fronted(borders),
        "letters": "".join(letters),
        "cards": size,
        "texts": TEXTS,
        "kinds": sorted({section.kind for section in sections}),
    }
    return Base(digest, manifest, files)


def _ranges(words: Words, wanted: int) -> Iterator[tuple[str, list[str]]]:
    """(where the range begins, its tokens): about so many characters each, and where its border is short."""
    tokens = sorted(words.tokens)
    at, border = 0, ""
    while at < len(tokens):
        end = _cut(tokens, at, words, wanted)
        yield border, tokens[at:end]
        if end < len(tokens):
            border = _between(tokens[end - 1], tokens[end])
        at = end


def _cut(tokens: Sequence[str], at: int, words: Words, wanted: int) -> int:
    """The end of the range that begins at a token."""
    best, found = 0.0, len(tokens)
    size, seen = 0, set[str]()
    for end in range(at, len(tokens)):
        token = tokens[end]
        heavy = _size(token, words, seen)
        if end > at and size + heavy > LEAST * wanted:
            # A short border is worth some inequality; a heavy word is best alone.
            cost = abs(size - wanted) / wanted + 0.25 * len(_between(tokens[end - 1], token))
            cost -= min(heavy / wanted, 1.0)
            if found == len(tokens) or cost < best:
                best, found = cost, end
            if size + heavy > MOST * wanted:
                return found
        size += heavy
    return len(tokens) if size < MOST * wanted else found


def _size(token: str, words: Words, seen: set[str]) -> int:
    """About how many characters a token adds to its file."""
    term = words.tokens[token]
    if term in seen:
        return len(token) + 3
    seen.add(term)
    more = sum(len(e.others) + 2 * len(e.postings) + 20 for e in words.expanded.get(term, ()))
    return len(token) + 12 + 2 * len(words.postings.get(term, ())) + more


def _between(before: str, after: str) -> str:
    """The shortest beginning of `after` that is greater than `before`."""
    for size in range(1, len(after)):
        if after[:size] > before:
            return after[:size]
    return after


def _spelling(lexicon: Lexicon, words: Words) -> dict[str, list[str]]:
    """First letter -> words, the most frequent first, those that only synonyms know last.

    Rare words are left out, unless synonyms name them; but a small site has no words to spare.
    """
    least = 2 if len(lexicon.terms) > 5000 else 1
    letters: dict[str, list[str]] = {}
    rows = sorted(lexicon.frequencies.items(), key=lambda row: (-row[1], row[0]))
    listed = [token for token, count in rows if count >= least or token in words.named]
    for token in (*listed, *sorted(words.named - lexicon.terms.keys())):
        if len(token) > 2 and token.isalpha():
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
    return {
        "format": FORMAT,
        "base": version,
        "gone": list(gone),
        "first": first,
        "words": block(sorted(words.tokens), words),
        "cards": cards.packed(added),
        "texts": [section.text for section in added],
    }
