"""Run pages in worlds of their own, as many at a time as the machine has cores."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from mailwijzer.errors import MailwijzerError
from mailwijzer.evaluators import page as evaluation
from mailwijzer.evaluators.page import Result
from mailwijzer.lab import world
from mailwijzer.lab.account import LabUnavailableError
from mailwijzer.snippets.model import Snippet
from mailwijzer.verification.pages import Page


@dataclass(frozen=True)
class Job:
    """One page on one release: one fresh world."""

    page: Page
    release: str

    @property
    def snippets(self) -> tuple[Snippet, ...]:
        """What there is to run."""
        return self.page.runnable(self.release)

    @property
    def total(self) -> int:
        """How many snippets that are."""
        return len(self.snippets)

    def __str__(self) -> str:
        return f"{self.page.name} on Debian {self.release}"


@dataclass
class Done:
    """What came of a job. `trouble` is why it ended before its last snippet; usually empty."""

    job: Job
    results: list[Result] = field(default_factory=list)
    trouble: str = ""
    unavailable: bool = False
    """Whether the trouble is that this machine has no lab, or not this image."""

    @property
    def failures(self) -> list[str]:
        """All that went wrong, with its place."""
        failed = [told(self.job, result) for result in self.results if not result.outcome.ok]
        return [*failed, self.trouble] if self.trouble else failed


Listener = Callable[[Job, int], None]
"""Told how many snippets of a job have run; 0 when its world is up. Called from several threads."""


class SnippetFailedError(MailwijzerError):
    """A fence did not do what the page says; the text has page, line and release."""


class Run:
    """A job whose results are asked for one by one: its world comes up when the first one is."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.results: dict[str, Result] = {}
        self._coming = self._run()

    def _run(self) -> Generator[Result, None, None]:
        with world.open(self.job.page.world, self.job.release) as lab:
            yield from evaluation.run(self.job.snippets, lab.host, self.job.release)

    def __iter__(self) -> Iterator[Result]:
        """All results, as they come."""
        for result in self._coming:
            self.results[result.snippet.id] = result
            yield result

    def through(self, ident: str) -> None:
        """Run the page up to a fence, which may build on those before it.

        Raises SnippetFailedError when the fence fails, MailwijzerError when the world does not come up.
        """
        while ident not in self.results:
            if next(iter(self), None) is None:
                raise MailwijzerError(f"{self.job}: the page ended before {ident}, for the reason told above")
        if not self.results[ident].outcome.ok:
            raise SnippetFailedError(told(self.job, self.results[ident]))

    def close(self) -> None:
        """Take the world down."""
        self._coming.close()


def told(job: Job, result: Result) -> str:
    """A failure, with its place."""
    return f"{result.where}: [Debian {job.release}] {result.outcome.detail}"


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
    done, running = Done(job), Run(job)
    try:
        listener(job, 0)
        for result in running:
            done.results.append(result)
            listener(job, len(done.results))
            if stop.is_set():
                break
    except MailwijzerError as error:
        done.unavailable = isinstance(error, LabUnavailableError)
        done.trouble = f"{job.page.world.name}: [Debian {job.release}] {error}"
    finally:
        running.close()
    return done
