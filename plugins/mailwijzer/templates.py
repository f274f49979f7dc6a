"""Jinja templates for what is rendered beside the site generator: question pages, form, desk."""

from __future__ import annotations

import datetime as dt
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mailwijzer.locales import Locale


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("mailwijzer", "theme/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(locale: Locale, name: str, **context: object) -> Markup:
    """Render `theme/templates/NAME` in a language. Values are escaped unless they are Markup.

    The template sees `t(key, ...)`, `date(day)`, `iso(day)` and `lang` next to `context`.
    """
    template = _environment().get_template(name)
    text = template.render(lang=locale.code, t=locale.t, date=locale.date, iso=_iso, **context)
    return Markup(text)


def _iso(day: dt.date) -> str:
    return day.isoformat()
