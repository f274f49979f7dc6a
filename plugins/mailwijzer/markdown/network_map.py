"""A map of machines on one network: the small text form, the drawing, and the same in words.

::

    mx.thuis.test 203.0.113.25 2001:db8:203::25 : Bea's server     name, addresses, what it is
      | Postfix, Dovecot                                           one more line of it
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from mailwijzer.locales import Locale
from mailwijzer.markdown.ladder import Fault

COLUMNS = 22
"""Characters that fit in a box; two boxes and the wire between them are as wide as a telephone."""

_SIZE, _LINE, _BOX, _WIRE = 14, 18, 196, 24
_WIDTH = 2 * _BOX + 2 * _WIRE
_MACHINE = re.compile(r"(?P<name>[\w.-]+)(?P<addresses>(?: [\da-f.:]*[.:][\da-f.:]*)+) : (?P<text>\S.*)")


@dataclass(frozen=True)
class Machine:
    """One box of the map."""

    name: str
    addresses: tuple[str, ...]
    texts: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands in the box, from top to bottom."""
        return (self.name, *self.addresses, *self.texts)


def parse(text: str) -> tuple[tuple[Machine, ...], tuple[Fault, ...]]:
    """Read a map. Every fault is told, so the map is only worth drawing when there is none."""
    machines: list[Machine] = []
    faults: list[Fault] = []
    for number, line in enumerate(text.split("\n"), 1):
        found = _MACHINE.fullmatch(line.strip())
        if found:
            machines.append(Machine(found["name"], tuple(found["addresses"].split()), (found["text"],)))
        elif line.strip().startswith("| ") and machines:
            last = machines.pop()
            machines.append(Machine(last.name, last.addresses, (*last.texts, line.strip()[2:])))
        elif line.strip():
            todo = "write 'mx.thuis.test 203.0.113.25 : what it is', or '| more' below it"
            faults.append(Fault(number, f"cannot read '{line.strip()}'", todo))
        wide = [part for part in (machines[-1].lines if machines else ()) if len(part) > COLUMNS]
        faults += [Fault(number, f"'{part}' does not fit", f"at most {COLUMNS} characters") for part in wide]
    if len(machines) < 2:
        faults.append(Fault(0, "fewer than two machines", "name them, one a line"))
    return tuple(machines), tuple(dict.fromkeys(faults))


def draw(machines: Sequence[Machine], ident: str, title: str, desc: str) -> str:
    """The map as one `<svg>`: boxes left and right of the wire, in the order of the text."""
    ids, y, drawn, wires = f"map-{escape(ident)}", 20, [], []
    for row in range(0, len(machines), 2):
        pair = machines[row : row + 2]
        height = max(len(machine.lines) for machine in pair) * _LINE + 14
        for side, machine in enumerate(pair):
            x = 1 + side * (_BOX + 2 * _WIRE - 2)
            drawn.append(_box(machine, x, y, height))
            wires.append(f"M{1 + _BOX if side == 0 else x} {y + height // 2}H{_WIDTH // 2}")
        y += height + 16
    wires.append(f"M{_WIDTH // 2} 8V{y - 4}M{_WIDTH // 2 - 10} 8h20M{_WIDTH // 2 - 10} {y - 4}h20")
    return (
        f'<svg class="mw-ladder__svg mw-ladder__svg--2" viewBox="0 0 {_WIDTH} {y + 4}" role="img"'
        f' aria-labelledby="{ids}-t {ids}-d" font-family="monospace" font-size="{_SIZE}"'
        f' fill="currentColor"><title id="{ids}-t">{escape(title)}</title>'
        f'<desc id="{ids}-d">{escape(desc)}</desc>'
        f'<path d="{"".join(wires)}" fill="none" stroke="currentColor" stroke-width="2"/>'
        f"{''.join(drawn)}</svg>"
    )


def render(machines: Sequence[Machine], ident: str, title: str, desc: str, locale: Locale) -> str:
    """The figure: a region that scrolls by keyboard, the title as caption, the words folded away."""
    label = locale.t("snippets.ladder_label", title=title)
    rows = "".join(
        f"<li><strong>{escape(machine.name)}</strong>: {escape('; '.join(machine.lines[1:]))}</li>"
        for machine in machines
    )
    return (
        f'<figure class="mw-ladder" id="map-{escape(ident)}"><figcaption>{escape(title)}</figcaption>'
        f'<div class="mw-ladder__scroll" tabindex="0" role="group" aria-label="{escape(label)}">'
        f"{draw(machines, ident, title, desc)}</div>"
        f'<details class="mw-ladder__words"><summary>{escape(locale.t("snippets.map_words"))}</summary>'
        f"<ul>{rows}</ul></details></figure>"
    )


def _box(machine: Machine, x: int, y: int, height: int) -> str:
    texts = [
        f'<text x="{x + 8}" y="{y + 6 + _LINE * number - 3}"{_look(machine, number)}>{escape(line)}</text>'
        for number, line in enumerate(machine.lines, 1)
    ]
    return (
        f'<rect class="mw-paper" x="{x}" y="{y}" width="{_BOX}" height="{height}" rx="4" fill="none"'
        f' stroke="currentColor"/>{"".join(texts)}'
    )


def _look(machine: Machine, number: int) -> str:
    if number == 1:
        return ' font-weight="600"'
    return ' class="mw-gloss"' if number > 1 + len(machine.addresses) else ""
