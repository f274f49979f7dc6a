"""When a source was last changed, as far as git knows."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from pathlib import Path


def last_changed(folder: Path) -> dict[str, dt.date]:
    """File (relative to `folder`) -> day of its last commit. Empty without git or outside a checkout.

    One call of git for all files: one per page would cost more than rendering the page.
    """
    git = shutil.which("git")
    if git is None:
        return {}
    command = [git, "log", "--format=%x00%cs", "--name-only", "--no-renames", "--relative", "--", "."]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    dates: dict[str, dt.date] = {}
    for commit in result.stdout.split("\0")[1:]:
        day, *names = commit.splitlines()
        for name in names:
            if name:
                dates.setdefault(name, dt.date.fromisoformat(day))
    return dates
