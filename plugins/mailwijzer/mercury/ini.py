"""The grammar of MERCURY.INI, as the comment at the top of the shipped file tells it.

Sections in square brackets; `key : value` in most of them, bare lines in [Protocols], pairs in [Domains];
everything from a `#` to the end of the line is a comment. Names are compared without regard to case,
since the files that Mercury writes itself have them both ways.
"""

from __future__ import annotations

from dataclasses import dataclass

BARE = frozenset({"protocols"})
"""Sections whose lines are values without a key."""

PAIRS = frozenset({"domains", "groups", "rewrite"})
"""Sections whose keys are data, and may therefore repeat."""


@dataclass(frozen=True)
class Entry:
    """One setting, or one line of a list."""

    line: int
    """1-based."""

    key: str
    """As written; empty in a section of bare lines."""

    value: str
    comment: str = ""
    """What stood behind the `#`, which Mercury does not see."""

    cut: bool = False
    """The `#` stood against the value, as in a password that contains one."""


@dataclass(frozen=True)
class Section:
    """A section and its entries, in the order of the file."""

    name: str
    line: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Fault:
    """A line that the grammar does not know."""

    kind: str
    """`outside`, `section`, `colon` or `semicolon`."""

    line: int
    section: str
    text: str


@dataclass(frozen=True)
class IniFile:
    """A file read: nothing of it is thrown away, and no text makes the reading fail."""

    lines: tuple[str, ...]
    sections: tuple[Section, ...]
    faults: tuple[Fault, ...]

    def named(self, name: str) -> tuple[Section, ...]:
        """The sections of this name; there is more than one in some files."""
        return tuple(section for section in self.sections if section.name.lower() == name.lower())

    def entries(self, name: str, key: str = "") -> tuple[Entry, ...]:
        """Entries of the sections of this name: those of one key, or all of them."""
        found = (entry for section in self.named(name) for entry in section.entries)
        return tuple(entry for entry in found if not key or entry.key.lower() == key.lower())


def parse(text: str) -> IniFile:
    """Read a file; what is not understood becomes a fault, and the reading goes on."""
    lines = tuple(text.split("\n"))
    sections: list[tuple[str, int, list[Entry]]] = []
    faults: list[Fault] = []
    for number, line in enumerate(lines, 1):
        code, mark, comment = line.lstrip("\ufeff").partition("#")
        cut = bool(mark and code[-1:].strip())
        code = code.strip()
        name = sections[-1][0] if sections else ""
        if not code:
            continue
        if code.startswith("["):
            if not code.endswith("]") or not code[1:-1].strip():
                faults.append(Fault("section", number, name, code))
            sections.append((code.strip("[]").strip(), number, []))
        elif code.startswith(";"):
            faults.append(Fault("semicolon", number, name, code))
        elif not sections:
            faults.append(Fault("outside", number, name, code))
        elif entry := _entry(number, name, code, comment.strip(), cut):
            sections[-1][2].append(entry)
        else:
            faults.append(Fault("colon", number, name, code))
    found = tuple(Section(name, number, tuple(entries)) for name, number, entries in sections)
    return IniFile(lines, found, tuple(faults))


def _entry(line: int, section: str, code: str, comment: str, cut: bool) -> Entry | None:
    if section.lower() in BARE:
        return Entry(line, "", code, comment, cut)
    key, colon, value = code.partition(":")
    if not colon or not key.strip():
        return None
    return Entry(line, key.strip(), value.strip(), comment, cut)
