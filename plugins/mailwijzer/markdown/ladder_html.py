"""A ladder on the page: the drawing, and the same in words for whoever does not see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from mailwijzer.locales import Locale
from mailwijzer.markdown.ladder import Arrow, Item, Ladder, Note, arrows
from mailwijzer.markdown.ladder_svg import draw


def render(ladder: Ladder, ident: str, title: str, desc: str, locale: Locale) -> str:
    """The figure: a region that scrolls by keyboard, the title as caption, the words folded away."""
    label = locale.t("snippets.ladder_label", title=title)
    return (
        f'<figure class="mw-ladder" id="ladder-{escape(ident)}">'
        f"<figcaption>{escape(title)}</figcaption>"
        f'<div class="mw-ladder__scroll" tabindex="0" role="group" aria-label="{escape(label)}">'
        f"{draw(ladder, ident, title, desc)}</div>"
        f'<details class="mw-ladder__words"><summary>{escape(locale.t("snippets.in_words"))}</summary>'
        f"{words(ladder, locale)}</details></figure>"
    )


def words(ladder: Ladder, locale: Locale) -> str:
    """The ladder as numbered sentences, with the numbers of the drawing."""
    names = {who.key: who.name for who in ladder.participants}
    return "".join(_words(ladder.items, 1, names, locale))


def _words(items: Sequence[Item], first: int, names: dict[str, str], locale: Locale) -> Iterator[str]:
    number = first
    pending: list[str] = []
    for item in items:
        if isinstance(item, Arrow):
            pending.append(f"<li>{_said(item, names, locale)}</li>")
            continue
        yield _listed(pending, number)
        number += len(pending)
        pending = []
        if isinstance(item, Note):
            yield f"<p>{escape(_who(item.keys, names))}: {escape(' '.join(item.lines))}</p>"
        else:
            yield f"<p><strong>{escape(item.title)}</strong></p>"
            yield from _words(item.items, number, names, locale)
            number += sum(1 for _ in arrows(item.items))
    yield _listed(pending, number)


def _listed(entries: Sequence[str], first: int) -> str:
    start = f' start="{first}"' if first > 1 else ""
    return f"<ol{start}>{''.join(entries)}</ol>" if entries else ""


def _said(arrow: Arrow, names: dict[str, str], locale: Locale) -> str:
    way = locale.t("snippets.from_to", source=names[arrow.source], target=names[arrow.target])
    said = "<br>".join(f"<code>{escape(line)}</code>" for line in arrow.lines)
    gloss = f" {escape(' '.join(arrow.gloss))}" if arrow.gloss else ""
    return f"{escape(way)}: {said}{gloss}"


def _who(keys: Sequence[str], names: dict[str, str]) -> str:
    return ", ".join(names[key] for key in keys)
