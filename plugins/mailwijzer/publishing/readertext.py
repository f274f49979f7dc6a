"""A reader's words as HTML. Plain text for ever: never through the site's Markdown.

The site's Markdown can include files, take seconds on a few kB of brackets, and pass HTML through;
all of that is for editors. Readers get paragraphs, code blocks and links.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import nh3
from markupsafe import Markup

_LINK = re.compile(r"https?://[^\s<>\"'`]{3,400}")
_FENCE = re.compile(r"^(`{3,}|~{3,})(.*)$", re.DOTALL)
_LANGUAGE = re.compile(r"[\w+#.-]{0,20}")
_TAGS = {"p", "br", "a", "pre", "code"}
_TRAILING = ".,;:!?)"


def render(text: str) -> Markup:
    """Paragraphs, fenced or indented code, and clickable http(s) addresses; everything else as typed.

    Linear in the length of `text`; the result is cleaned by an allow-list as a second wall.
    """
    parts: list[str] = []
    block: list[str] = []
    code: _Code | None = None
    for line in text.replace("\r\n", "\n").split("\n"):
        if code is not None:
            if code.ends(line):
                parts.append(code.html([code.opening, line]))
                code = None
            else:
                code.lines.append(line)
        elif opened := _opened(line):
            parts.append(_paragraph(block))
            block, code = [], opened
        elif line.strip():
            block.append(line)
        else:
            parts.append(_paragraph(block))
            block = []
    parts.append(code.html([code.opening]) if code is not None else _paragraph(block))
    return clean("\n".join(part for part in parts if part))


@dataclass
class _Code:
    """Code between fences. Nothing that somebody typed gets lost: what is not a language is a line of it."""

    opening: str
    mark: str
    lines: list[str]

    def ends(self, line: str) -> bool:
        bare = line.rstrip()
        return len(bare) >= 3 and set(bare) == {self.mark}

    def html(self, typed: list[str]) -> str:
        return _pre(self.lines) if self.lines else _paragraph(typed)


def _opened(line: str) -> _Code | None:
    found = _FENCE.match(line)
    if found is None or found[1][:3] in found[2]:  # code on one line: as typed
        return None
    rest = found[2].strip()
    return _Code(line, found[1][0], [] if _LANGUAGE.fullmatch(rest) else [rest])


def clean(markup: str) -> Markup:
    """Only the allowed tags, only http and https links, nothing that runs."""
    cleaned = nh3.clean(
        markup,
        tags=_TAGS,
        attributes={"a": {"href"}, "pre": {"tabindex"}},
        url_schemes={"http", "https"},
        link_rel="nofollow ugc noopener",
    )
    # A slot's name in a reader's text must stay text when the page is put into the shell.
    return Markup(cleaned.replace("@@", "&#64;&#64;"))


def excerpt(text: str, length: int = 200) -> str:
    """The first words of a text on one line, cut at a space."""
    flat = " ".join(text.split())
    if len(flat) <= length:
        return flat
    return flat[:length].rsplit(" ", 1)[0].rstrip(_TRAILING) + " …"


def _paragraph(lines: list[str]) -> str:
    if not lines:
        return ""
    if all(line.startswith(("    ", "\t")) for line in lines):
        return _pre([line.removeprefix("    ").removeprefix("\t") for line in lines])
    return f"<p>{'<br>'.join(_inline(line) for line in lines)}</p>"


def _pre(lines: list[str]) -> str:
    # A block that can scroll must be reachable by keyboard.
    return f'<pre tabindex="0"><code>{html.escape(chr(10).join(lines))}</code></pre>'


def _inline(line: str) -> str:
    parts: list[str] = []
    end = 0
    for match in _LINK.finditer(line):
        address = match.group().rstrip(_TRAILING)
        parts.append(html.escape(line[end : match.start()]))
        parts.append(f'<a href="{html.escape(address)}">{html.escape(address)}</a>')
        end = match.start() + len(address)
    parts.append(html.escape(line[end:]))
    return "".join(parts)
