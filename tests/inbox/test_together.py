from __future__ import annotations

import re
import shutil
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, text

from mailwijzer.inbox.faults import InboxUnavailableError
from mailwijzer.inbox.limits import Limits, Sender, TooManyError
from mailwijzer.inbox.store import Inbox, KeyConflictError
from mailwijzer.inbox.together import Together
from mailwijzer.qa.submission import NewSubmission

from .test_durability import child

MANY = 8


def all_at_once(inbox: Inbox, news: Sequence[NewSubmission], by: Sender | None = None) -> list[int | str]:
    """Submit from as many threads, which all come while somebody else writes: numbers, or kinds of error."""

    def submit(new: NewSubmission) -> int | str:
        try:
            return inbox.submit(new, 1, by).number
        except (KeyConflictError, TooManyError, InboxUnavailableError) as error:
            return type(error).__name__

    door, come = inbox._arrivals, threading.Semaphore(0)
    door._waiting, door._working = Told(come), True
    with ThreadPoolExecutor(len(news)) as pool:
        done = [pool.submit(submit, new) for new in news]
        for _ in news:
            assert come.acquire(timeout=30)
        with door._change:
            door._working = False
            door._change.notify_all()
        return [future.result() for future in done]


class Told(list):  # type: ignore[type-arg]
    """A list that tells of each item."""

    def __init__(self, come: threading.Semaphore) -> None:
        super().__init__()
        self.come = come

    def append(self, item: object) -> None:
        super().append(item)
        self.come.release()


def question(n: int) -> NewSubmission:
    return NewSubmission(f"k{n}", "en", f"Title {n}", "Text", address=f"a{n}@example.org")


def test_who_comes_while_another_writes_shares_one_commit_and_gets_a_number_of_its_own(inbox: Inbox) -> None:
    ends: Counter[str] = Counter()
    event.listen(inbox._engine, "commit", lambda _: ends.update(["commit"]))
    numbers = all_at_once(inbox, [question(n) for n in range(MANY)])
    assert sorted(map(str, numbers)) == [str(n) for n in range(1, MANY + 1)]
    assert commits(inbox, ends["commit"]) == 1
    assert {s.number: s.title for s in inbox.list()} == {n: f"Title {at}" for at, n in enumerate(numbers)}
    assert all(len(inbox.history(s.number)) == 1 for s in inbox.list())


def commits(inbox: Inbox, seen: int) -> int:
    """How many commits stored the questions; PostgreSQL notes a row's transaction, and commits by itself."""
    if inbox._engine.dialect.name != "postgresql":
        return seen
    with inbox.transaction() as connection:
        return len(connection.execute(text("SELECT DISTINCT xmin::text FROM submission")).all())


def test_a_repetition_and_a_conflict_among_them_are_told_to_nobody_else(inbox: Inbox) -> None:
    first = question(0)
    again = NewSubmission("k0", "en", "Another title", "Text")
    told = all_at_once(inbox, [first, question(1), first, again])
    kinds = Counter(type(one) for one in told)
    # Either of the two that differ may have been first; the other one is refused.
    assert kinds[str] in (1, 2)
    assert told.count("KeyConflictError") == kinds[str]
    assert len(inbox.list()) == 2


def test_limits_count_within_one_transaction_too(inbox: Inbox) -> None:
    told = all_at_once(inbox, [question(n) for n in range(MANY)], Sender("here", Limits(hour=3)))
    assert told.count("TooManyError") == MANY - 3
    assert len(inbox.list()) == 3


@contextmanager
def failing(inbox: Inbox) -> Iterator[None]:
    """Every commit fails: in PostgreSQL by a check that it makes then, elsewhere before it is asked for."""
    if inbox._engine.dialect.name == "postgresql":
        with inbox.transaction(writing=True) as connection:
            for statement in FAILING:
                connection.exec_driver_sql(statement)
        yield
        with inbox.transaction(writing=True) as connection:
            connection.exec_driver_sql("DROP TRIGGER fails ON submission")
        return

    def fails(_: object) -> None:
        raise OSError("the disk is gone")

    event.listen(inbox._engine, "commit", fails)
    yield
    event.remove(inbox._engine, "commit", fails)


FAILING = (
    """CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the disk is gone'; END $$""",
    """CREATE CONSTRAINT TRIGGER fails AFTER INSERT ON submission DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION fails()""",
)


def test_when_the_commit_fails_nobody_is_acknowledged(inbox: Inbox) -> None:
    with failing(inbox):
        told = all_at_once(inbox, [question(n) for n in range(MANY)])
    assert set(told) == {"InboxUnavailableError"}
    assert inbox.list() == []
    assert inbox.submit(question(1), 1).number == 1


def test_who_is_alone_waits_for_nobody_and_who_comes_after_many_waits_for_as_many() -> None:
    turns: list[Sequence[int]] = []

    def work(items: Sequence[int]) -> list[int | Exception]:
        turns.append(items)
        return list(items)

    together: Together[int, int] = Together(work, gathering=30)
    assert together(1) == 1
    with ThreadPoolExecutor(2) as pool:
        together._usual = 2  # as after a turn that served two
        assert [future.result(timeout=20) for future in [pool.submit(together, n) for n in (2, 3)]] == [2, 3]
    assert [len(turn) for turn in turns] == [1, 2]


def test_an_error_of_the_work_itself_reaches_everybody_and_the_next_is_served() -> None:
    calls: list[Sequence[int]] = []

    def work(items: Sequence[int]) -> list[int | Exception]:
        calls.append(items)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return [item + 1 for item in items]

    together: Together[int, int] = Together(work)
    with pytest.raises(KeyboardInterrupt):
        together(1)
    assert together(2) == 3


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_each_of_many_threads_is_acknowledged_after_a_sync_that_began_after_it_came(
    sqlite_url: str, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    strace = ("strace", "-f", "-qq", "-y", "-e", "trace=write,fsync,fdatasync,unlink", "-o", str(trace))
    process = child(sqlite_url, "traced", 40, *strace, threads=MANY)
    process.communicate()
    if process.returncode:
        pytest.skip("strace may not trace here (ptrace is refused)")
    told = trace.read_text("utf-8")
    database = re.escape(sqlite_url.removeprefix("sqlite:///"))
    folder = re.escape(str(Path(sqlite_url.removeprefix("sqlite:///")).parent))
    steps = [
        rf"f(data)?sync\(\d+<{database}-journal>",
        rf"f(data)?sync\(\d+<{database}>",
        rf'unlink\("{database}-journal"',
        rf"f(data)?sync\(\d+<{folder}>",
    ]
    for n in range(40):
        begun = re.search(rf'write\(1<[^>]*>, "NEW traced-{n}\\n', told)
        ended = re.search(rf'write\(1<[^>]*>, "ACK \d+ traced-{n}\\n', told)
        assert begun is not None
        assert ended is not None
        assert re.search(".*".join(steps), told[begun.end() : ended.start()], re.DOTALL), n
