"""The ground that all machines of a world stand on: one user namespace, one process namespace, one bridge.

Its first process waits on a pipe from the driver. When the driver ends, by whatever signal, the pipe closes,
that process ends, and the kernel takes every machine with it: there is nothing to clean up.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path
from typing import IO

from mailwijzer.errors import MailwijzerError
from mailwijzer.lab.account import account

_SCRIPT = """mount -t proc proc /proc && ip link add br0 type bridge && ip link set br0 up &&
echo ready && exec >/dev/null 2>&1 && read -r _"""
_BASH = ("bash", "--norc", "--noprofile", "-c")


class Ground:
    """Namespaces of one world. Usable as a context manager; closing it ends all that runs on it."""

    def __init__(self) -> None:
        self._who = account()
        self._started: list[subprocess.Popen[bytes]] = []
        namespaces = ("-m", "-n", "-p", "-i", "-u", "--propagation", "private", "--fork", "--kill-child")
        enter = ("unshare", "--user", "--map-auto", "--map-root-user", *namespaces)
        self._process = self._start([*enter, *_BASH, _SCRIPT], "the lab's ground", {}, lifeline=True)
        self.pid = _child(self._process.pid)
        """Its first process, as this machine numbers it."""

    def machine(self, script: str, what: str, environment: dict[str, str]) -> int:
        """Start a process with namespaces of its own on this ground; the number of that process here.

        The script must print `ready`; raises MailwijzerError with what it said instead.
        """
        own = ("unshare", "-m", "-n", "-u", "-p", "-i", "--propagation", "private", "--fork", "--kill-child")
        running = self._start([*self.enter("-m", "-p"), *own, *_BASH, script], what, environment)
        return _child(_child(running.pid))

    def enter(self, *namespaces: str) -> list[str]:
        """The beginning of a command that runs on the ground."""
        return ["nsenter", "-t", str(self.pid), "-U", *namespaces, "--"]

    def links(self, batch: str) -> None:
        """Run lines of `ip -batch` in the network that holds the bridge."""
        command = self._who.command(*self.enter("-m", "-n", "-p"), "ip", "-batch", "-")
        done = subprocess.run(
            command,
            input=batch,
            env=self._who.environment(),
            text=True,
            capture_output=True,
            check=False,
            cwd="/",
        )
        if done.returncode:
            raise MailwijzerError(f"the lab's network could not be made: {done.stderr.strip()}")

    def close(self) -> None:
        """End everything, and wait until it has ended."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()
        for running in self._started:
            running.wait()

    def __enter__(self) -> Ground:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(
        self, argv: list[str], what: str, environment: dict[str, str], *, lifeline: bool = False
    ) -> subprocess.Popen[bytes]:
        with tempfile.TemporaryFile() as said:
            command, given = self._who.command(*argv), subprocess.PIPE if lifeline else subprocess.DEVNULL
            settings = self._who.environment() | environment
            running = subprocess.Popen(
                command, env=settings, cwd="/", stdin=given, stdout=subprocess.PIPE, stderr=said
            )
            self._started.append(running)
            _await_ready(running, what, said)
        return running


def _await_ready(running: subprocess.Popen[bytes], what: str, said: IO[bytes]) -> None:
    assert running.stdout
    with running.stdout:
        if running.stdout.readline() == b"ready\n":
            return
    running.kill()
    running.wait()
    said.seek(0)
    raise MailwijzerError(f"{what} did not start: {said.read().decode(errors='replace').strip()[-600:]}")


def _child(pid: int) -> int:
    """The one child of a process."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def number_on_ground(pid: int) -> int:
    """How the ground numbers a process that this machine calls `pid`."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"^NSpid:\s+\d+\s+(\d+)", status, re.MULTILINE)
    assert found
    return int(found[1])
