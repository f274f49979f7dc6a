"""Doing something again and again, until Ctrl-C: what fails once is told, and tried again later."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from mailwijzer.errors import ProblemsError
from mailwijzer.inbox.faults import InboxUnavailableError

LONGEST_SECONDS = 600.0
"""Most that is waited after failures: each one doubles the wait."""

_log = logging.getLogger(__name__)


def go_on(once: Callable[[], None], seconds: float, *, watch: bool) -> None:
    """Do `once`; when watching, again every so many seconds, whatever it raises."""
    wait = seconds
    while True:
        try:
            once()
            wait = seconds
        except Exception as error:
            if not watch:
                raise
            wait = min(wait * 2, LONGEST_SECONDS)
            _log.error("%s; trying again in %.0f s", _told(error), wait)
        if not watch:
            return
        time.sleep(wait)


def _told(error: Exception) -> str:
    """What may stand in a log. Of an error we did not foresee only the kind: its text may hold an address."""
    if isinstance(error, InboxUnavailableError | ProblemsError):
        return str(error)
    return f"failed ({type(error).__name__})"
