"""Worlds for the tests, or the reason why there are none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailwijzer.lab import world
from mailwijzer.lab.account import LabUnavailableError, account
from mailwijzer.lab.images import store

ROOT = Path(__file__).parents[2]
WORLD = ROOT / "docs" / "worlds" / "smtp-session.yml"


def needs(*releases: str, image: str = "mail") -> None:
    """Skip, with the command that helps, unless the lab works here and has these images."""
    try:
        account()
        for release in releases:
            store.need(image, release)
    except LabUnavailableError as error:
        pytest.skip(str(error))


@pytest.fixture
def lab_ready() -> Path:
    """The file of a world that can be brought up here."""
    needs("13")
    return WORLD


@pytest.fixture(scope="session", params=["13", "12"])
def lab(request: pytest.FixtureRequest) -> Iterator[world.World]:
    """The world of the SMTP session, on each release. Tests leave it as they found it."""
    needs("13", request.param)
    with world.open(WORLD, request.param) as opened:
        yield opened


@pytest.fixture(scope="session")
def both_families() -> Iterator[world.World]:
    """The world of the page on the lab: IPv4 and IPv6."""
    needs("13")
    with world.open(WORLD.with_name("lab.yml")) as opened:
        yield opened
