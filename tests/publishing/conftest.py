"""A project with sources and the state of a build: what publishing needs, without a site generator."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailwijzer.publishing.project import Project
from support import built


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project as a build leaves it, with no questions yet."""
    return built(tmp_path / "project")
