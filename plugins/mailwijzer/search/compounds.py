"""Compounds, split into words that are known: `mailserverlogboek` is mail, server and logboek."""

from __future__ import annotations

from collections.abc import Callable

SHORTEST = 4
"""Letters of the shortest part. With three, every other word falls apart into accidents."""

LINKS = ("", "s", "en", "e", "n", "-")
"""What Dutch puts between two parts: `versleuteling-s-protocol`, `boek-en-kast`."""


def split(word: str, known: Callable[[str], bool]) -> tuple[str, ...]:
    """The known words that a word is made of; empty when it is not.

    The longest first part wins, and the rest may be a compound itself.
    """
    for end in range(len(word) - SHORTEST, SHORTEST - 1, -1):
        head = word[:end]
        if not known(head):
            continue
        rest = word[end:]
        for link in LINKS:
            tail = rest.removeprefix(link) if rest.startswith(link) else ""
            if len(tail) < SHORTEST:
                continue
            if known(tail):
                return (head, tail)
            if further := split(tail, known):
                return (head, *further)
    return ()
