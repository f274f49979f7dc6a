"""Answering at the desk: edit, preview in the real shell, publish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from starlette.responses import Response

from mailwijzer import editing
from mailwijzer.editing import live, recording
from mailwijzer.errors import MailwijzerError, ProblemsError
from mailwijzer.inbox import consenting, neighbours, workers
from mailwijzer.inbox.faults import UnknownSubmissionError
from mailwijzer.locales import CODES, locale, others
from mailwijzer.publishing import buildstate, readertext, sources
from mailwijzer.qa import secrets
from mailwijzer.qa.lifecycle import WAITING, Action, SubmissionStatus, allowed
from mailwijzer.qa.model import SLUG_MAX, Question
from mailwijzer.qa.submission import Draft, Submission
from mailwijzer.service import deskform, respond, said
from mailwijzer.service.deskaccess import Visit
from mailwijzer.service.deskform import Sheet
from mailwijzer.service.deskpage import show
from mailwijzer.service.form import FieldError, visible
from mailwijzer.templates import render

_TOOK_DIGITS = 9
_READERS = ("title-", "question-", "also_asked-")
"""Fields that hold what a reader wrote."""


@dataclass(frozen=True)
class _Told:
    """What the editor is told above the form."""

    heading: str = ""
    errors: Sequence[FieldError] = ()
    status: int = 200


def editor(visit: Visit) -> Response:
    """GET /<lang>/desk/<number>/answer/: the draft, or a fresh one made of the reader's words."""
    inbox = visit.running.inbox
    item = inbox.get(visit.number)
    if Action.ANSWER not in allowed(item.status):
        return respond.see_other(visit.address(f"{visit.number}/"))
    draft = editing.open_draft(visit.running.project, inbox, visit.number)
    return _editor(visit, item, deskform.of_draft(draft), _Told())


def _editor(visit: Visit, item: Submission, sheet: Sheet, told: _Told) -> Response:
    words = visit.words
    topics, chapters = _offered(visit)
    title = words.t("desk.editor_title", number=visit.number)
    content = render(
        words,
        "desk-editor.html",
        item=item,
        sheet=replace(sheet, text={name: visible(text) for name, text in sheet.text.items()}),
        codes=(item.lang, *others(item.lang)),
        topics=topics,
        chapters=chapters,
        heading=told.heading,
        errors=told.errors,
        wrong={error.field: error for error in reversed(told.errors)},
        reader_html=readertext.render(item.text),
        secrets=_secrets(sheet),
        slug_max=SLUG_MAX,
        csrf=visit.csrf,
        done=visit.request.query_params.get("done") == "save",
        published=item.status is SubmissionStatus.PUBLISHED,
    )
    title = words.t("ask.error_prefix") + title if told.errors else title
    return show(visit, f"{visit.number}/answer/", title, content, told.status)


def _secrets(sheet: Sheet) -> list[secrets.Finding]:
    readers = (text for name, text in sheet.text.items() if name.startswith(_READERS))
    return [one for text in readers for one in secrets.find(text)]


def _offered(visit: Visit) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The topics and the chapters to choose from, with their names in the editor's language."""
    loaded = sources.load(visit.running.project)
    topics = [(topic.id, topic.names[visit.words.code]) for topic in loaded.topics.values()]
    titles: Mapping[str, str] = loaded.chapters.get(visit.words.code, {})
    return topics, [(name, title) for name, title in titles.items() if name != "index"]


def answer(visit: Visit) -> Response:
    """POST /<lang>/desk/<number>/answer/: save the draft; then preview it, publish it, or neither."""
    item = visit.running.inbox.get(visit.number)
    sheet = deskform.of_fields(visit.fields)
    draft, errors = deskform.draft(visit.words, sheet)
    if errors:
        return _editor(visit, item, sheet, _Told(visit.words.t("desk.not_saved"), errors, 422))
    try:
        visit.running.inbox.save_draft(visit.number, draft)
    except UnknownSubmissionError:
        raise
    except MailwijzerError as error:
        return _editor(visit, item, sheet, _failed(visit, "desk.not_saved", error))
    chosen = visit.fields.one("do")
    if chosen == "redact":
        visit.running.inbox.save_draft(visit.number, redacted(draft))
        return respond.see_other(visit.address(f"{visit.number}/answer/?done=save"))
    if chosen == "publish":
        return _publish(visit, item, sheet, draft)
    code = chosen.removeprefix("preview-")
    rest = f"preview/{code}/" if code in CODES else "answer/?done=save"
    return respond.see_other(visit.address(f"{visit.number}/{rest}"))


def redacted(draft: Draft) -> Draft:
    """The draft with what may tell too much taken out of the reader's words; the answer stays."""
    texts = {
        code: replace(
            words,
            title=secrets.redact(words.title),
            question=secrets.redact(words.question),
            also_asked=tuple(map(secrets.redact, words.also_asked)),
        )
        for code, words in draft.texts.items()
    }
    return replace(draft, texts=texts)


def _failed(visit: Visit, heading: str, error: MailwijzerError) -> _Told:
    told = [FieldError("", one.text, one.lang) for one in said.of_error(visit.words, error)]
    return _Told(visit.words.t(heading), told, 409)


def _publish(visit: Visit, item: Submission, sheet: Sheet, draft: Draft) -> Response:
    project = visit.running.project
    errors = deskform.lacking(visit.words, draft)
    if any(draft.texts.values()):
        # The files are checked even where the slug, which names them, is at fault: all is told at once.
        named = replace(draft, slug="draft") if any(error.field == "slug" for error in errors) else draft
        errors = deskform.with_problems(
            visit.words, errors, editing.check(project, visit.number, named), visit.number
        )
    if not errors:
        try:
            done = editing.publish(project, visit.running.inbox, visit.number)
        except ProblemsError as error:
            errors = deskform.with_problems(visit.words, [], error.problems, visit.number)
        except MailwijzerError as error:
            return _editor(visit, item, sheet, _failed(visit, "desk.failed_title", error))
        else:
            took = round(done.seconds * 1000)
            return respond.see_other(visit.address(f"{visit.number}/published/?took={took}"))
    return _editor(visit, item, sheet, _Told(visit.words.t("desk.not_ready"), errors, 422))


def _notice(visit: Visit, pages: Sequence[Question]) -> str:
    """A mailto: link by which the editor tells the asker; empty when no address was left."""
    item = visit.running.inbox.get(visit.number)
    to = visit.running.inbox.asker_address(visit.number)
    page = next((page for page in pages if page.lang == item.lang), None)
    if not to or page is None:
        return ""
    words = locale(item.lang)
    link = buildstate.load(visit.running.project, item.lang).site_url + page.url
    subject = quote(words.t("desk.notice_subject", title=page.meta.title))
    return (
        f"mailto:{quote(to, safe='@')}?subject={subject}&body={quote(words.t('desk.notice_body', link=link))}"
    )


def _public(visit: Visit, pages: Sequence[Question]) -> list[tuple[Question, live.Look]]:
    """What readers see of the pages on the public site; empty where that is this one."""
    if visit.running.public is None:
        return []
    looks = visit.running.public.look([f"/{page.lang}/{page.url}" for page in pages])
    return [*zip(pages, looks, strict=True)]


def published(visit: Visit) -> Response:
    """GET /<lang>/desk/<number>/published/: the pages that are there now, and how long it took."""
    visit.running.inbox.get(visit.number)
    took = visit.request.query_params.get("took", "")
    shown = took.isascii() and took.isdigit() and len(took) <= _TOOK_DIGITS
    loaded = sources.load(visit.running.project)
    pages = [page for code in CODES if (page := loaded.question(visit.number, code))]
    content = render(
        visit.words,
        "desk-published.html",
        number=visit.number,
        pages=pages,
        public=_public(visit, pages),
        took=int(took) if shown else None,
        desk=visit.address(),
        following=neighbours.first(visit.running.inbox, WAITING),
        notice=_notice(visit, pages),
        said=consenting.said(visit.running.inbox, visit.number),
        mails=workers.works(visit.running.inbox, workers.Worker.SEND),
        recorded=recording.read(visit.running.inbox.history(visit.number)[-1].detail),
        by_hand=recording.by_hand(visit.number),
    )
    title = visit.words.t("desk.published_title", number=visit.number)
    return show(visit, f"{visit.number}/published/", title, content)
