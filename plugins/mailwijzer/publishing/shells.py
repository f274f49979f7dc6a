"""The shell of the last build, for whoever puts pages into it while the site is running."""

from __future__ import annotations

from mailwijzer.publishing import buildstate
from mailwijzer.publishing.project import Project
from mailwijzer.shell import Shell


def load(project: Project, lang: str) -> Shell:
    """The shell of a language; raises MailwijzerError when the site has not been built."""
    return buildstate.load(project, lang).themed


def served_base(lang: str) -> str:
    """The language's root as the service sees it: pages at any address can use it."""
    return f"/{lang}/"
