"""Draw a ladder as SVG: no script, no style sheet needed, both colour schemes, text at reading size."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from mailwijzer.markdown.ladder import Arrow, Group, Item, Ladder, Note

SIZE = 14
"""Font size in user units."""

SPAN = 320
"""From one lifeline to the next: 34 monospaced characters, and a telephone's width for two."""

_MARGIN = 40
_CHAR = 8.43
"""Width of a monospaced character at SIZE."""

_LINE = 18
_HEAD = 30
_TIP = 12
"""Room for the number at the start of an arrow."""


@dataclass
class _Canvas:
    """Where we are on the sheet, what was drawn, and what lies behind it."""

    x: dict[str, int]
    y: int = _HEAD + 12
    step: int = 0
    back: list[str] = field(default_factory=list)
    arrows: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    front: list[str] = field(default_factory=list)

    @property
    def width(self) -> int:
        return max(self.x.values()) + _MARGIN


def draw(ladder: Ladder, ident: str, title: str, desc: str) -> str:
    """The ladder as one `<svg>` element that names and describes itself."""
    x = {who.key: _MARGIN + SPAN * n for n, who in enumerate(ladder.participants)}
    canvas = _Canvas(x)
    _items(canvas, ladder.items)
    lines = "".join(f"M{at} {_HEAD}V{canvas.y}" for at in x.values())
    ids = f"ladder-{escape(ident)}"
    return (
        f'<svg class="mw-ladder__svg mw-ladder__svg--{len(x)}"'
        f' viewBox="0 0 {canvas.width} {canvas.y + 4}" role="img"'
        f' aria-labelledby="{ids}-t {ids}-d" font-family="monospace" font-size="{SIZE}"'
        f' fill="currentColor"><title id="{ids}-t">{escape(title)}</title>'
        f'<desc id="{ids}-d">{escape(desc)}</desc>'
        f'<g fill="none" stroke="currentColor" stroke-opacity=".5"><path d="{lines}"/>'
        f"{''.join(canvas.back)}</g>{_heads(ladder, canvas)}"
        f'<g fill="none" stroke="currentColor" stroke-width="1.5">{"".join(canvas.arrows)}</g>'
        f'<g text-anchor="middle">{"".join(canvas.numbers)}</g>{"".join(canvas.front)}</svg>'
    )


def _heads(ladder: Ladder, canvas: _Canvas) -> str:
    last = len(ladder.participants) - 1
    drawn = []
    for number, who in enumerate(ladder.participants):
        at, anchor = canvas.x[who.key], "middle"
        if number in (0, last):
            at, anchor = (2, "start") if number == 0 else (canvas.width - 2, "end")
        drawn.append(f'<text x="{at}" y="18" text-anchor="{anchor}">{escape(who.name)}</text>')
    return f'<g class="mw-who" font-weight="bold">{"".join(drawn)}</g>'


def _items(canvas: _Canvas, items: Sequence[Item]) -> None:
    for item in items:
        if isinstance(item, Arrow):
            _arrow(canvas, item)
        elif isinstance(item, Note):
            _note(canvas, item)
        else:
            _group(canvas, item)


def _arrow(canvas: _Canvas, arrow: Arrow) -> None:
    start, end = canvas.x[arrow.source], canvas.x[arrow.target]
    left, wide = min(start, end), abs(end - start)
    columns = int((wide - 2 * _TIP - 4) / _CHAR)
    _text(canvas, left + _TIP + 3, _wrap(arrow.lines, columns))
    canvas.y += 8
    canvas.step += 1
    way = 1 if end > start else -1
    dash = ' stroke-dasharray="5 5"' if arrow.dashed else ""
    tip = f"m{-8 * way}-5 {8 * way} 5{'-8' if way > 0 else ' 8'} 5"
    canvas.arrows.append(
        f'<path class="mw-{"right" if way > 0 else "left"}"{dash}'
        f' d="M{start + 11 * way} {canvas.y}H{end - 2 * way}{tip}"/>'
        f'<circle cx="{start}" cy="{canvas.y}" r="11"/>'
    )
    canvas.numbers.append(f'<text x="{start}" y="{canvas.y + 5}">{canvas.step}</text>')
    if arrow.gloss:
        canvas.y += 4
        _text(canvas, left + _TIP + 3, _wrap(arrow.gloss, columns + 4), ' class="mw-gloss"')
    canvas.y += 14


def _note(canvas: _Canvas, note: Note) -> None:
    spots = sorted(canvas.x[key] for key in note.keys)
    wide = max(spots[-1] - spots[0] + 2 * _MARGIN - 16, 240)
    left = min(max(8, (spots[0] + spots[-1] - wide) // 2), canvas.width - wide - 8)
    lines = _wrap(note.lines, int((wide - 16) / _CHAR) + 3)
    canvas.front.append(
        f'<rect class="mw-paper" x="{left}" y="{canvas.y}" width="{wide}" height="{_LINE * len(lines) + 10}"'
        ' rx="4" fill="none" stroke="currentColor" stroke-opacity=".5"/>'
    )
    canvas.y += 4
    _text(canvas, left + 8, lines, ' class="mw-gloss"')
    canvas.y += 18


def _group(canvas: _Canvas, group: Group) -> None:
    top = canvas.y
    canvas.y += 4
    _text(canvas, 10, _wrap((group.title,), int((canvas.width - 20) / _CHAR)), ' font-weight="bold"')
    canvas.y += 6
    _items(canvas, group.items)
    canvas.back.append(
        f'<rect x="2" y="{top}" width="{canvas.width - 4}" height="{canvas.y - top}" rx="6"'
        ' fill="currentColor" fill-opacity=".06"/>'
    )
    canvas.y += 12


def _wrap(lines: Sequence[str], columns: int) -> list[str]:
    wrapped: list[str] = []
    for line in lines:
        wrapped.extend(textwrap.wrap(line, columns, break_on_hyphens=False) or [""])
    return wrapped


def _text(canvas: _Canvas, x: int, lines: Sequence[str], attributes: str = "") -> None:
    for line in lines:
        canvas.y += _LINE
        canvas.front.append(f'<text x="{x}" y="{canvas.y - 4}"{attributes}>{escape(line)}</text>')
