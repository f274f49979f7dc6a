"""The text of a mail, and what hangs on to it. Odd mail is the rule: nothing here trusts a header."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from email.message import Message
from email.utils import collapse_rfc2231_value

import nh3

from mailwijzer.mail.letter import Attachment, UnreadableMailError

PARTS_MAX = 100
DEPTH_MAX = 20
TEXT_LOG_MAX = 64 * 1024
"""Octets of a text attachment that is kept; larger ones are only listed."""

TEXT_MAX = 256 * 1024
"""Octets of one text part that are looked at."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BLOCKS = re.compile(r"</?(?:p|div|tr|table|ul|ol|li|h[1-6]|blockquote|pre)[^>]*>|<br[^>]*>", re.IGNORECASE)
_ITEM = re.compile(r"<li[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_KEPT = {"p", "div", "br", "tr", "table", "ul", "ol", "li", "blockquote", "pre", "h1", "h2", "h3", "h4"}


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
        inside = part.get_payload()
        # A forwarded mail (message/rfc822) is an attachment: its text is not the asker's.
        if isinstance(inside, list) and part.get_content_maintype() == "multipart":
            waiting += [(child, depth + 1) for child in reversed(inside) if isinstance(child, Message)]
        else:
            yield part


def decoded(part: Message) -> str:
    """The text of a part; a charset that lies or is unknown gives way to the likely ones."""
    octets = _octets(part)[:TEXT_MAX]
    named = str(part.get_param("charset") or "").strip("'\"").lower()
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
    """HTML as text: scripts, styles and pictures gone, blocks on lines of their own."""
    cleaned = nh3.clean(markup, tags=_KEPT, clean_content_tags={"script", "style", "title"}, attributes={})
    lines = _BLOCKS.sub("\n", _ITEM.sub("\n- ", cleaned))
    text = html.unescape(_TAG.sub("", lines)).replace("\u00a0", " ")
    text = "\n".join(" ".join(line.split()) for line in text.split("\n"))
    return tidy(re.sub(r"\n{3,}", "\n\n", text)).strip()


def _attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(_name(part))


def _attachment(part: Message, kind: str) -> Attachment:
    octets = _octets(part)
    readable = kind.startswith("text/") and kind != "text/html" and len(octets) <= TEXT_LOG_MAX
    return Attachment(_name(part)[:200], kind[:100], len(octets), decoded(part) if readable else "")


def _name(part: Message) -> str:
    found = part.get_param("filename", header="content-disposition") or part.get_param("name")
    if not found:
        return ""
    # A name is shown, never used as a path.
    return tidy(collapse_rfc2231_value(found)).replace("\n", " ").replace("/", "_").replace("\\", "_").strip()


def _octets(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    if isinstance(found, bytes):
        return found
    inside = part.get_payload()
    return inside.encode("utf-8", "surrogateescape") if isinstance(inside, str) else b""
