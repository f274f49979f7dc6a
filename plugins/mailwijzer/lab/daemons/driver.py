"""What a driver says of its daemon, and the table of units from which `systemctl` on a machine answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mailwijzer.lab.machine import Machine
from mailwijzer.lab.story import HostPlan, Story

UNITS = "/etc/lab/units"


@dataclass(frozen=True)
class Setting:
    """Where a daemon is to run: whatever its configuration may depend on."""

    machine: Machine
    plan: HostPlan
    story: Story


@dataclass(frozen=True)
class Driver:
    """One daemon. All but `configure` are shell lines, run on the machine as root."""

    unit: str
    """Its name for systemctl."""

    description: str
    configure: Callable[[Setting], None]
    check: str
    """Judges its configuration: succeeds, or says what is wrong. Asked when a start fails without a word."""

    start: str
    stop: str
    reload: str
    ready: str
    """Succeeds once it answers; asked again and again, so it must leave no trace in the daemon's log."""

    pidfile: str
    log: str
    """File with its log, or empty."""

    def row(self) -> str:
        """Its line in the table of units."""
        return "\t".join(
            (
                self.unit,
                self.start,
                self.stop,
                self.reload,
                self.pidfile,
                self.log,
                self.ready,
                self.description,
                self.check,
            )
        )


def listening(port: int) -> str:
    """A test that something listens on a TCP port, without connecting to it."""
    return f"ss -Hltn sport = :{port} | grep -q ."


def kill(pidfile: str) -> str:
    """A line that ends the process of a pid file."""
    return f"kill $(cat {pidfile})"
