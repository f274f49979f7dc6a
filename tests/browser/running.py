"""The real service on a project of its own, started as the README says, with its desk's one-time link."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mailwijzer.publishing.project import Project
from support import wait_for_output


@dataclass(frozen=True)
class Service:
    """A running service."""

    project: Project
    origin: str
    desk_link: str


@contextmanager
def running(project: Project, port: int = 0, **environment: str) -> Iterator[Service]:
    """Build the site if need be, serve it on a free port or this one, and end it again."""
    command = [sys.executable, "-m", "mailwijzer.cli", "--root", str(project.root), "serve"]
    command += ["--port", str(port)]
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONUNBUFFERED": "1", "COLUMNS": "200", **environment}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            link = wait_for_output(process, r"(http://\S+/desk/login\?token=\S+)")
            yield Service(project, link.split("/desk/")[0], link)
        finally:
            process.terminate()
