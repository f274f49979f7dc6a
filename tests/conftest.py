"""What all tests share: how hard the property tests search."""

from __future__ import annotations

import os

from hypothesis import settings

# `make check` has a minute for everything; HYPOTHESIS_PROFILE=thorough is for a quiet evening.
settings.register_profile("quick", max_examples=50, deadline=None)
settings.register_profile("thorough", max_examples=10_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
