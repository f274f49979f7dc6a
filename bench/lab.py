"""What the lab costs: its images, a world of five hosts, a letter from one end to the other.

    make bench                            10 boots on each release
    .venv/bin/python bench/lab.py 30      30 boots
    .venv/bin/python bench/lab.py --build builds the images anew first, and throws away what comes out

Wall time in seconds. How long a build takes is told from the record of the last one unless --build is given.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from mailwijzer.lab import mirror, world
from mailwijzer.lab.account import account
from mailwijzer.lab.images import recipe, store
from mailwijzer.lab.machine import Machine
from mailwijzer.lab.mirror import SUITES

ROOT = Path(__file__).resolve().parents[1]
FIVE = ROOT / "docs" / "worlds" / "smtp-session.yml"
SUBMIT = (
    "swaks --server mx.thuis.test --port 587 --tls --auth PLAIN --auth-user bea@thuis.test"
    " --auth-password Ons-Huis-2026 --from bea@thuis.test --to anna@example.org --silent 2"
)
ARRIVED = "until ls /home/anna/Maildir/new/* >/dev/null 2>&1; do sleep 0.01; done"


def images(*, anew: bool) -> Table:
    """Time and size of every image that is here."""
    table = Table("image", "built in s", "packed MB", "unpacked MB", "packages", title="Images")
    for name in recipe.NAMES:
        for release in SUITES:
            found = store.find(name, release)
            if found is None:
                table.add_row(f"{name}-{release}", "not made", "", "", "")
                continue
            seconds = build(name, release) if anew else found.seconds
            took = f"{seconds:.0f}" if seconds else "not recorded"
            packed, tree = f"{found.packed / 1e6:.0f}", f"{unpacked(found.tree) / 1e6:.0f}"
            packages = (found.tree / "etc/lab-packages").read_text().count("\n")
            table.add_row(found.label, took, packed, tree, str(packages))
    return table


def unpacked(tree: Path) -> int:
    """Bytes on disk; asked inside the namespace whose ids own the files."""
    inside = account().command(
        "unshare", "--user", "--map-auto", "--map-root-user", "du", "-s", "-B1", str(tree)
    )
    return int(subprocess.run(inside, capture_output=True, text=True, check=True, cwd="/").stdout.split()[0])


def boots(release: str, times: int) -> Iterator[tuple[float, float, float]]:
    """Boot the five hosts again and again: seconds to boot, of a letter from login to mailbox, to end."""
    for _ in range(times):
        begun = time.monotonic()
        with world.open(FIVE, release) as lab:
            up = time.monotonic()
            letter(lab.host("laptop"), lab.host("mail"))
            read = time.monotonic()
        yield up - begun, read - up, time.monotonic() - read


def letter(laptop: Machine, mail: Machine) -> None:
    """From the laptop with a login through Bea's server to Anna's mailbox."""
    laptop.check(SUBMIT)
    mail.check(ARRIVED, timeout=30)


def worlds(times: int) -> Table:
    """Boot, letter and end on both releases."""
    table = Table("Debian", "what", "min s", "median s", "max s", title=f"Five hosts, {times} times each")
    for release in SUITES:
        rows = list(zip(*boots(release, times), strict=True))
        for what, row in zip(("boot", "letter, laptop to Anna", "end"), rows, strict=True):
            numbers = (min(row), statistics.median(row), max(row))
            table.add_row(release, what, *(f"{number:.2f}" for number in numbers))
    return table


def build(name: str, release: str) -> float:
    """Seconds in which mmdebstrap makes an image anew; what comes out is thrown away."""
    made = recipe.recipe(name, release, store.architecture())
    command = account().command(*made.command(mirror.find(), mirror.keyring(), "-"))
    begun = time.monotonic()
    subprocess.run(
        command,
        env=account().environment(),
        cwd="/",
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.monotonic() - begun


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("times", nargs="?", type=int, default=10)
    asked.add_argument("--build", action="store_true", help="make the images first, though they are here")
    given = asked.parse_args()
    console = Console()
    console.print(images(anew=given.build))
    console.print(worlds(given.times))
    console.print(
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors, Python {sys.version.split()[0]}"
    )
