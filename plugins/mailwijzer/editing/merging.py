"""A question that was asked before: its words join those of the published one, and it is closed."""

from __future__ import annotations

from dataclasses import replace

from mailwijzer.editing.drafts import first_line, of_questions
from mailwijzer.editing.publication import rewrite
from mailwijzer.editing.recording import Recorded
from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox.store import Inbox
from mailwijzer.publishing import sources
from mailwijzer.publishing.project import Project
from mailwijzer.qa.lifecycle import Action, after
from mailwijzer.qa.submission import TITLE_MAX


def merge(project: Project, inbox: Inbox, number: int, into: int) -> tuple[str, Recorded | None]:
    """Add a submission's title to `also_asked` of a published question; its address, and what git has of it.

    The file is written and the site brought up to date first; then the submission is closed as merged. A
    title that stands there already is not added twice. Raises MailwijzerError with nothing changed.
    """
    submission = inbox.get(number)
    after(submission.status, Action.MERGE)
    loaded = sources.load(project)
    pages = [question for question in loaded.questions if question.id == into]
    page = next((question for question in pages if question.lang == submission.lang), None)
    if page is None:
        raise MailwijzerError(
            f"question {into} has no page in '{submission.lang}', the language of submission {number}; "
            "answer it there first, or choose another one",
            "merge_no_page",
            into=into,
            lang=submission.lang,
        )
    title = (submission.title or first_line(submission.text))[:TITLE_MAX].strip()
    recorded = None
    known = {asked.casefold() for asked in (page.meta.title, *page.meta.also_asked)}
    if title.casefold() not in known:
        draft = of_questions(pages)
        words = draft.texts[submission.lang]
        also = (*words.also_asked, title)
        draft = replace(draft, texts={**draft.texts, submission.lang: replace(words, also_asked=also)})
        subject = f"Add the words of question {number} to question {into:04d}, which it repeats"
        recorded = rewrite(project, into, draft, subject, merged=number)
    note = recorded.note if recorded is not None else ""
    inbox.record(number, Action.MERGE, f"{into:04d} {note}".strip())
    return f"/{page.lang}/{page.url}", recorded
