"""Pages where nothing is run: each fence names the snippet that it shows, or says why it is not run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

from mailwijzer.errors import Problem
from mailwijzer.markdown import extraction
from mailwijzer.snippets import options
from mailwijzer.snippets.model import KINDS, Snippet


def survey(text: str, path: str) -> tuple[tuple[Snippet, ...], list[Problem]]:
    """Every fence of any page, and what is wrong with how they are written."""
    shown, problems = extraction.survey(text, path)
    ours = [snippet for snippet in shown if snippet.kind in KINDS]
    return shown, [*problems, *(problem for snippet in ours for problem in options.check(snippet))]


def check(text: str, path: str, chapters: Path) -> list[Problem]:
    """What is wrong with the fences of a translation or an answer; `chapters` owns what they refer to."""
    shown, problems = survey(text, path)
    ours = [snippet for snippet in shown if snippet.kind in KINDS]
    return [*problems, *_unreasoned(ours), *_unknown(ours, chapters)]


def _unreasoned(shown: Iterable[Snippet]) -> Iterator[Problem]:
    for snippet in shown:
        if not snippet.ref and not snippet.reason:
            todo = 'name the chapter\'s snippet with ref="...", or say why with norun="..."'
            yield Problem(snippet.where, "a fence that nobody runs", todo, "fence_unrun")


def _unknown(shown: Iterable[Snippet], chapters: Path) -> Iterator[Problem]:
    referring = [snippet for snippet in shown if snippet.ref]
    known = extraction.library(chapters)[0] if referring else {}
    for snippet in referring:
        if snippet.ref not in known:
            near = get_close_matches(snippet.ref, known, 1)
            todo = f"did you mean '{near[0]}'?" if near else "give the id of a snippet of a chapter"
            told = {"ref": snippet.ref, "near": near}
            yield Problem(snippet.where, f"unknown snippet '{snippet.ref}'", todo, "fence_ref", told)
