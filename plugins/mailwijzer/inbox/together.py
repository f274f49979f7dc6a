"""Work that ends with waiting for the disk: who comes while it waits is served together, by the next wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Condition, Lock
from typing import Generic, TypeVar

GATHERING_SECONDS = 0.0005
"""How long a turn waits, at most, for as many as the one before it had: about as long as for a fast disk."""

Item = TypeVar("Item")
Result = TypeVar("Result")


class Together(Generic[Item, Result]):
    """Threads that call this share one call of `work`; each gets its own result, or its own error.

    One thread at a time works, for all that have come by then. What `work` raises, all of those get. Threads
    that were served together come back together: the first of them waits a moment for the others, or turns
    of one would go on and off with turns of many. Who comes alone waits for nobody.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Item]], Sequence[Result | Exception]],
        gathering: float = GATHERING_SECONDS,
    ) -> None:
        self._work, self._gathering = work, gathering
        self._waiting: list[tuple[Item, Future[Result]]] = []
        self._working = False
        self._usual = 1
        """How many the turn before served."""

        lock = Lock()
        self._change = Condition(lock)
        self._came = Condition(lock)

    def __call__(self, item: Item) -> Result:
        """Have an item done, by this thread or by one that is faster; raises what was found wrong with it."""
        mine: Future[Result] = Future()
        with self._change:
            self._waiting.append((item, mine))
            self._came.notify()
            # Who is done leaves at once, and may be back before the next turn ends.
            self._change.wait_for(lambda: mine.done() or not self._working)
            if mine.done():
                return mine.result()
            self._working = True
            self._came.wait_for(lambda: len(self._waiting) >= self._usual, self._gathering)
            served, self._waiting = self._waiting, []
            self._usual = len(served)
        try:
            self._serve(served)
        finally:
            with self._change:
                self._working = False
                self._change.notify_all()
        return mine.result()

    def _serve(self, served: Sequence[tuple[Item, Future[Result]]]) -> None:
        try:
            results = self._work([item for item, _ in served])
        except BaseException as error:  # noqa: BLE001 - handed on, to every thread that waits
            for _, future in served:
                future.set_exception(error)
            return
        for (_, future), result in zip(served, results, strict=True):
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)
