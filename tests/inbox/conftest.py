from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailwijzer.inbox.store import Inbox


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/private/inbox.sqlite3"


@pytest.fixture
def inbox(url: str) -> Iterator[Inbox]:
    """An inbox on disk, whose clock gains a minute at every look."""
    moments = (dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC) + dt.timedelta(minutes=n) for n in range(10**6))
    opened = Inbox.open(url, now=lambda: next(moments))
    yield opened
    opened.close()
