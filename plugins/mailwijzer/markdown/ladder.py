"""The small text form of a sequence ladder, and what can be wrong with it.

::

    C = mail.example.org            a participant: its key and its name, from left to right
    C -> S : EHLO mail.example.org  an arrow with what is said; `-->` for what is not text (TLS)
      : a second line of it
      | an explanation, under the arrow
    note S : text                   a note beside a participant, or `note C, S :` across
    group Title ... end             a phase
    # a comment
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

MAX_PARTICIPANTS = 5
"""More do not fit on a page that people read on a telephone."""


@dataclass(frozen=True)
class Participant:
    """Somebody who has a lifeline."""

    key: str
    name: str


@dataclass(frozen=True)
class Arrow:
    """Something that one participant says to another."""

    source: str
    target: str
    lines: tuple[str, ...]
    gloss: tuple[str, ...] = ()
    dashed: bool = False


@dataclass(frozen=True)
class Note:
    """A remark beside one lifeline, or across several."""

    keys: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """A phase with a title: what stands between `group` and `end`."""

    title: str
    items: tuple[Item, ...] = ()


Item = Arrow | Note | Group


@dataclass(frozen=True)
class Ladder:
    """A parsed ladder, ready to be drawn or told in words."""

    participants: tuple[Participant, ...] = ()
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, order=True)
class Fault:
    """Something that cannot be drawn; `line` is 1-based inside the fence, 0 for the whole."""

    line: int
    what: str
    todo: str


@dataclass
class _Reader:
    """What was read so far. The innermost open group is the last of `open`."""

    participants: list[Participant] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    open: list[tuple[int, str, list[Item]]] = field(default_factory=lambda: [(0, "", [])])

    @property
    def items(self) -> list[Item]:
        """What stands in the innermost open group so far."""
        return self.open[-1][2]

    def close(self) -> None:
        """Put the innermost group into the one around it."""
        _, title, items = self.open.pop()
        self.items.append(Group(title, tuple(items)))


_PARTICIPANT = re.compile(r"(?P<key>\w+)\s*=\s*(?P<name>\S.*)")
_ARROW = re.compile(r"(?P<source>\w+)\s*(?P<shaft>--?)>\s*(?P<target>\w+)\s*:\s*(?P<text>\S.*)")
_NOTE = re.compile(r"note\s+(?P<keys>\w+(?:\s*,\s*\w+)*)\s*:\s*(?P<text>\S.*)")
_GROUP = re.compile(r"group\s+(?P<title>\S.*)")
_END = re.compile(r"end")
_FORMS = (
    "'C = name', 'C -> S : text', ': more text', '| explanation', 'note C : text', 'group title' or 'end'"
)

_MORE = re.compile(r"(?P<mark>[:|])\s?(?P<text>.*)")


def parse(text: str) -> tuple[Ladder, tuple[Fault, ...]]:
    """Read a ladder. Every fault is told, so the ladder is only worth drawing when there is none."""
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            _read(reader, number, stripped)
    while len(reader.open) > 1:
        number, title, _ = reader.open[-1]
        reader.faults.append(Fault(number, f"the group '{title}' is never closed", "add a line 'end'"))
        reader.close()
    ladder = Ladder(tuple(reader.participants), tuple(reader.open[0][2]))
    reader.faults.extend(_whole(ladder))
    return ladder, tuple(sorted(reader.faults))


def _read(reader: _Reader, number: int, line: str) -> None:
    for pattern, read in _READERS:
        match = pattern.fullmatch(line)
        if match:
            read(reader, number, match)
            return
    reader.faults.append(Fault(number, f"cannot read '{line}'", f"write {_FORMS}"))


def _participant(reader: _Reader, number: int, match: re.Match[str]) -> None:
    if any(known.key == match["key"] for known in reader.participants):
        what = f"the participant '{match['key']}' stands twice"
        reader.faults.append(Fault(number, what, "keep one of the two"))
        return
    reader.participants.append(Participant(match["key"], match["name"]))


def _arrow(reader: _Reader, number: int, match: re.Match[str]) -> None:
    source, target = match["source"], match["target"]
    _known(reader, number, (source, target))
    if source == target:
        what = f"an arrow from '{source}' to itself"
        reader.faults.append(Fault(number, what, f"write 'note {source} : {match['text']}'"))
    reader.items.append(Arrow(source, target, (match["text"],), dashed=match["shaft"] == "--"))


def _note(reader: _Reader, number: int, match: re.Match[str]) -> None:
    keys = tuple(key.strip() for key in match["keys"].split(","))
    _known(reader, number, keys)
    reader.items.append(Note(keys, (match["text"],)))


def _open_group(reader: _Reader, number: int, match: re.Match[str]) -> None:
    reader.open.append((number, match["title"], []))


def _close_group(reader: _Reader, number: int, _match: re.Match[str]) -> None:
    if len(reader.open) == 1:
        reader.faults.append(Fault(number, "'end' without a group", "remove it, or open 'group title'"))
        return
    reader.close()


def _more(reader: _Reader, number: int, match: re.Match[str]) -> None:
    last = reader.items[-1] if reader.items else None
    text = (match["text"],)
    if isinstance(last, Arrow) and match["mark"] == "|":
        reader.items[-1] = replace(last, gloss=last.gloss + text)
    elif isinstance(last, Arrow | Note) and match["mark"] == ":":
        reader.items[-1] = replace(last, lines=last.lines + text)
    else:
        what = f"'{match['mark']} {match['text']}' continues nothing"
        reader.faults.append(Fault(number, what, "put it under the arrow it belongs to"))


_READERS: tuple[tuple[re.Pattern[str], Callable[[_Reader, int, re.Match[str]], None]], ...] = (
    (_MORE, _more),
    (_END, _close_group),
    (_NOTE, _note),
    (_GROUP, _open_group),
    (_ARROW, _arrow),
    (_PARTICIPANT, _participant),
)
"""In this order: a continuation may hold anything, `note` and `group` are no participants."""


def _known(reader: _Reader, number: int, keys: tuple[str, ...]) -> None:
    known = [participant.key for participant in reader.participants]
    for key in keys:
        if key not in known:
            near = get_close_matches(key, known, 1, 0.4)
            hint = f"did you mean '{near[0]}'?" if near else f"write '{key} = name' above it"
            reader.faults.append(Fault(number, f"unknown participant '{key}'", hint))


def _whole(ladder: Ladder) -> Iterator[Fault]:
    if len(ladder.participants) < 2:
        yield Fault(0, "fewer than two participants", "name them: 'C = mail.example.org'")
    if len(ladder.participants) > MAX_PARTICIPANTS:
        what = f"{len(ladder.participants)} participants do not fit"
        yield Fault(0, what, f"draw at most {MAX_PARTICIPANTS}, or two ladders")
    if not any(True for _ in arrows(ladder.items)):
        yield Fault(0, "no arrow", "write 'C -> S : text'")


def arrows(items: tuple[Item, ...]) -> Iterator[Arrow]:
    """The arrows in order, those in groups included: the numbered steps."""
    for item in items:
        if isinstance(item, Arrow):
            yield item
        elif isinstance(item, Group):
            yield from arrows(item.items)
