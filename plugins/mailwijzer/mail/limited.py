"""Read a mail in a process of its own, with limits on time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable

from mailwijzer.mail.letter import Letter, UnreadableMailError, from_plain

SECONDS = 5.0
"""After this the child is killed, whatever it is doing."""


def read(raw: bytes, authserv: str = "", own: Iterable[str] = ()) -> Letter:
    """The letter in a mail's bytes; raises UnreadableMailError, within SECONDS, with the reason.

    `authserv` is the name under which our own server writes Authentication-Results; `own` are the addresses
    that questions are sent to.
    """
    command = [sys.executable, "-m", "mailwijzer.mail.child", authserv, *(name.lower() for name in own)]
    try:
        done = subprocess.run(command, input=raw, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise UnreadableMailError(f"reading it takes more than {SECONDS:g} s") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        how = f"signal {-done.returncode}" if done.returncode < 0 else f"code {done.returncode}"
        raise UnreadableMailError(f"the process that read it died ({how})") from None
    if "unreadable" in answer:
        raise UnreadableMailError(answer["unreadable"])
    return from_plain(answer["letter"])
