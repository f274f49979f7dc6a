from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailwijzer.inbox.store import Inbox
from mailwijzer.publishing.project import Project
from support import built


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project as a build leaves it, with no questions yet."""
    return built(tmp_path / "project")


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    opened = Inbox.open(f"sqlite:///{tmp_path}/inbox.sqlite3")
    yield opened
    opened.close()
