"""From a MERCURY.INI to everything that the rules find in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mailwijzer.mercury import ini
from mailwijzer.mercury.ini import IniFile
from mailwijzer.mercury.rules import Check, Condition, Rule, Rules


@dataclass(frozen=True)
class Finding:
    """A rule that spoke, and where."""

    line: int
    """1-based; 0 where something is missing from the whole file."""

    rule: Rule
    section: str
    key: str
    value: str

    def what(self, lang: str) -> str:
        """The fault, with the names and the value that it is about."""
        return self.rule.of(lang).what.format(section=self.section, key=self.key, value=self.value)


@dataclass(frozen=True)
class _Hit:
    line: int
    section: str
    key: str = ""
    value: str = ""


def lint(text: str, rules: Rules) -> tuple[Finding, ...]:
    """All findings, in the order of the file."""
    file = ini.parse(text)
    found = [
        Finding(hit.line, rule, hit.section, hit.key, hit.value)
        for rule in rules.rules
        if all(_holds(file, condition, rules) for condition in rule.when)
        for hit in _hits(file, rule, rules)
    ]
    return tuple(sorted(found, key=lambda finding: (finding.line, finding.rule.id)))


def _holds(file: IniFile, condition: Condition, rules: Rules) -> bool:
    return any(_hits(file, condition, rules))


def _hits(file: IniFile, rule: Rule | Condition, rules: Rules) -> Iterator[_Hit]:
    test = rule.test
    if test.kind == "unknown":
        return _unknown(file, rule, rules)
    if test.kind in _OF_SECTIONS:
        return _OF_SECTIONS[test.kind](file, rule)
    return (hit for hit in _values(file, rule) if _OF_VALUES[test.kind](file, test, hit))


def _values(file: IniFile, rule: Rule | Condition) -> Iterator[_Hit]:
    """The values that a rule is about; an empty one is for the rules on what is missing."""
    for section in file.sections:
        if section.name.lower() == rule.section.lower() or rule.section == "*":
            for entry in section.entries:
                if entry.value and (not rule.key or entry.key.lower() == rule.key.lower()):
                    yield _Hit(entry.line, section.name, entry.key, entry.value)


def _value(file: IniFile, name: str) -> str:
    section, _, key = name.partition(".")
    return next((entry.value for entry in file.entries(section, key) if entry.value), "")


def _found(pattern: str, text: str) -> bool:
    # ASCII: what matches here matches in the browser too, whose letters and digits are those of ASCII.
    return re.search(pattern, text, re.IGNORECASE | re.ASCII) is not None


def _outside(_: IniFile, test: Check, hit: _Hit) -> bool:
    assert test.outside is not None
    number = re.fullmatch(r"[+-]?[0-9]{1,9}", hit.value)
    return number is None or not test.outside[0] <= int(hit.value) <= test.outside[1]


def _days_below(file: IniFile, test: Check, hit: _Hit) -> bool:
    assert test.days_below is not None
    other, days = test.days_below
    factors = hit.value, _value(file, f"{hit.section}.{other}")
    if not all(re.fullmatch(r"[0-9]{1,9}", factor) for factor in factors):
        return False
    return int(factors[0]) * int(factors[1]) < days * 24 * 60


def _cut(file: IniFile, _: Check, hit: _Hit) -> bool:
    return any(entry.cut and entry.line == hit.line for entry in file.entries(hit.section, hit.key))


def _other(file: IniFile, name: str, hit: _Hit) -> tuple[str, str]:
    return hit.value.lower().rstrip("\\"), _value(file, name).lower().rstrip("\\")


def _same(file: IniFile, test: Check, hit: _Hit) -> bool:
    one, other = _other(file, test.same_as, hit)
    return one == other


def _differs(file: IniFile, test: Check, hit: _Hit) -> bool:
    one, other = _other(file, test.differs_from, hit)
    return bool(other) and one != other


def _absent(file: IniFile, test: Check, hit: _Hit) -> bool:
    return hit.value.lower() not in {entry.value.lower() for entry in file.entries(test.absent_from)}


_OF_VALUES: dict[str, Callable[[IniFile, Check, _Hit], bool]] = {
    "matches": lambda _, test, hit: _found(test.matches, hit.value),
    "lists": lambda _, test, hit: _found(test.lists, hit.value),
    "lacks": lambda _, test, hit: not _found(test.lacks, hit.value),
    "outside": _outside,
    "days_below": _days_below,
    "same_as": _same,
    "differs_from": _differs,
    "absent_from": _absent,
    "cut": _cut,
}


def _grammar(file: IniFile, rule: Rule | Condition) -> Iterator[_Hit]:
    for fault in file.faults:
        if fault.kind == rule.test.grammar:
            yield _Hit(fault.line, fault.section, value=fault.text)


def _missing(file: IniFile, rule: Rule | Condition) -> Iterator[_Hit]:
    if not any(entry.value for entry in file.entries(rule.section, rule.key)):
        lines = [entry.line for entry in file.entries(rule.section, rule.key)]
        lines += [section.line for section in file.named(rule.section)]
        yield _Hit(next(iter(lines), 0), rule.section, rule.key)


def _lists_none(file: IniFile, rule: Rule | Condition) -> Iterator[_Hit]:
    values = [entry.value for entry in file.entries(rule.section)]
    if values and not any(_found(rule.test.lists_none, value) for value in values):
        yield _Hit(file.named(rule.section)[0].line, rule.section)


def _repeats(file: IniFile, rule: Rule | Condition) -> Iterator[_Hit]:
    seen: set[tuple[str, str]] = set()
    for hit in _values(file, rule):
        data = hit.section.lower() in ini.BARE | ini.PAIRS
        if rule.section == "*" and (data or hit.key.lower() in {"allow", "refuse"}):
            continue
        mark = (hit.section.lower(), (hit.value if data else hit.key).lower())
        if mark in seen:
            yield hit
        seen.add(mark)


def _unknown(file: IniFile, rule: Rule | Condition, rules: Rules) -> Iterator[_Hit]:
    known = {name.lower(): {key.lower() for key in keys} for name, keys in rules.sections.items()}
    for section in file.sections:
        name = section.name.lower()
        if not rule.key and name not in known:
            yield _Hit(section.line, section.name)
        for entry in section.entries if rule.key and known.get(name) else ():
            if entry.key.lower() not in known[name]:
                yield _Hit(entry.line, section.name, entry.key, entry.value)


_OF_SECTIONS: dict[str, Callable[[IniFile, Rule | Condition], Iterator[_Hit]]] = {
    "grammar": _grammar,
    "missing": _missing,
    "lists_none": _lists_none,
    "repeats": _repeats,
}
