"""What was acknowledged is kept: thousands of questions, sent again and again, while the process is killed.

    make bench                                    10,000 questions, 60 kills, SQLite and PostgreSQL
    .venv/bin/python bench/durability.py 500 10   fewer

Each question is sent one to five times with the same key, by a process that is ended with SIGKILL at random
points and started anew. Then every acknowledgement is looked for. After that, accepted questions per second
beside plain commits of one row of the same size by the database's own driver, in turns, in the same
database, by one worker and by eight at a time: both wait for the disk.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from threading import Barrier, local

import psycopg
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "tests"), str(ROOT / "plugins")]

from inbox.conftest import Cluster  # noqa: E402
from mailwijzer.inbox import keeping  # noqa: E402
from mailwijzer.inbox.limits import Sender  # noqa: E402
from mailwijzer.inbox.store import Inbox  # noqa: E402
from mailwijzer.qa.submission import NewSubmission  # noqa: E402

CHILD = """
import os, sys
from durability import question
from mailwijzer.inbox.store import Inbox
url, path, start = sys.argv[1:]
inbox = Inbox.open(url)
for key in open(path).read().split()[int(start):]:
    os.write(1, f"ACK {inbox.submit(question(key), 1).number} {key}\\n".encode())
"""
ROUNDS, EACH = 8, 60
WORKERS = (1, 8)
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

Raw = Callable[[str], Callable[[int], None]]
"""From a database's URL: what commits so many plain rows there."""


def question(key: str) -> NewSubmission:
    """A question of the usual size."""
    return NewSubmission(key, "en", f"Question {key}", f"{key} " * 60, "Ann", f"{key}@example.org")


def sends(count: int, chance: random.Random) -> list[str]:
    """Keys in the order in which they are sent: each one to five times, mixed."""
    order = [f"q{n}" for n in range(count) for _ in range(chance.randint(1, 5))]
    chance.shuffle(order)
    return order


def killed(url: str, order: list[str], kills: int, chance: random.Random, folder: Path) -> dict[str, int]:
    """Send all, ending the sender `kills` times; returns key -> number as it was acknowledged."""
    path = folder / "order"
    path.write_text("\n".join(order))
    seen: dict[str, int] = {}
    at = 0
    ends = sorted(chance.sample(range(1, len(order)), kills))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "plugins"), str(ROOT / "bench")])}
    for end in [*ends, None]:
        command = [sys.executable, "-c", CHILD, url, str(path), str(at)]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            wanted = max((end or len(order)) - at, 0)
            lines = [process.stdout.readline() for _ in range(wanted)]
            if end is not None:
                time.sleep(chance.random() * 0.02)  # anywhere in what follows
                process.kill()
            lines += process.stdout.readlines()
        for line in lines:
            if not line.endswith("\n"):
                continue
            _, number, key = line.split()
            assert key == order[at], (key, order[at])
            if seen.setdefault(key, int(number)) != int(number):
                raise SystemExit(f"{key} got two numbers")
            at += 1
    return seen


def judged(url: str, seen: dict[str, int], count: int) -> tuple[int, int]:
    """How many acknowledged questions are lost, and how many stand there twice; damage ends the run."""
    with closing(Inbox.open(url)) as inbox:
        keeping.check(inbox)
        stored = inbox.list()
    by_number = {item.number: item.title.removeprefix("Question ") for item in stored}
    lost = sum(by_number.get(number) != key for key, number in seen.items())
    assert len(seen) == count
    return lost, len(stored) - len({item.title for item in stored})


def timed(work: Callable[[int], None], workers: int, turn: int) -> float:
    """Seconds in which so many workers, each a thread, do `work` EACH times."""
    ready = Barrier(workers + 1)

    def one(worker: int) -> None:
        ready.wait()
        for n in range(EACH):
            work(((turn * workers) + worker) * EACH + n)

    with ThreadPoolExecutor(workers) as pool:
        done = [pool.submit(one, worker) for worker in range(workers)]
        ready.wait()
        begun = time.perf_counter()
        for future in done:
            future.result()
        return time.perf_counter() - begun


def speeds(url: str, raw: Callable[[int], None], workers: int) -> tuple[float, float]:
    """Accepted questions a second and plain commits a second, measured in turns, with as many workers.

    Accepted is what the form does: limits looked at and counted, repetition looked for, question, address,
    history and arrival stored. The clock gains 20 seconds a look, so that the limits hold.
    """
    start = START + dt.timedelta(days=workers)
    moments = (start + dt.timedelta(seconds=20 * n) for n in count())
    took = {"ours": 0.0, "raw": 0.0}
    with closing(Inbox.open(url, now=lambda: next(moments))) as inbox:

        def ours(n: int) -> None:
            inbox.submit(question(f"speed{workers}x{n}"), 1, Sender(f"network{n}"))

        for turn in range(ROUNDS + 1):
            for name, work in (("raw", raw), ("ours", ours)):
                seconds = timed(work, workers, turn)
                took[name] += seconds if turn else 0.0  # the first turn opens connections
    many = ROUNDS * EACH * workers
    return many / took["ours"], many / took["raw"]


def plain_sqlite(path: Path) -> Callable[[int], None]:
    """Commits of one row by the plain driver, under the same pragmas as the inbox, in a file beside it."""
    own = local()

    def connection() -> sqlite3.Connection:
        made = sqlite3.connect(path, isolation_level=None, timeout=60)
        for pragma in ("journal_mode = DELETE", "synchronous = EXTRA", "secure_delete = ON"):
            made.execute(f"PRAGMA {pragma}")
        return made

    connection().execute("CREATE TABLE plain (x TEXT)")

    def commit(_: int) -> None:
        if not hasattr(own, "connection"):
            own.connection = connection()
        own.connection.execute("BEGIN IMMEDIATE")
        own.connection.execute("INSERT INTO plain VALUES (?)", (question("raw").text,))
        own.connection.execute("COMMIT")

    return commit


def plain_postgresql(url: str) -> Callable[[int], None]:
    """Commits of one row by the plain driver in the same database: begin, insert, commit, as above."""
    own = local()
    psycopg.connect(url, autocommit=True).execute("CREATE TABLE plain (x TEXT)")

    def commit(_: int) -> None:
        if not hasattr(own, "connection"):
            own.connection = psycopg.connect(url)
        own.connection.execute("INSERT INTO plain VALUES (%s)", (question("raw").text,))
        own.connection.commit()

    return commit


@contextmanager
def postgresql() -> Iterator[str]:
    """A server of its own, with its usual durable settings."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    server = Cluster(folder, max(Path("/usr/lib/postgresql").glob("*/bin")))
    server.make()
    server.start()
    try:
        yield server.database()
    finally:
        server.control("-m", "fast", "-w", "stop")
        shutil.rmtree(folder)


def row(name: str, url: str, raw: Callable[[str], Callable[[int], None]], many: int, kills: int) -> list[str]:
    """One database's figures."""
    chance = random.Random(6)
    order = sends(many, chance)
    with tempfile.TemporaryDirectory() as folder:
        seen = killed(url, order, kills, chance, Path(folder))
    lost, doubled = judged(url, seen, many)
    figures = [name, f"{many}", f"{len(order)}", f"{kills}", f"{lost}", f"{doubled}", "ok"]
    peer = raw(url)
    for workers in WORKERS:
        ours, plain = speeds(url, peer, workers)
        figures += [f"{ours:.0f}", f"{plain:.0f}", f"{ours / plain:.2f}"]
    return figures


def main(many: int, kills: int) -> None:
    """Both databases, in one table."""
    heads = ["database", "questions", "sends", "kills", "lost", "doubled", "integrity"]
    for workers in WORKERS:
        heads += [f"accepted/s by {workers}", f"plain commits/s by {workers}", "ratio"]
    table = Table(*heads, title="Durability")
    with tempfile.TemporaryDirectory(prefix="durability-") as folder:
        beside = Path(folder) / "plain.sqlite3"
        url = f"sqlite:///{folder}/inbox.sqlite3"
        table.add_row(*row("SQLite", url, lambda _: plain_sqlite(beside), many, kills))
    if list(Path("/usr/lib/postgresql").glob("*/bin")):
        with postgresql() as url:
            table.add_row(*row("PostgreSQL", url, plain_postgresql, many, kills))
    console = Console(width=170)
    console.print(table)
    console.print(
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; SQLite {sqlite3.sqlite_version}"
    )


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("questions", nargs="?", type=int, default=10_000)
    asked.add_argument("kills", nargs="?", type=int, default=60)
    given = asked.parse_args()
    main(given.questions, given.kills)
