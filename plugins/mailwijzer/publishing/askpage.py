"""The page "Ask a question" for static hosting: no service, so the question goes by mail."""

from __future__ import annotations

from collections.abc import Mapping

from mailwijzer.locales import CODES, locale
from mailwijzer.pages import Page
from mailwijzer.shell import BASE
from mailwijzer.templates import render


def static(lang: str, chapters: Mapping[str, str], extra: Mapping[str, str]) -> Page:
    """The form's page with its mail fallback; the running service answers the same address itself."""
    words = locale(lang)
    content = render(
        words,
        "ask-form.html",
        mode="static",
        base=BASE,
        chapters=chapters,
        ask_address=extra.get("ask_address", ""),
    )
    twins = {code: "ask/" for code in CODES if code != lang}
    return Page("ask/", words.t("ask.title"), words.t("ask.description"), content, twins)
