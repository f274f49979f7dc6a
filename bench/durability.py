"""What was acknowledged is kept: thousands of questions, sent again and again, while the process is killed.

    make bench                                    10,000 questions, 60 kills, SQLite and PostgreSQL
    .venv/bin/python bench/durability.py 500 10   fewer

Each question is sent one to five times with the same key, by a process that is ended with SIGKILL at random
points and started anew. Then every acknowledgement is looked for. After that, accepted questions per second
beside plain commits of one row of the same size, in turns, in the same database: both wait for the disk.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import text

ROOT = Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "tests"), str(ROOT / "plugins")]

from inbox.conftest import Cluster  # noqa: E402
from mailwijzer.inbox import keeping  # noqa: E402
from mailwijzer.inbox.engine import connect  # noqa: E402
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


def speeds(url: str, raw: Callable[[int], None]) -> tuple[float, float]:
    """Questions a second and plain commits a second, measured in turns."""
    took = {"ours": 0.0, "raw": 0.0}
    with closing(Inbox.open(url)) as inbox:
        for turn in range(ROUNDS):
            begun = time.perf_counter()
            raw(EACH)
            middle = time.perf_counter()
            for n in range(EACH):
                inbox.submit(question(f"speed{turn}x{n}"), 1)
            took["raw"] += middle - begun
            took["ours"] += time.perf_counter() - middle
    many = ROUNDS * EACH
    return many / took["ours"], many / took["raw"]


def plain_sqlite(path: Path) -> Callable[[int], None]:
    """Commits of one row, under the same pragmas as the inbox, in a file beside it."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = DELETE", "synchronous = EXTRA", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE plain (x TEXT)")

    def commit(many: int) -> None:
        for _ in range(many):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO plain VALUES (?)", (question("raw").text,))
            connection.execute("COMMIT")

    return commit


def plain_postgresql(url: str) -> Callable[[int], None]:
    """Commits of one row in the same database."""
    connection = connect(url).connect()
    connection.execute(text("CREATE TABLE plain (x TEXT)"))
    connection.commit()

    def commit(many: int) -> None:
        for _ in range(many):
            connection.execute(text("INSERT INTO plain VALUES (:x)"), {"x": question("raw").text})
            connection.commit()

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


def row(
    name: str, url: str, raw: Callable[[str], Callable[[int], None]], count: int, kills: int
) -> list[str]:
    """One database's figures."""
    chance = random.Random(6)
    order = sends(count, chance)
    with tempfile.TemporaryDirectory() as folder:
        seen = killed(url, order, kills, chance, Path(folder))
    lost, doubled = judged(url, seen, count)
    ours, plain = speeds(url, raw(url))
    figures = [name, f"{count}", f"{len(order)}", f"{kills}", f"{lost}", f"{doubled}", "ok"]
    return [*figures, f"{ours:.0f}", f"{plain:.0f}", f"{ours / plain:.2f}"]


def main(count: int, kills: int) -> None:
    """Both databases, in one table."""
    heads = ("database", "questions", "sends", "kills", "lost", "doubled", "integrity")
    table = Table(*heads, "accepted/s", "plain commits/s", "ratio", title="Durability")
    with tempfile.TemporaryDirectory(prefix="durability-") as folder:
        beside = Path(folder) / "plain.sqlite3"
        url = f"sqlite:///{folder}/inbox.sqlite3"
        table.add_row(*row("SQLite", url, lambda _: plain_sqlite(beside), count, kills))
    if list(Path("/usr/lib/postgresql").glob("*/bin")):
        with postgresql() as url:
            table.add_row(*row("PostgreSQL", url, plain_postgresql, count, kills))
    console = Console(width=140)
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
