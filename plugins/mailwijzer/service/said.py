"""What went wrong, in the editor's language where there are words for it, else in English and marked so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from mailwijzer.errors import MailwijzerError, Problem, ProblemsError
from mailwijzer.inbox.faults import InboxUnavailableError
from mailwijzer.locales import Locale
from mailwijzer.publishing.commits import NotCommittedError
from mailwijzer.qa.lifecycle import Action, SubmissionStatus
from mailwijzer.service.form import visible


@dataclass(frozen=True)
class Said:
    """A text for a person."""

    text: str
    lang: str
    """Its language."""

    def marked(self, page: str) -> str:
        """For a page in the language `page`: HTML that names the text's own language where it is another."""
        if self.lang == page:
            return self.text
        return Markup('<span lang="{}">{}</span>').format(self.lang, self.text)


def of_error(words: Locale, error: MailwijzerError) -> list[Said]:
    """An error, a line for each thing that is wrong."""
    if isinstance(error, ProblemsError):
        return [of_problem(words, problem) for problem in error.problems]
    if isinstance(error, NotCommittedError):
        return [Said(f"{words.t(f'desk.commit_{error.hindrance}')} {error.said}".strip(), words.code)]
    if error.key:
        return [Said(_filled(words, error), words.code)]
    lead = [Said(words.t("fault.inbox"), words.code)] if isinstance(error, InboxUnavailableError) else []
    return [*lead, *(Said(line, "en") for line in str(error).splitlines())]


def of_problem(words: Locale, problem: Problem, *, where: bool = True) -> Said:
    """A problem in a source; `where` puts file and line before it."""
    text = _filled(words, problem) if problem.key else f"{problem.what}; {problem.todo}"
    return Said(f"{problem.where}: {text}" if where else text, words.code if problem.key else "en")


def _filled(words: Locale, told: MailwijzerError | Problem) -> str:
    values = {name: _value(words, value) for name, value in told.values.items()}
    return words.t(f"fault.{told.key}", **values)


def _value(words: Locale, value: object) -> str:
    """A value in the editor's words: a status, an action, or what went wrong within."""
    match value:
        case SubmissionStatus():
            return words.t(f"desk.status_{value}")
        case Action():
            return words.t(f"desk.{value}").lower()
        case Problem():
            return of_problem(words, value, where=False).text
        case MailwijzerError():
            return " ".join(said.text for said in of_error(words, value))
        case str() | int() | Exception():
            return visible(str(value))
        case Sequence():
            return ", ".join(_value(words, one) for one in value) or words.t("fault.nothing")
        case _:
            return str(value)
