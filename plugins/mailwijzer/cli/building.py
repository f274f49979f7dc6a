"""Build the site: one process of the site generator per language, at the same time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from mailwijzer.errors import MailwijzerError
from mailwijzer.locales import CODES, locale
from mailwijzer.publishing import publish, root, swap
from mailwijzer.publishing.project import Project


class BuildError(MailwijzerError):
    """The generator refused the site; the message holds every problem it told."""


def build(project: Project, langs: Sequence[str] = CODES) -> float:
    """Build these languages; returns the seconds it took. Raises BuildError with all problems of all.

    Every language is built beside the live site and put in its place when all of them are whole.
    """
    begun = time.monotonic()
    for lang in langs:
        swap.recover(project, lang)
    running = {lang: _start(project, lang) for lang in langs}
    failed: dict[str, str] = {}
    try:
        with _progress() as progress:
            tasks = {lang: progress.add_task(locale(lang).name, total=1) for lang in langs}
            for lang, process in running.items():
                output, _ = process.communicate()
                progress.update(tasks[lang], completed=1)
                if process.returncode:
                    failed[lang] = output
    finally:
        for process in running.values():
            if process.poll() is None:
                process.terminate()
                process.wait()
    if failed:
        raise BuildError(_told(failed))
    for lang in langs:
        swap.swap(project, lang)
    if all((project.site / code).is_dir() for code in CODES):
        root.write(project)
    return time.monotonic() - begun


def refresh(project: Project) -> None:
    """Bring the site up to date with as little work as possible.

    A change of chapters, settings or theme needs a build; one of questions only a publication.
    """
    for code in CODES:
        swap.recover(project, code)
    built = min((_time(project.state / code / "build.json") for code in CODES), default=0.0)
    there = (project.site / "index.html").is_file() and all((project.site / c).is_dir() for c in CODES)
    if not there or built == 0.0 or any(_time(path) > built for path in _parts(project)):
        build(project)
    else:
        publish.publish_all(project)
        root.write(project)


def _parts(project: Project) -> Iterable[Path]:
    """What a build depends on besides questions."""
    yield from project.root.glob("mkdocs*.yml")
    yield from project.docs.rglob("*")
    with resources.as_file(resources.files("mailwijzer")) as package:
        for path in package.rglob("*"):
            if path.suffix != ".pyc" and path.is_file():
                yield path


def _time(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _start(project: Project, lang: str) -> subprocess.Popen[str]:
    config = "mkdocs.yml" if lang == CODES[0] else f"mkdocs.{lang}.yml"
    return subprocess.Popen(  # noqa: S603 - our own interpreter, fixed arguments
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", config, "-d", swap.staged(project, lang)],
        cwd=project.root,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


def _progress() -> Progress:
    columns = (SpinnerColumn(), TextColumn("Building {task.description}"), TimeElapsedColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _told(failed: dict[str, str]) -> str:
    """The output of the builds that failed; what both say is said once."""
    seen: set[str] = set()
    told = []
    for lang, output in failed.items():
        lines = [line for line in output.splitlines() if line.strip() and line not in seen]
        lines = [line for line in lines if not line.startswith("INFO ")]
        seen.update(lines)
        told += [f"{locale(lang).name} was not built:", *(f"  {line}" for line in lines)]
        if not lines:
            told.append("  for the same reasons")
    return "\n".join(told)
