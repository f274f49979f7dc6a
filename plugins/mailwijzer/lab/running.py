"""The world that `mailwijzer lab up` keeps: where it is written down, so that other commands find it.

The driver holds a lock on that file for as long as it lives. So a file without a lock is a leftover, whatever
process has the number that stands in it.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mailwijzer.errors import MailwijzerError
from mailwijzer.lab.machine import Machine
from mailwijzer.lab.world import World

_PATIENCE = 15
"""Seconds that a driver gets to end by itself. The kernel clears up after one that is killed, too."""


def folder() -> Path:
    """The user's own runtime folder; made here, for this user alone, where the system gives none."""
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    base = (
        Path(given) if given.startswith("/") and Path(given).is_dir() else Path(f"/run/user/{os.geteuid()}")
    )
    if not base.is_dir():
        base = Path(f"/tmp/mailwijzer-{os.geteuid()}")  # noqa: S108 - checked below
        base.mkdir(mode=0o700, exist_ok=True)
    found = base.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise MailwijzerError(f"{base} belongs to somebody else; set XDG_RUNTIME_DIR to a folder of your own")
    return base


def _file() -> Path:
    return folder() / "mailwijzer-lab.json"


@contextmanager
def reserved(title: str, release: str) -> Iterator[Callable[[World], None]]:
    """Hold the place of the one world; yields what writes the world down once its machines run.

    Raises MailwijzerError when the place is taken.
    """
    with _file().open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise MailwijzerError("a world is up already; mailwijzer lab down ends it") from None

        def write(machines: list[dict[str, Any]]) -> None:
            told = {"driver": os.getpid(), "title": title, "release": release, "machines": machines}
            file.truncate(0)
            file.write(json.dumps(told))
            file.flush()

        write([])
        try:
            yield lambda world: write([asdict(machine) for machine in world.hosts])
        finally:
            file.truncate(0)


def is_up() -> bool:
    """Whether a world is up."""
    return bool(_told())


def current() -> World:
    """The world that is up; raises MailwijzerError when none is, or not yet."""
    told = _need()
    if not told["machines"]:
        raise MailwijzerError(f"the world '{told['title']}' is still coming up; try again in a moment")
    machines = {row["name"]: Machine(**row) for row in told["machines"]}
    return World(told["title"], told["release"], machines)


def end() -> None:
    """Ask the driver of the world that is up to end, and wait until it has; one that does not is killed."""
    told = _need()
    driver = os.pidfd_open(told["driver"])
    try:
        signal.pidfd_send_signal(driver, signal.SIGTERM)
        if not select.select([driver], [], [], _PATIENCE)[0]:
            signal.pidfd_send_signal(driver, signal.SIGKILL)
            select.select([driver], [], [])
    finally:
        os.close(driver)


def _need() -> dict[str, Any]:
    told = _told()
    if not told:
        raise MailwijzerError("no world is up; mailwijzer lab up brings one, in another terminal")
    return told


def _told() -> dict[str, Any]:
    """What the driver wrote down; empty when there is none, or none any more."""
    try:
        with _file().open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                told: dict[str, Any] = json.loads(file.read() or "{}")
                return told
    except FileNotFoundError:
        pass
    return {}
