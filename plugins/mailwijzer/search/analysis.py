"""From text to tokens: words, and codes that only mean something whole (5.7.26, smtpd_relay_restrictions).

The browser does the same in search.js; tests hold both to each other.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST = 60
"""Characters of the longest token; what is longer is no word that anybody searches for."""

_MARKS = re.compile("[\u0300-\u036f]")
# Beyond the basic plane Python and JavaScript sort differently; no word of ours is there.
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_WORD = re.compile(r"[^\W_]+")
CHUNK = re.compile(r"[^\s\ufeff<>()\[\]{}\"'`,;|\u2018-\u201f\u00ab\u00bb]+")
"""What stands between spaces, brackets and quotation marks."""

_CODE = re.compile(r"[a-z0-9_.\-/:@=+]*")
_EDGE = ".:!?-/=+@"
_SPLIT = re.compile(r"[-/:@=+]")
_PARTS = re.compile(r"[/=@+]")
_DIGIT = re.compile(r"[0-9]")
_MADE_UP = re.compile(
    r"\.(?:test|example)(?![\w.-])|\bexample\.(?:com|net|org)\b"
    r"|\b(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d|\b2001:db8:",
    re.ASCII,
)

VARYING = (
    r"\b\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:z|[+-]\d\d:?\d\d)?",  # ISO 8601
    r"^\s*[a-z]{3}\s+\d{1,2}\s+\d\d:\d\d:\d\d\s+\S+",  # what syslog puts first: date, time, host
    r"\[[0-9a-f]*[:.][0-9a-f:.]+\](?::\d+)?",  # [address], [address]:port
    r"\[\d+\]",  # process numbers
    r"<[^<>\s]*@[^<>\s]*>",  # <mail addresses>
    r"[^\s<>@=]+@[^\s<>@]+\.[a-z]+",  # mail addresses
    r"\b(?=[0-9a-f]*\d)[0-9a-f]{7,}\b",  # hexadecimal ids
    r"\b[0-9a-z]{12,}:(?=\s)",  # long queue ids
)
"""What differs from one log line to the next of the same kind, in folded text."""

_VARYING = re.compile("|".join(VARYING), re.ASCII)


def fold(text: str) -> str:
    """Lower case, without accents: `Één` is `een`. Emoji and rare scripts become spaces."""
    if text.isascii():
        return text.lower()
    return _ASTRAL.sub(" ", _MARKS.sub("", unicodedata.normalize("NFD", text.lower())))


def fixed(folded: str) -> str:
    """A query without what varies between log lines: times, addresses, process numbers, queue ids."""
    return _VARYING.sub(" ", folded)


def tokens(folded: str) -> list[str]:
    """Words and codes of a folded text, in order."""
    found: list[str] = []
    for chunk in CHUNK.findall(folded):
        found += _of_chunk(chunk)
    return found


@lru_cache(maxsize=200_000)
def _of_chunk(chunk: str) -> tuple[str, ...]:
    if chunk.isalpha() and chunk.isascii():
        return (chunk,) if 1 < len(chunk) <= LONGEST else ()
    bare = chunk.strip(_EDGE)
    found = []
    if is_code(bare):
        # Of a path or a setting the parts are looked for, of 550-5.7.26 also the whole.
        parts = [part.strip(_EDGE) for part in _PARTS.split(bare)]
        pieces = [piece.strip(_EDGE) for part in parts for piece in (part, *_SPLIT.split(part))]
        found = [piece for piece in pieces if is_code(piece)]
        # The numbers inside 5.7.26 mean nothing by themselves.
        told = bare
        if made_up(bare):
            told = " ".join(label for label in bare.split(".") if label.startswith("_"))
        plain = [word for word in _words(told) if len(word) > 2 or not _DIGIT.match(word)]
    else:
        plain = _words(bare)
    return tuple(dict.fromkeys([*found, *plain]))


def made_up(code: str) -> bool:
    """Whether a name or address is one of those kept for examples (RFC 2606 and 6761, 5737 and 3849).

    `mail` in `mail.example.org` says nothing about mail; `_dmarc` in `_dmarc.example.org` does.
    """
    return _MADE_UP.search(code) is not None


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if 1 < len(word) <= LONGEST]


def is_code(text: str) -> bool:
    """Whether a token is kept whole: `550-5.7.26`, `main.cf`, `_dmarc`; not `e-mail`, `S3140` or `550`.

    The last two are words already.
    """
    if not 2 < len(text) <= LONGEST or not _CODE.fullmatch(text):
        return False
    if "_" in text or "." in text:
        return True
    return _DIGIT.search(text) is not None and _SPLIT.search(text) is not None
