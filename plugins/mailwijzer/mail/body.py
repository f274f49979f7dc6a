"""The text of a mail, and what hangs on to it. Odd mail is the rule: nothing here trusts a header."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import Any

from mailwijzer.mail.letter import Attachment, UnreadableMailError

PARTS_MAX = 100
DEPTH_MAX = 20
TEXT_LOG_MAX = 64 * 1024
"""Octets of a text attachment that is kept; larger ones are only listed."""

TEXT_MAX = 256 * 1024
"""Octets of one text part that are looked at."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_MARK = re.compile(
    r"""
    (?<!<)<+!--.*?(?:-->|\Z)
    | (?<!<)<+(?P<hidden>script|style|title)\b[^<>]*>.*?(?:</(?P=hidden)[^<>]*>|\Z)
    | (?<!<)<+(?P<end>/?)(?P<name>[a-z][a-z0-9]*) (?: =\s*"[^"]*" | =\s*'[^']*' | [^<>] )* (?:>|(?=<)|\Z)
    | (?<!<)<+[/!?] [^<>]* (?:>|(?=<)|\Z)
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
"""A piece of markup. Whatever follows, one of the endings fits at once: no input makes this go back."""

_BLOCKS = frozenset(
    ("p", "div", "br", "tr", "table", "ul", "ol", "blockquote", "pre", *(f"h{n}" for n in range(1, 7)))
)
_NO_CHARACTER = re.compile(r"&#x?[0-9a-f]{8,};?", re.IGNORECASE)
"""A reference beyond Unicode, which Python would first make a number of."""


def read(letter: Message) -> tuple[str, tuple[Attachment, ...]]:
    """The letter's text, and its attachments. Raises UnreadableMailError past the limits."""
    plain: list[str] = []
    marked: list[str] = []
    attachments: list[Attachment] = []
    for part in leaves(letter):
        kind = part.get_content_type()
        if _attached(part) or not kind.startswith("text/"):
            attachments.append(_attachment(part, kind))
        elif kind == "text/html":
            marked.append(untagged(decoded(part)))
        elif kind == "text/plain" or not plain:
            plain.append(decoded(part))
    text = "\n\n".join(piece.strip("\n") for piece in plain if piece.strip())
    return text or "\n\n".join(piece for piece in marked if piece), tuple(attachments)


def leaves(letter: Message) -> Iterator[Message]:
    """The parts without parts, in order, without recursion."""
    waiting: list[tuple[Message, int]] = [(letter, 0)]
    seen = 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if seen > PARTS_MAX:
            raise UnreadableMailError(f"it has more than {PARTS_MAX} parts")
        if depth > DEPTH_MAX:
            raise UnreadableMailError(f"its parts are nested deeper than {DEPTH_MAX}")
        inside = part.get_payload() if part.is_multipart() else None
        # A forwarded mail (message/rfc822) is an attachment: its text is not the asker's.
        if isinstance(inside, list) and part.get_content_maintype() == "multipart":
            waiting += [(child, depth + 1) for child in reversed(inside) if isinstance(child, Message)]
        else:
            yield part


def decoded(part: Message) -> str:
    """The text of a part; a charset that lies or is unknown gives way to the likely ones."""
    octets = _octets(part)[:TEXT_MAX]
    named = str(_parameter(part, "charset") or "").strip("'\"").lower()
    for charset in (named, "utf-8", "cp1252"):
        try:
            return tidy(octets.decode(charset))
        except (LookupError, UnicodeError, ValueError):
            continue
    return tidy(octets.decode("latin-1"))


def tidy(text: str) -> str:
    """One kind of line end, and nothing that could steer a terminal or that a database refuses."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("\ufffd", text)


def untagged(markup: str) -> str:
    """HTML as text: scripts, styles and pictures gone, blocks on lines of their own.

    Linear in the length of the markup, which a parser that builds a tree of it is not. What looks like a tag
    afterwards is text: it was written as a reference.
    """
    text = html.unescape(_NO_CHARACTER.sub("\ufffd", _MARK.sub(_gap, markup))).replace("\u00a0", " ")
    text = "\n".join(" ".join(line.split()) for line in text.split("\n"))
    return tidy(re.sub(r"\n{3,}", "\n\n", text)).strip()


def _gap(mark: re.Match[str]) -> str:
    """What a piece of markup leaves between two words."""
    name = (mark["name"] or "").lower()
    if name == "li" and not mark["end"]:
        return "\n- "
    return "\n" if name in _BLOCKS else ""


def _attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(_name(part))


def _attachment(part: Message, kind: str) -> Attachment:
    octets = _octets(part)
    readable = kind.startswith("text/") and kind != "text/html" and len(octets) <= TEXT_LOG_MAX
    return Attachment(_name(part)[:200], kind[:100], len(octets), decoded(part) if readable else "")


def _name(part: Message) -> str:
    found = _parameter(part, "filename", "content-disposition") or _parameter(part, "name")
    if not found:
        return ""
    # A name is shown, never used as a path.
    try:
        name = collapse_rfc2231_value(found)
    except (ValueError, TypeError):  # it may come with a charset of its own, and that may be anything
        name = str(found[-1])
    return tidy(name).replace("\n", " ").replace("/", "_").replace("\\", "_").strip()


def _parameter(part: Message, name: str, header: str = "content-type") -> Any:
    """A parameter of a header; nothing where the library stumbles over its pieces (`name*0=a; name=b`)."""
    try:
        return part.get_param(name, header=header)
    except (TypeError, ValueError, LookupError):
        return None


def _octets(part: Message) -> bytes:
    try:
        found = part.get_payload(decode=True)
    except (TypeError, ValueError, LookupError):  # it asks the charset, which may be anything
        del part["content-type"]
        found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""
