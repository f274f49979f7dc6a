from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import mailwijzer
from mailwijzer.inbox import keeping
from mailwijzer.inbox.store import Inbox

CHILD = str(Path(__file__).with_name("child_submits.py"))
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(mailwijzer.__file__).parent.parent)}
ROUNDS = 50 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 5


def child(url: str, name: str, many: int, *before: str, threads: int = 1) -> subprocess.Popen[str]:
    command = [*before, sys.executable, CHILD, url, name, str(many), str(threads)]
    return subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)


def acknowledged(lines: list[str]) -> dict[int, str]:
    """Number -> key of the complete lines. A torn last line was no acknowledgement."""
    found = [re.fullmatch(r"ACK (\d+) (\S+)\n", line) for line in lines]
    return {int(match[1]): match[2] for match in found if match}


@pytest.mark.slow
def test_what_was_acknowledged_survives_being_killed_at_any_moment(url: str) -> None:
    chance = random.Random(20261124)
    seen: dict[int, str] = {}
    for turn in range(ROUNDS):
        process = child(url, f"round{turn}", 0)
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(chance.randint(1, 25))]
        # Anywhere in the next submission: the child goes on while this one spins.
        for _ in range(chance.randint(0, 200_000)):
            pass
        process.kill()
        lines += process.stdout.readlines()
        process.wait()
        process.stdout.close()
        new = acknowledged(lines)
        assert not seen.keys() & new.keys()
        seen |= new
    inbox = Inbox.open(url)
    stored = {submission.number: submission for submission in inbox.list()}
    assert {number: stored[number].title for number in seen} == seen
    assert len({submission.title for submission in stored.values()}) == len(stored)
    assert all(submission.has_address for submission in stored.values())
    assert all(len(inbox.history(number)) == 1 for number in stored)
    keeping.check(inbox)
    inbox.close()


@pytest.mark.slow
def test_processes_that_submit_at_the_same_time_get_numbers_of_their_own(url: str) -> None:
    processes = [child(url, name, 30) for name in ("one", "two", "three")]
    found: list[int] = []
    for process in processes:
        output, _ = process.communicate()
        assert process.returncode == 0
        found += acknowledged(output.splitlines(keepends=True))
    assert sorted(found) == list(range(1, 91))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_nothing_is_acknowledged_before_file_and_folder_are_synced(sqlite_url: str, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    calls = "trace=openat,close,write,pwrite64,fsync,fdatasync,unlink"
    process = child(sqlite_url, "traced", 3, "strace", "-qq", "-y", "-e", calls, "-o", str(trace))
    output, _ = process.communicate()
    if process.returncode:
        pytest.skip("strace may not trace here (ptrace is refused)")
    assert len(acknowledged(output.splitlines(keepends=True))) == 3
    database = re.escape(sqlite_url.removeprefix("sqlite:///"))
    folder = re.escape(str(Path(sqlite_url.removeprefix("sqlite:///")).parent))
    order = [
        rf"pwrite64\(\d+<{database}-journal>",
        rf"f(data)?sync\(\d+<{database}-journal>",
        rf"pwrite64\(\d+<{database}>",
        rf"f(data)?sync\(\d+<{database}>",
        rf'unlink\("{database}-journal"\)',
        rf"f(data)?sync\(\d+<{folder}>",
        r'write\(1<[^>]*>, "ACK ',
    ]
    told = re.split(r'(?<="ACK )', trace.read_text("utf-8"))[:3]
    for part in told:
        # From the last to the first: what stands before an acknowledgement, and after the one before.
        assert re.search(".*".join(order), part, re.DOTALL), part
        after = re.split(order[5], part)[-1]
        assert "pwrite64" not in after
