"""`message`: a letter that is sound: it parses without defects, and its signatures hold where it says so.

With `file=` the letter is the newest one on the host whose path matches, and the page must print it; without,
it is the page's own text. `dkim=` is judged by OpenDKIM on the host, with the key from the world's DNS;
`auth="spf=pass dmarc=pass"` by the Authentication-Results field (RFC 8601) that the host added last.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP
from typing import Any

from mailwijzer.snippets import matching
from mailwijzer.snippets.host import Host
from mailwijzer.snippets.model import Outcome, Sessions, Snippet

_MOST = 998
"""Octets in a line without its end (RFC 5322, section 2.1.1)."""

_COPY = "/tmp/letter.eml"  # noqa: S108  (on the host, which is thrown away)
_RESULT = re.compile(r"\b([a-z-]+)=([a-z]+)\b")


def evaluate(snippet: Snippet, host: Host, _sessions: Sessions) -> Outcome:
    """Look at the letter from all sides; the first thing that is wrong is told."""
    path, lines = "", snippet.text.split("\n")
    if "file" in snippet.options:
        path = _newest(snippet, host)
        if not path:
            return Outcome(False, f"there is no {snippet.options['file']} on {host.name}")
        lines = host.read(path).rstrip("\n").split("\n")
        difference = matching.diff(snippet.text.split("\n"), lines)
        if difference:
            kept = "\n".join(matching.merged(snippet.text.split("\n"), lines))
            return Outcome(False, f"{path} is another letter:\n{difference}", 1, kept)
    for fault in (*_defects(lines), *_signature(snippet, host, path), *_verdict(snippet, lines)):
        return fault
    return Outcome(True, actual=snippet.text)


def _newest(snippet: Snippet, host: Host) -> str:
    return host.run(f"ls -td {snippet.options['file']} 2>/dev/null | head -n1").output.strip()


def _defects(lines: list[str]) -> Iterator[Outcome]:
    """What a strict parser complains of, line ends as they are on the wire."""
    for number, line in enumerate(lines, 1):
        if len(line.encode()) > _MOST:
            said = f"a line of {len(line.encode())} octets; at most {_MOST} are allowed"
            yield Outcome(False, said, number)
    letter = _parsed(lines)
    for part in letter.walk():
        values: list[Any] = list(part.values())
        defects = [*part.defects, *(d for value in values for d in getattr(value, "defects", ()))]
        if defects:
            yield Outcome(False, f"the letter is not sound: {type(defects[0]).__name__}: {defects[0]}")
    missing = [name for name in ("From", "Date") if name not in letter]
    if missing:
        yield Outcome(False, f"the letter has no {' and no '.join(missing)} (RFC 5322, section 3.6)")


def _parsed(lines: list[str]) -> Message[Any, Any]:
    return message_from_bytes("\r\n".join([*lines, ""]).encode(), _class=EmailMessage, policy=SMTP)


def _signature(snippet: Snippet, host: Host, path: str) -> Iterator[Outcome]:
    """Have OpenDKIM verify the letter, with the line ends of the wire: a stored one has lost its CRs."""
    wanted = snippet.options.get("dkim", "")
    if not wanted:
        return
    if not path:
        path = _COPY
        host.write(path, f"{snippet.text}\n")
    command = f"sed 's/\\r*$/\\r/' {shlex.quote(path)} | opendkim-testmsg"
    ran = host.run(command, timeout=snippet.timeout)
    if (ran.code == 0) != (wanted == "pass"):
        said = ran.output.strip() or "the signature holds"
        line = next((n for n, t in enumerate(snippet.text.split("\n"), 1) if t.startswith("DKIM-Sig")), 0)
        yield Outcome(False, f"DKIM should {wanted}; opendkim-testmsg says: {said}", line)


def _verdict(snippet: Snippet, lines: list[str]) -> Iterator[Outcome]:
    """Compare what the receiver noted of each method; its topmost word about a method counts."""
    wanted = dict(_RESULT.findall(snippet.options.get("auth", "")))
    noted: dict[str, str] = {}
    for field in _parsed(lines).get_all("Authentication-Results", []) if wanted else ():
        for method, result in _RESULT.findall(re.sub(r"\([^)]*\)", "", str(field))):
            noted.setdefault(method, result)
    for method, result in wanted.items():
        if noted.get(method) != result:
            said = f"notes {method}={noted[method]}" if method in noted else f"says nothing of {method}"
            yield Outcome(False, f"{method}={result} was expected; the receiver {said}")
