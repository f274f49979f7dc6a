"""How a snippet looks: HTML that reads without colour, scrolls by keyboard and copies clean."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonConsoleLexer, PythonLexer

from mailwijzer.locales import Locale
from mailwijzer.markdown.badges import Badge
from mailwijzer.markdown.badges import render as render_badge
from mailwijzer.snippets.model import Snippet

NARROW = 32
"""Columns that fit on the narrowest screen; longer lines may scroll and so must take the focus."""

LineRenderer = Callable[[str], str]


def render(snippet: Snippet, badge: Badge, locale: Locale) -> str:
    """The snippet with its caption and its badge, as one block of HTML."""
    copied = copyable(snippet)
    attributes = f' id="snippet-{escape(snippet.id)}"' if snippet.id else ""
    if copied and copied != snippet.text:
        attributes += f' data-copy="{_attribute(copied)}"'
    caption = f'<p class="mw-snippet__title">{escape(snippet.title)}</p>' if snippet.title else ""
    pre = f"<pre{_focus(snippet, locale)}>{_code(snippet)}</pre>"
    return (
        f'<div class="mw-snippet mw-snippet--{snippet.kind}"{attributes}>'
        f"{caption}{pre}{_setup(snippet, locale)}{render_badge(badge)}</div>"
    )


def _code(snippet: Snippet) -> str:
    if snippet.kind == "python":
        lexer = PythonConsoleLexer() if snippet.text.startswith(">>> ") else PythonLexer()
        return f'<code class="highlight">{highlight(snippet.text, lexer, HtmlFormatter(nowrap=True))}</code>'
    lines = "\n".join(map(_LINES.get(snippet.kind, escape), snippet.text.split("\n")))
    return f"<code>{lines}\n</code>"


def _setup(snippet: Snippet, locale: Locale) -> str:
    commands = snippet.options.get("setup", "")
    if not commands:
        return ""
    summary = escape(locale.t("snippets.setup"))
    return (
        f'<details class="mw-snippet__setup"><summary>{summary}</summary>'
        f"<p><code>{escape(commands)}</code></p></details>"
    )


def copyable(snippet: Snippet) -> str:
    """What the copy button gives: commands without prompts, the client's lines, else everything."""
    lines = snippet.text.split("\n")
    if snippet.kind == "console":
        return "\n".join(line[2:] for line in lines if line.startswith(("$ ", "# ", "> ")))
    if snippet.kind == "python" and snippet.text.startswith(">>> "):
        return "\n".join(line[4:] for line in lines if line.startswith((">>> ", "... ")))
    if snippet.kind == "transcript":
        return "\n".join(line[2:].removeprefix(" ") for line in lines if line.startswith("C:"))
    return snippet.text


def _focus(snippet: Snippet, locale: Locale) -> str:
    if max(map(len, snippet.text.split("\n"))) <= NARROW:
        return ""
    kind = locale.t(f"snippets.{snippet.kind}")
    label = locale.t("snippets.labelled", kind=kind, title=snippet.title) if snippet.title else kind
    return f' tabindex="0" role="group" aria-label="{escape(label)}"'


def _attribute(text: str) -> str:
    return escape(text).replace("\n", "&#10;")


def _console(line: str) -> str:
    if line.startswith(("$ ", "# ", "> ")):
        return _prompted("mw-in", line[0], line[2:])
    return escape(line)


def _transcript(line: str) -> str:
    who, rest = line[:2], line[2:].removeprefix(" ")
    if who in ("C:", "S:"):
        return _prompted("mw-in" if who == "C:" else "mw-out", who, rest)
    return f'<i class="mw-note">{escape(line)}</i>' if line else ""


def _config(line: str) -> str:
    escaped = escape(line)
    return f'<i class="mw-note">{escaped}</i>' if line.lstrip().startswith("#") else escaped


def _prompted(name: str, prompt: str, rest: str) -> str:
    return f'<span class="{name}"><b class="mw-prompt">{escape(prompt)}</b> {escape(rest)}</span>'


_LINES: dict[str, LineRenderer] = {
    "console": _console,
    "transcript": _transcript,
    "config": _config,
}
