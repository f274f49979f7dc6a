"""A draft as its readers would see it: the page itself, in the shell of its language."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup
from starlette.responses import Response

from mailwijzer import editing
from mailwijzer.editing import fences
from mailwijzer.editing.files import Planned, planned
from mailwijzer.errors import MailwijzerError
from mailwijzer.locales import locale, others
from mailwijzer.pages import Page
from mailwijzer.publishing import answers, questionpage, sources
from mailwijzer.publishing.sources import Sources
from mailwijzer.qa.model import Question
from mailwijzer.qa.submission import Draft
from mailwijzer.service import respond, said
from mailwijzer.service.deskaccess import Visit
from mailwijzer.templates import render


def preview(visit: Visit) -> Response:
    """GET /<lang>/desk/<number>/preview/<code>/: the saved draft as its page, in the shell of `code`."""
    running, code = visit.running, str(visit.request.path_params["code"])
    draft = editing.open_draft(running.project, running.inbox, visit.number)
    loaded = sources.load(running.project)
    file = _drafted(loaded, visit, draft, code)
    try:
        html = answers.render(running.project, code, file.answer)
    except MailwijzerError as error:
        faults = Markup("\n").join(_marked(one) for one in said.of_error(visit.words, error))
        html = Markup("<pre>{}</pre>").format(faults)
    page = questionpage.page(loaded, Question(file.path, file.slug, file.meta, file.answer), html)
    return respond.edited(visit.request, locale(code), _framed(visit, code, page, file))


def _framed(visit: Visit, code: str, page: Page, file: Planned) -> Page:
    """The page below a note that says what it is, and what would keep it from being published."""
    links = [
        (visit.address(f"{visit.number}/preview/{other}/"), _in_language(visit, other))
        for other in others(code)
    ]
    faults = fences.of_planned(visit.running.project, [file])
    content = render(
        visit.words,
        "desk-preview.html",
        back=visit.address(f"{visit.number}/answer/"),
        links=links,
        content=page.content,
        faults=[said.of_problem(visit.words, one, where=False) for one in faults],
    )
    url = f"desk/{visit.number}/preview/"
    return replace(
        page,
        url=f"{url}{code}/",
        title=visit.words.t("desk.preview_title", title=page.title),
        content=content,
        translations={other: f"{url}{other}/" for other in others(code)},
        head=Markup(),
        indexed=False,
    )


def _marked(one: said.Said) -> Markup:
    return Markup('<span lang="{}">{}</span>').format(one.lang, one.text)


def _in_language(visit: Visit, code: str) -> str:
    return visit.words.t("desk.preview_other", language=visit.words.t(f"desk.language_{code}"))


def _drafted(loaded: Sources, visit: Visit, draft: Draft, code: str) -> Planned:
    """The draft as the file of a question, finished or not."""
    texts = {code: draft.texts[code]} if code in draft.texts else {}
    untitled = visit.words.t("desk.untitled")
    texts = {lang: text if text.title else replace(text, title=untitled) for lang, text in texts.items()}
    for file in planned(loaded, visit.number, replace(draft, texts=texts)):
        return file
    raise MailwijzerError(
        f"the draft has no text in '{code}'; write a title and an answer", "no_text", lang=code
    )
