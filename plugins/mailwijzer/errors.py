"""What went wrong: where, what, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mailwijzer.source import SourceLocation


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong in a source, told so that its author can mend it."""

    where: SourceLocation
    what: str
    """The fault with the offending value: "unknown topic 'smpt'"."""

    todo: str
    """The way out: "did you mean 'smtp'? (topics: qa/topics.yml)"."""

    key: str = field(default="", compare=False)
    """The same in the words of theme/strings/<lang>/fault.yml, for who meets it in a page; empty for none."""

    values: Mapping[str, object] = field(default_factory=dict, compare=False)
    """What fills these words in."""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.todo}"


class MailwijzerError(Exception):
    """Base of every error that is meant for a person, never for a traceback.

    Its text is for the terminal. `key` and `values` say the same in theme/strings/<lang>/fault.yml, for who
    meets it in a page; without them the page shows the text.
    """

    def __init__(self, text: str = "", key: str = "", /, **values: object) -> None:
        self.key, self.values = key, values
        super().__init__(text)


class ProblemsError(MailwijzerError):
    """All problems found in one pass: a build collects them, then fails once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def fail_on(problems: Iterable[Problem]) -> None:
    """Raise ProblemsError when there is at least one problem."""
    found = tuple(problems)
    if found:
        raise ProblemsError(found)
