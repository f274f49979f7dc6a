"""How far a verification is: a moving display on a terminal, a line for each page elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from mailwijzer.verification.running import Job, Listener


@contextmanager
def progress(jobs: Sequence[Job]) -> Iterator[Listener]:
    """A listener that shows on stderr which page is run where, how far it is, and for how long."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield _Lines(console, len(jobs)).tell
        return
    columns = (TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        tasks = {str(job): bars.add_task(str(job), total=job.total, start=False) for job in jobs}

        def tell(job: Job, count: int) -> None:
            if not count:
                bars.start_task(tasks[str(job)])
            bars.update(tasks[str(job)], completed=count)

        yield tell


class _Lines:
    """One line when a page begins and one when it has ended."""

    def __init__(self, console: Console, total: int) -> None:
        self.console, self.total, self.ended = console, total, 0
        self.started: dict[str, float] = {}
        self.lock = threading.Lock()

    def tell(self, job: Job, count: int) -> None:
        """Count along."""
        with self.lock:
            if not count:
                self.started[str(job)] = time.monotonic()
            if count == job.total:
                self.ended += 1
                took = time.monotonic() - self.started[str(job)]
                line = f"[{self.ended}/{self.total}] {job}: {count} snippets in {took:.1f} s"
                self.console.print(line, markup=False)
