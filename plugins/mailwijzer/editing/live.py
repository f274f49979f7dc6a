"""Whether a page is there for readers, asked of the site that they see, where that is not the one here."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock, Thread
from urllib.parse import urljoin, urlsplit

from mailwijzer.errors import MailwijzerError

_SECONDS = 5.0
"""How long the public site may take for one page."""

_AT_ONCE = 8
"""Pages that are asked for at the same time."""

_PIECE = 64 * 1024


class State(StrEnum):
    """What the public site shows at the address of a page. The names stand in theme/strings."""

    LIVE = "live"
    """The page, as it is here."""

    DIFFERS = "differs"
    """A page, but not this version of it."""

    ABSENT = "absent"
    ASKING = "asking"
    """It has not answered yet."""

    UNKNOWN = "unknown"
    """It could not be asked, or did not say."""


@dataclass(frozen=True)
class Look:
    """What came of asking for one page."""

    url: str
    """Where readers find it."""

    state: State
    reason: str = ""
    """Why it could not be asked, in English, as the network said it."""


def checked_base(told: str) -> str:
    """The address of the public site (`https://www.example.org/`), empty for none; raises MailwijzerError."""
    if told and (urlsplit(told).scheme not in ("http", "https") or not urlsplit(told).hostname):
        raise MailwijzerError(f"'{told}' is no address of a site; write https://mailwijzer.example/")
    return told


def ask(url: str, here: Path, seconds: float = _SECONDS) -> Look:
    """Fetch a page of the public site, and compare it with its file here."""
    until = time.monotonic() + seconds
    try:
        with urllib.request.urlopen(url, timeout=seconds) as answer:  # noqa: S310 - `checked_base`
            if urlsplit(answer.url).path.rstrip("/") != urlsplit(url).path.rstrip("/"):
                return Look(url, State.ABSENT)  # a server that shows its start page for what it has not
            body = _body(answer, until)
        return Look(url, State.LIVE if body == here.read_bytes() else State.DIFFERS)
    except urllib.error.HTTPError as error:
        with error:
            gone = error.code in (404, 410)
            return Look(url, State.ABSENT) if gone else Look(url, State.UNKNOWN, f"HTTP {error.code}")
    except (OSError, ValueError, http.client.HTTPException) as error:
        return Look(url, State.UNKNOWN, str(getattr(error, "reason", error)) or type(error).__name__)


def _body(answer: http.client.HTTPResponse, until: float) -> bytes:
    """All of it, but for no longer than that: a server that drips would hold us for ever."""
    pieces = []
    while piece := answer.read1(_PIECE):
        if time.monotonic() > until:
            raise TimeoutError("timed out")
        pieces.append(piece)
    return b"".join(pieces)


class Public:
    """The public site, asked in the background, so that nobody waits for it longer than a moment."""

    def __init__(self, base: str, site: Path, patience: float = 1.0) -> None:
        self.base, self._site, self._patience = base, site, patience
        self._asked: dict[str, Future[Look]] = {}
        self._lock = Lock()

    def look(self, addresses: Sequence[str]) -> list[Look]:
        """What there is at addresses from the site's root; `asking` where no answer came in a moment."""
        asked = {address: self._ask(address) for address in addresses}
        wait([future for future in asked.values() if future], self._patience)
        return [self._told(address, future) for address, future in asked.items()]

    def _ask(self, address: str) -> Future[Look] | None:
        with self._lock:
            future = self._asked.get(address)
            if future is None and len(self._asked) < _AT_ONCE:
                self._asked[address] = future = Future()
                Thread(target=self._run, args=(address, future), daemon=True).start()
            return future

    def _run(self, address: str, future: Future[Look]) -> None:
        try:
            future.set_result(ask(self._url(address), self._site / address.strip("/") / "index.html"))
        except BaseException as error:
            future.set_exception(error)
            raise

    def _told(self, address: str, future: Future[Look] | None) -> Look:
        if future is None or not future.done():
            return Look(self._url(address), State.ASKING)
        with self._lock:
            self._asked.pop(address, None)
        return future.result()

    def _url(self, address: str) -> str:
        return urljoin(self.base, address)
