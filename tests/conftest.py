"""What all tests share: how hard the property tests search, and what runs last."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# `make check` has a minute for everything; HYPOTHESIS_PROFILE=thorough is for a quiet evening.
settings.register_profile("quick", max_examples=50, deadline=None)
settings.register_profile("thorough", max_examples=10_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's driver keeps an event loop running in the main thread: nothing with a loop after it."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
