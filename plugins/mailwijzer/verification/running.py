"""Run pages in worlds of their own, as many at a time as the machine has cores."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from mailwijzer.errors import MailwijzerError
from mailwijzer.evaluators import page as evaluation
from mailwijzer.evaluators.page import Result
from mailwijzer.lab import world
from mailwijzer.verification.pages import Page


@dataclass(frozen=True)
class Job:
    """One page on one release: one fresh world."""

    page: Page
    release: str

    @property
    def total(self) -> int:
        """How many snippets there are to run."""
        return len(self.page.runnable(self.release))

    def __str__(self) -> str:
        return f"{self.page.name} on Debian {self.release}"


@dataclass
class Done:
    """What came of a job. `trouble` is why it ended before its last snippet; usually empty."""

    job: Job
    results: list[Result] = field(default_factory=list)
    trouble: str = ""


Listener = Callable[[Job, int], None]
"""Told how many snippets of a job have run; 0 when its world is up. Called from several threads."""


def run(job: Job) -> Iterator[Result]:
    """Bring the page's world up and run its snippets, one after another."""
    with world.open(job.page.world, job.release) as lab:
        yield from evaluation.run(job.page.runnable(job.release), lab.host, job.release)


def run_all(jobs: Sequence[Job], workers: int, listener: Listener) -> list[Done]:
    """Run all jobs, the longest first; a page whose world does not come up does not stop the others.

    An interruption ends the worlds after the snippet that each of them is at.
    """
    stop = threading.Event()
    ordered = sorted(range(len(jobs)), key=lambda at: -jobs[at].total)
    with ThreadPoolExecutor(max(1, workers)) as pool:
        futures: dict[int, Future[Done]] = {at: pool.submit(_run, jobs[at], listener, stop) for at in ordered}
        try:
            return [futures[at].result() for at in range(len(jobs))]
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _run(job: Job, listener: Listener, stop: threading.Event) -> Done:
    done = Done(job)
    try:
        listener(job, 0)
        for result in run(job):
            done.results.append(result)
            listener(job, len(done.results))
            if stop.is_set():
                break
    except MailwijzerError as error:
        done.trouble = f"{job.page.path.name}: [Debian {job.release}] {error}"
    return done
