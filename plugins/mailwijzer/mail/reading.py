"""From bytes to a Letter. Runs in a child process: the standard library can hang, recurse and raise here."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.message import Message
from email.policy import Policy, compat32, default
from types import FrameType
from typing import Any

from mailwijzer.mail import body, headers
from mailwijzer.mail.letter import Letter, UnreadableMailError

MAIL_MAX = 1024 * 1024
"""Octets of a mail that is read. A question needs less; a larger one is for the editor to look at."""

HEADER_MAX = 256 * 1024
MODERN_SECONDS = 1.5
"""What the modern parser may take before the old one is asked."""

_MULTIPART = re.compile(rb"^content-type:\s*multipart/", re.IGNORECASE | re.MULTILINE)
_FAULTS = (LookupError, ValueError, TypeError, AttributeError, RecursionError, TimeoutError)


def read(raw: bytes, authserv: str = "", own: frozenset[str] = frozenset()) -> Letter:
    """Read a mail, by the modern rules or else by the old ones; raises UnreadableMailError and why."""
    if len(raw) > MAIL_MAX:
        raise UnreadableMailError(f"it has {len(raw)} octets; up to {MAIL_MAX} are read")
    if not raw.strip():
        raise UnreadableMailError("it is empty")
    if _header_size(raw) > HEADER_MAX:
        raise UnreadableMailError(f"its header has more than {HEADER_MAX} octets")
    # Parts inside parts make the parsers look at each line as often as they are deep.
    if sum(1 for _ in _MULTIPART.finditer(raw)) > body.PARTS_MAX:
        raise UnreadableMailError(f"it has more than {body.PARTS_MAX} parts")
    # Whatever the modern parser raises, the old one gets its turn.
    with suppress(*_FAULTS), _seconds(MODERN_SECONDS):
        return _read(raw, default, authserv, own)
    try:
        return _read(raw, compat32, authserv, own)
    except UnreadableMailError:
        raise
    except Exception as error:
        raise UnreadableMailError(f"both parsers fail at it: {type(error).__name__}") from error


def _read(raw: bytes, policy: Policy[Any], authserv: str, own: frozenset[str]) -> Letter:
    # Headers by the old rules in any case: they are text here, and the modern objects are what hangs.
    letter: Message = message_from_bytes(raw, policy=policy)
    plain = message_from_bytes(raw[: _header_size(raw)], policy=compat32)
    text, attachments = body.read(letter)
    name, address = headers.sender(plain)
    points, spam = headers.score(plain)
    return Letter(
        message_id=next(iter(headers.ids(plain, "message-id")), ""),
        subject=headers.text(plain, "subject"),
        name=name,
        address=address,
        recipients=headers.recipients(plain),
        text=text,
        attachments=attachments,
        answers=headers.ids(plain, "references", "in-reply-to"),
        automatic=headers.automatic(plain, address, own),
        verified=headers.verdict(plain, authserv),
        score=points,
        spam=spam,
        parser="compat32" if policy is compat32 else "default",
    )


def _header_size(raw: bytes) -> int:
    ends = [at for mark in (b"\r\n\r\n", b"\n\n") if (at := raw.find(mark)) >= 0]
    return min(ends) + 2 if ends else len(raw)


@contextmanager
def _seconds(limit: float) -> Iterator[None]:
    def late(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
