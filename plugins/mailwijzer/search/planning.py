"""From a query to what is looked up: tokens, their terms, corrections, synonyms.

The browser plans in the same way (search.js); a test holds both to the same results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from mailwijzer.search import analysis, compounds, synonyms
from mailwijzer.search.reading import Expansion, Files, Term

QUERY_MAX = 2000
"""Characters of a query that are read."""

TOKENS_MAX = 40
"""Tokens of a query that are looked up."""

SYNONYM, ALONE, CODE, EXAMPLE, PART = 0.5, 0.8, 1.5, 0.5, 0.7
"""What a match counts for: by a synonym beside its word, or where the word stands in no text; of a code, of a
name made up for examples, of a part of an unknown compound."""

PREFIXES, PREFIX_MIN = 5, 3

TWICE = 7
"""Letters of a word that may have two typing errors: near a shorter one are too many words."""


@dataclass(frozen=True)
class Group:
    """Terms that count together: the highest weight of them, times a factor."""

    terms: tuple[Term, ...]
    factor: float
    tokens: tuple[str, ...]
    """As they stand in texts, for marking."""

    expanded: bool = False
    """Whether it comes from a synonym: of its words only those in the delta are looked up."""

    counted: bool = True
    """Whether a section without it lacks what was typed: not so where a synonym comes beside its word."""

    def weights(self) -> dict[int, float]:
        """Section -> the highest weight of these terms in it."""
        if len(self.terms) == 1:
            return dict(self.terms[0].weights())
        best: dict[int, float] = {}
        for term in self.terms:
            for section, weight in term.weights():
                if weight > best.get(section, 0.0):
                    best[section] = weight
        return best


@dataclass
class Plan:
    """What a query comes down to."""

    tokens: list[str]
    """What was looked for, as typed."""

    groups: list[Group] = field(default_factory=list)
    corrected: dict[str, str] = field(default_factory=dict)
    """A typed word -> the word that was looked up instead."""

    unknown: list[str] = field(default_factory=list)
    """Words that are nowhere, not even nearly."""

    read: list[str] = field(default_factory=list)
    """The tokens as they were read: corrected, and compounds in parts."""

    _seen: set[str] = field(default_factory=set)

    def add(self, terms: Sequence[Term], factor: float, tokens: Sequence[str]) -> bool:
        """Add terms that are not there yet; a term counts once. Returns whether there was any."""
        new = [term for term in terms if term.term not in self._seen]
        self._seen.update(term.term for term in new)
        if new:
            self.groups.append(Group(tuple(new), factor, tuple(tokens)))
        return bool(new)


def plan(files: Files, query: str) -> Plan:
    """Plan a query. Any text is a query: there is no syntax, and nothing fails."""
    folded = analysis.fold(query[:QUERY_MAX])
    typed = analysis.tokens(analysis.fixed(folded))
    tokens = [token for token in dict.fromkeys(typed) if token not in files.stop_words][:TOKENS_MAX]
    made = Plan(tokens)
    unfinished = tokens[-1] if tokens and folded.endswith(tokens[-1]) else ""
    covered = _covered(files, tokens, typed)
    for token in tokens:
        if terms := _in_texts(files, token):
            made.read.append(token)
            made.add(terms, _factor(token), [token])
        elif token in covered:
            made.read.append(token)
        else:
            _resolve(files, made, token, unfinished=token == unfinished)
    _expand(files, made, typed)
    return made


def _factor(token: str) -> float:
    if not analysis.is_code(token):
        return 1.0
    return EXAMPLE if analysis.made_up(token) else CODE


def _in_texts(files: Files, token: str) -> list[Term]:
    """The terms of a token that stand in texts; of a word that only synonyms know, none."""
    return [term for term in files.terms(token) if term.postings]


def _covered(files: Files, tokens: Iterable[str], typed: Sequence[str]) -> set[str]:
    """Words that mean something to synonyms, be they nowhere in texts."""
    return {
        word
        for token in tokens
        for term in files.terms(token)
        for expansion in term.expansions
        for word in expansion.phrase or (token,)
        if not expansion.phrase or synonyms.stands(expansion.phrase, typed)
    }


def _resolve(files: Files, made: Plan, token: str, *, unfinished: bool) -> None:
    """For an unknown word, the first that gives something: its beginning, its parts, one spelt nearly so."""
    if unfinished and len(token) >= PREFIX_MIN and (found := _beginning_with(files, token)):
        terms = [term for word in found for term in _in_texts(files, word)]
        made.add(terms, 1.0, found)
        return
    if not token.isalpha():
        made.unknown.append(token)
        return
    if parts := compounds.split(token, _known(files)):
        made.read += parts
        for part in parts:
            made.add(_in_texts(files, part), PART, [part])
        return
    word = _nearest(token, files.spellings(token[0]))
    if word and files.terms(word):
        made.corrected[token] = word
        made.read.append(word)
        made.add(_in_texts(files, word), 1.0, [word])
    else:
        made.unknown.append(token)


def _known(files: Files) -> Callable[[str], bool]:
    listed: dict[str, frozenset[str]] = {}

    def known(word: str) -> bool:
        letter = word[0]
        if letter not in listed:
            listed[letter] = frozenset(files.spellings(letter))
        return word in listed[letter]

    return known


def _beginning_with(files: Files, prefix: str) -> list[str]:
    """The most frequent words that begin so, one for each term."""
    first = files.place(prefix)
    ranges = [files.delta]
    borders = files.borders
    if borders:
        ranges.append(files.words(first))
        if first + 1 < len(borders) and borders[first + 1].startswith(prefix):
            ranges.append(files.words(first + 1))
    sizes: dict[str, int] = {}
    words: dict[str, str] = {}
    for known in ranges:
        for token, number in known.tokens.items():
            term = known.terms[number]
            if token.startswith(prefix) and term.postings:
                words[term.term] = min(words.get(term.term, token), token)
                sizes[term.term] = max(sizes.get(term.term, 0), len(term.postings))
    best = sorted(sizes, key=lambda term: (-sizes[term], term))[:PREFIXES]
    return [words[term] for term in best]


def _nearest(token: str, words: Sequence[str]) -> str:
    """The word with the fewest differences, among equals the most frequent; empty when none is near."""
    most = 1 if len(token) < TWICE else 2
    best, found = most + 1, ""
    for word in words:
        if abs(len(word) - len(token)) < best and (far := distance(token, word, best)) < best:
            best, found = far, word
            if far <= 1:
                break
    return found


def distance(one: str, other: str, limit: int) -> int:
    """Edits from one word to another: a letter more, less, else, or two swapped. At least `limit`: enough."""
    before, row = [0] * 0, list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) >= limit:
            return limit
    return row[-1]


def _expand(files: Files, made: Plan, typed: Sequence[str]) -> None:
    """Add what synonyms say: of each group once, whichever of its phrases stands in the query."""
    done = set[int]()
    beside = {token for group in made.groups for token in group.tokens}
    for token in dict.fromkeys((*made.tokens, *made.read)):
        for expansion in (e for term in files.terms(token) for e in term.expansions):
            phrase = expansion.phrase
            there = not phrase or synonyms.stands(phrase, typed) or synonyms.stands(phrase, made.read)
            if there and expansion.group not in done:
                done.add(expansion.group)
                made.groups.append(_expanded(files, expansion, beside.isdisjoint(phrase or (token,))))


def _expanded(files: Files, expansion: Expansion, counted: bool) -> Group:
    terms, words = [expansion.term], dict[str, None]()
    for phrase in expansion.others:
        looked_for = [word for word in phrase if word not in files.stop_words]
        words |= dict.fromkeys(looked_for)
        found = [files.delta.get(word) for word in looked_for]
        if all(found):
            terms += [replace(term, highest=term.highest / len(found)) for term in found if term]
    return Group(tuple(terms), ALONE if counted else SYNONYM, tuple(words), True, counted)
