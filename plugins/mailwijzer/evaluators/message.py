"""`message`: a letter parses without defects, and its lines end as RFC 5322 wants them."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import SMTP

from mailwijzer.snippets.host import Host
from mailwijzer.snippets.model import Outcome, Sessions, Snippet

_MOST = 998
"""Octets in a line without its end (RFC 5322, section 2.1.1)."""


def evaluate(snippet: Snippet, _host: Host, _sessions: Sessions) -> Outcome:
    """Parse the letter with CR LF and tell the first defect, of the whole or of a part."""
    lines = snippet.text.split("\n")
    for number, line in enumerate(lines, 1):
        if len(line.encode()) > _MOST:
            return Outcome(
                False, f"a line of {len(line.encode())} octets; at most {_MOST} are allowed", number
            )
    letter = message_from_bytes("\r\n".join([*lines, ""]).encode(), policy=SMTP)
    for part in letter.walk():
        defects = [*part.defects, *(d for value in part.values() for d in getattr(value, "defects", ()))]
        if defects:
            return Outcome(False, f"the letter is not sound: {type(defects[0]).__name__}: {defects[0]}")
    missing = [name for name in ("From", "Date") if name not in letter]
    if missing:
        return Outcome(False, f"the letter has no {' and no '.join(missing)} (RFC 5322, section 3.6)")
    return Outcome(True, actual=snippet.text)
