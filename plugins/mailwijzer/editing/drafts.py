"""Where an answer begins: a draft from the reader's words, or from the page that is there already."""

from __future__ import annotations

from slugify import slugify

from mailwijzer.inbox.store import Inbox
from mailwijzer.publishing import sources
from mailwijzer.publishing.project import Project
from mailwijzer.qa.lifecycle import Action
from mailwijzer.qa.model import SLUG_MAX, Question
from mailwijzer.qa.submission import TITLE_MAX, Draft, DraftText, Submission


def open_draft(project: Project, inbox: Inbox, number: int) -> Draft:
    """The draft to go on with: the saved one, the published files when they came later, or a fresh one.

    Raises UnknownSubmissionError.
    """
    submission = inbox.get(number)
    saved = inbox.draft(number)
    if saved is not None and inbox.history(number)[-1].action is not Action.PUBLISH:
        return saved
    # Once published, the files are the record: they may have been edited and committed by hand.
    return start_draft(project, submission)


def start_draft(project: Project, submission: Submission) -> Draft:
    """A draft filled in as far as possible, from the question's files if there are any."""
    published = [q for q in sources.load(project).questions if q.id == submission.number]
    if published:
        return of_questions(published)
    title = (submission.title or first_line(submission.text))[:TITLE_MAX].strip()
    text = DraftText(title=title, question=submission.text)
    return Draft(
        slug=slug_of(title),
        chapters=(submission.chapter,) if submission.chapter else (),
        asked=submission.received.date(),
        asked_by=submission.name,
        texts={submission.lang: text},
    )


def slug_of(title: str) -> str:
    """The slug that a title suggests, cut between words."""
    return slugify(title, max_length=SLUG_MAX, word_boundary=True, save_order=True) or "question"


def first_line(text: str) -> str:
    """The first line with something on it."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def of_questions(questions: list[Question]) -> Draft:
    """The draft that would publish these files: one question in its languages."""
    first = questions[0]
    meta = first.meta
    return Draft(
        slug=first.slug,
        topics=meta.topics,
        chapters=meta.chapters,
        asked=meta.asked,
        asked_by=meta.asked_by or "",
        source_url=meta.source.url if meta.source else "",
        source_title=meta.source.title if meta.source else "",
        applies_to=meta.applies_to,
        texts={
            question.lang: DraftText(
                title=question.meta.title,
                question=question.meta.question,
                answer=question.answer,
                also_asked=question.meta.also_asked,
            )
            for question in questions
        },
    )
