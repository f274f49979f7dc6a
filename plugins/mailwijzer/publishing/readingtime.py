"""How long a page takes to read."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"<(pre|svg)\b.*?</\1>|<[^>]*>", re.DOTALL)
_TABLE = re.compile(r"<(?P<tag>table|dl)\b.*?</(?P=tag)>", re.DOTALL)
_PROSE_A_MINUTE, _TABLE_A_MINUTE = 200, 800


def minutes(html: str) -> int:
    """At the pace of careful reading; nobody reads a transcript word by word, and tables are looked up."""
    tables = sum(_words(table[0]) for table in _TABLE.finditer(html))
    return max(1, round((_words(html) - tables) / _PROSE_A_MINUTE + tables / _TABLE_A_MINUTE))


def _words(html: str) -> int:
    return len(_MARKUP.sub(" ", html).split())
