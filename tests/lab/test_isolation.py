"""What the lab must never do: change this machine, or leave something behind."""

from __future__ import annotations

import os
import random
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from mailwijzer.lab.world import World

pytestmark = [pytest.mark.lab, pytest.mark.slow]
KILLS = int(os.environ.get("MAILWIJZER_KILLS", "5"))
DRIVER = "import signal, sys; from pathlib import Path; from mailwijzer.lab import world\n"
DRIVER += "with world.open(Path(sys.argv[1])): print('up', flush=True); signal.pause()"


@pytest.mark.parametrize(
    "attempt",
    [
        "date -s '2001-01-01 00:00:00'",
        "echo 7 >/proc/sys/vm/swappiness",
        "sysctl -w vm.swappiness=7 | grep -q '= 7'",
        "echo 99999 >/proc/sys/fs/file-max",
        "echo b >/proc/sysrq-trigger",
        "mount -o remount,ro /proc/sys/kernel",
        "mknod /tmp/sda b 8 0",
        "dmesg -C",
        "chrt -f 99 true",
    ],
)
def test_nothing_inside_reaches_the_machine_outside(lab: World, attempt: str):
    before, skew = outside(), time.time() - time.monotonic()
    ran = lab.host("laptop").run(attempt, timeout=10)
    assert outside() == before
    assert abs(time.time() - time.monotonic() - skew) < 60
    assert ran.code != 0, ran.output


def test_mounts_routes_and_names_made_inside_stay_inside(lab: World):
    before = outside()
    made = "mount -t tmpfs x /mnt; ip route add 10.0.0.0/8 dev eth0; hostname other; useradd guest2"
    laptop = lab.host("laptop")
    laptop.check(f"set -e; {made}")
    try:
        assert outside() == before
        assert lab.host("mx").run("id guest2").code == 1
    finally:
        laptop.check("umount /mnt; ip route del 10.0.0.0/8; hostname laptop.thuis.test; userdel guest2")


def test_no_packet_finds_a_way_out(lab: World):
    assert "Network is unreachable" in lab.host("laptop").run("ping -c1 -W1 9.9.9.9").output


def test_every_process_of_a_world_has_an_ordinary_user_outside(lab: World):
    pid = lab.host("mx").pid
    mapped = Path(f"/proc/{pid}/uid_map").read_text().split()
    assert mapped[0] == "0"
    assert mapped[1] != "0"


@pytest.mark.parametrize("number", range(KILLS))
def test_a_driver_killed_at_any_moment_leaves_nothing_behind(number: int, lab_ready: Path):
    before = outside()
    moment = random.Random(number).uniform(0.05, 4)
    with subprocess.Popen([sys.executable, "-c", DRIVER, str(lab_ready)], stdout=subprocess.PIPE) as driver:
        with suppress(subprocess.TimeoutExpired):
            driver.wait(timeout=moment)
        family = set(descendants(driver.pid))
        spaces = {space(pid) for pid in family} - {space(os.getpid()), ""}
        driver.kill()
    for pid in family:
        assert gone(pid), Path(f"/proc/{pid}/cmdline").read_bytes()
    # What was started between our look at the family and the kill is on its way out as well.
    for pid in [pid for pid in map(int, numbers()) if space(pid) in spaces]:
        assert gone(pid), Path(f"/proc/{pid}/cmdline").read_bytes()
    assert not [pid for pid in map(int, numbers()) if space(pid) in spaces and alive(pid)]
    assert outside() == before


def numbers() -> Iterator[str]:
    return (path.name for path in Path("/proc").iterdir() if path.name.isdigit())


def descendants(pid: int) -> Iterator[int]:
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            yield int(child)
            yield from descendants(int(child))


def space(pid: int) -> str:
    """The user namespace of a process."""
    with suppress(OSError):
        return str(Path(f"/proc/{pid}/ns/user").readlink())
    return ""


def alive(pid: int) -> bool:
    """Not ended; a zombie has ended, and only waits until this machine's first process notices."""
    with suppress(OSError):
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    return False


def gone(pid: int) -> bool:
    """Wait for the end of a process, at most five seconds."""
    try:
        watched = os.pidfd_open(pid)
    except OSError:
        return True
    try:
        return bool(select.select([watched], [], [], 5)[0])
    finally:
        os.close(watched)


def outside() -> tuple[object, ...]:
    """What a careless lab would change here."""
    knobs = ("vm/swappiness", "fs/file-max", "kernel/hostname")
    values = [Path("/proc/sys", knob).read_text() for knob in knobs]
    links = sorted(path.name for path in Path("/sys/class/net").iterdir())
    mounts = [row.split()[4] for row in Path("/proc/self/mountinfo").read_text().splitlines()]
    return (*values, links, mounts, Path("/proc/net/route").read_text(), Path("/etc/passwd").read_text())
