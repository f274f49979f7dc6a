"""The chapters a question can be about, as the last build knows them."""

from __future__ import annotations

import re
from functools import lru_cache

from mailwijzer.publishing import buildstate
from mailwijzer.publishing.project import Project

_HEADING = re.compile(r"^# +(.+?)(?:\s*\{[^}]*\})?\s*$", re.MULTILINE)


def title(project: Project, lang: str, name: str) -> str:
    """The title of a chapter; empty for a name that is no chapter. `name` may be anything."""
    if name not in buildstate.load(project, lang).anchors:
        return ""
    path = project.docs / lang / f"{name}.md"
    try:
        return _heading(str(path), path.stat().st_mtime_ns) or name
    except OSError:
        return ""


@lru_cache(maxsize=256)
def _heading(path: str, _changed: int) -> str:
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - the key of the cache is text
        found = _HEADING.search(file.read())
    return found[1] if found else ""
