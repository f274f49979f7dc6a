"""Who cites what: the RFCs and terms that chapters name, and the section that names them first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from mailwijzer.errors import Problem
from mailwijzer.reference.model import Rfc, Term
from mailwijzer.reference.outline import Outline, Section
from mailwijzer.source import SourceLocation

Place = tuple[Outline, Section]

_RFC = re.compile(r"\bRFCs?[ \xa0](\d{1,5})\b|rfc-editor\.org/(?:rfc|info)/rfc(\d{1,5})\b")


def rfcs(outlines: Iterable[Outline]) -> dict[int, list[Place]]:
    """RFC -> all sections that name it or link to it, in the order of the book."""
    found: dict[int, list[Place]] = {}
    for outline in outlines:
        for section in outline.sections:
            numbers = {int(match[1] or match[2]) for match in _RFC.finditer(section.text)}
            for number in sorted(numbers):
                found.setdefault(number, []).append((outline, section))
    return dict(sorted(found.items()))


def terms(known: Sequence[Term], lang: str, outlines: Iterable[Outline]) -> dict[str, list[Place]]:
    """Id of a term -> the first section of each chapter that uses it."""
    forms = {form.casefold(): term.id for term in known for form in (term.of(lang).term, *term.of(lang).also)}
    pattern = anywhere(forms)
    found: dict[str, list[Place]] = {term.id: [] for term in known}
    for outline in outlines:
        left = set(found)
        for section in outline.sections:
            used = {forms[match.casefold()] for match in pattern.findall(section.words)}
            for ident in used & left:
                found[ident].append((outline, section))
            left -= used
    return found


def anywhere(forms: Iterable[str]) -> re.Pattern[str]:
    """Finds each of these words, and of two that begin alike the longer one."""
    ordered = sorted(forms, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, ordered))})(?![\w-])", re.IGNORECASE)


def problems(cited: Mapping[int, Sequence[Place]], known: Iterable[Rfc], folder: str) -> list[Problem]:
    """RFCs that are cited and not listed, and obsolete ones that are cited as if they still held."""
    listed = {rfc.number: rfc for rfc in known}
    told = []
    for number, places in cited.items():
        rfc = listed.get(number)
        for page in dict.fromkeys(outline.page for outline, _ in places):
            where = SourceLocation(f"{folder}/{page}.md")
            if rfc is None:
                told.append(
                    Problem(where, f"cites RFC {number}, which is not listed", "add it to docs/rfcs.yml")
                )
            elif rfc.obsoleted_by and page not in rfc.earlier:
                after = ", ".join(map(str, rfc.obsoleted_by))
                todo = f"cite RFC {after}, or name the chapter under 'earlier' in docs/rfcs.yml"
                told.append(Problem(where, f"cites RFC {number}, which is obsolete", todo))
    return told
