"""Put a new build in the place of the live one: the site of before stays until the new one is whole.

Two renames cannot be one step, so a crash may fall between them: the live folder is then gone, and the
one before it lies in `before`. `recover` puts it back; every build and every start begins with it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from mailwijzer.publishing.project import Project


def staged(project: Project, lang: str) -> Path:
    """Where the new build of a language is made."""
    return project.state / lang / "next"


def recover(project: Project, lang: str) -> bool:
    """Finish or take back a swap that a crash interrupted; returns whether there was one."""
    live, before = project.site / lang, _before(project, lang)
    if live.is_dir() or not before.is_dir():
        return False
    before.rename(live)
    return True


def swap(project: Project, lang: str) -> None:
    """Make the staged build live. The build of before is removed after that."""
    live, before, new = project.site / lang, _before(project, lang), staged(project, lang)
    recover(project, lang)
    shutil.rmtree(before, ignore_errors=True)
    live.parent.mkdir(parents=True, exist_ok=True)
    if live.is_dir():
        live.rename(before)
    new.rename(live)
    shutil.rmtree(before, ignore_errors=True)


def _before(project: Project, lang: str) -> Path:
    return project.state / lang / "before"
