"""What was to be run and what came back: an item that gets lost on the way is a failure, not a silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Ledger:
    """Names of items; two of one name would hide one another."""

    collected: Counter[str] = field(default_factory=Counter)
    reported: set[str] = field(default_factory=set)

    def expect(self, names: Iterable[str]) -> None:
        """Items that one collection found. Several workers find the same ones."""
        self.collected |= Counter(names)

    @property
    def faults(self) -> list[str]:
        """A sentence for each item that is there twice, or that was never reported."""
        return [
            f"{name}: {count} fences have this name" for name, count in self.collected.items() if count > 1
        ] + [f"{name}: collected, but never reported" for name in self.collected.keys() - self.reported]

    def __str__(self) -> str:
        back = len(self.collected.keys() & self.reported)
        return f"{self.collected.total()} snippets collected, {back} reported."
