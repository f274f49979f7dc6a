"""What the header of a mail claims, and which of the claims are our own server's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

from mailwijzer.mail.body import tidy

_ID = re.compile(r"<[^<>\s]{1,500}>")
_VERDICT = re.compile(r"\bdmarc\s*=\s*(\w+)", re.IGNORECASE)
_SCORE = re.compile(r"^\s*(-?\d+(?:\.\d+)?)|score=(-?\d+(?:\.\d+)?)|\[\s*(-?\d+(?:\.\d+)?)\s*/")
_WORD_MAX = 2000
_MACHINES = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|.*-bounces|.*-request|owner-.*|.*-owner)",
    re.IGNORECASE,
)


def text(letter: Message, name: str) -> str:
    """A header's value as one line of text; encoded words are decoded as far as they can be."""
    raw = letter.get(name)
    return one_line(words(str(raw))) if raw is not None else ""


def words(value: str) -> str:
    """Decode RFC 2047 words. Long ones stay as they are: decoding them can take seconds."""
    if "=?" not in value or len(value) > _WORD_MAX:
        return value
    pieces = []
    try:
        for piece, charset in decode_header(value):
            if isinstance(piece, str):
                pieces.append(piece)
                continue
            try:
                pieces.append(piece.decode(charset or "utf-8"))
            except (LookupError, UnicodeError):
                pieces.append(piece.decode("cp1252", "replace"))
    except (ValueError, IndexError):
        return value
    return "".join(pieces)


def one_line(value: str) -> str:
    """Folded lines joined, white space single."""
    return " ".join(tidy(value).split())


def sender(letter: Message) -> tuple[str, str]:
    """Name and address of the author. Of two From headers neither is believed: no address."""
    found = letter.get_all("from") or []
    if len(found) != 1:
        return "", ""
    people = getaddresses([str(found[0])[:_WORD_MAX]])
    if len(people) != 1:
        return "", ""
    name, address = people[0]
    ok = re.fullmatch(r"[^\s@<>]{1,64}@[^\s@<>]{1,255}", address)
    return one_line(words(name)), tidy(address) if ok else ""


def recipients(letter: Message) -> tuple[str, ...]:
    """To whom it went, the server's own words first."""
    values = [
        str(value)[:_WORD_MAX]
        for name in ("x-original-to", "delivered-to", "to", "cc")
        for value in letter.get_all(name) or ()
    ]
    return tuple(dict.fromkeys(tidy(address).lower() for _, address in getaddresses(values) if address))[:20]


def ids(letter: Message, *names: str) -> tuple[str, ...]:
    """Message-IDs in headers, the last first: the nearest one stands last in References."""
    found = [match for name in names for match in _ID.findall(str(letter.get(name, ""))[:20_000])]
    return tuple(reversed(found))[:50]


def automatic(letter: Message, address: str, own: frozenset[str]) -> str:
    """Why nobody may be answered, by RFC 3834, section 2; empty for a letter by a person."""
    return next(_reasons(letter, address, own), "")


def _reasons(letter: Message, address: str, own: frozenset[str]) -> Iterator[str]:
    told = one_line(str(letter.get("auto-submitted", ""))).lower()
    if told and not told.startswith("no"):
        yield f"Auto-Submitted: {told[:80]}"
    if str(letter.get("return-path", "x")).strip() == "<>":
        yield "a null return path: a bounce or a report"
    if letter.get_content_type() == "multipart/report":
        yield "a report"
    if any(name.lower().startswith("list-") and name.lower() != "list-archive" for name in letter):
        yield "a mailing list"
    precedence = str(letter.get("precedence", "")).strip().lower()
    if precedence in ("bulk", "junk", "list", "auto_reply"):
        yield f"Precedence: {precedence}"
    if letter.get("x-autoreply") or letter.get("x-autorespond"):
        yield "an automatic reply"
    if not address:
        yield "no usable sender"
    elif address.lower() in own:
        yield "our own address: a loop"
    elif _MACHINES.fullmatch(address.partition("@")[0]):
        yield f"a machine's address: {address.partition('@')[0]}"


def verdict(letter: Message, authserv: str) -> str:
    """DMARC's result by our own server, and by nobody else (RFC 8601, section 5): pass, fail or nothing.

    Our server's lines stand above the Received line that it wrote for the world's sender, or, since a milter
    adds below that one in Postfix, right under it. Further down others may have written, in our name too.
    """
    if not authserv:
        return ""
    inside = True
    for name, value in letter.items():
        told = one_line(str(value)[:4000])
        if name.lower() == "received":
            if not inside:
                return ""
            # LMTP adds a line of its own above the one that the world's sender got.
            inside = told.startswith(f"from {authserv} ")
            if not inside and f" by {authserv} " not in f"{told[:500]} ":
                return ""
        elif name.lower() == "authentication-results":
            if told.split(";")[0].split()[:1] == [authserv] and (found := _VERDICT.search(told)):
                return "pass" if found[1].lower() == "pass" else "fail"
        elif not inside:
            return ""
    return ""


def score(letter: Message) -> tuple[float | None, bool]:
    """Our filter's score, and whether it called the mail spam. Postfix removes what came from outside."""
    spam = str(letter.get("x-spam", letter.get("x-spam-flag", ""))).strip().lower().startswith("yes")
    for name in ("x-spam-score", "x-spamd-result", "x-spam-status"):
        found = _SCORE.search(str(letter.get(name, ""))[:300])
        if found:
            return float(next(group for group in found.groups() if group)), spam
    return None, spam
