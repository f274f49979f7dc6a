"""From which mirror an image is made: the one this machine's own apt uses, with security updates."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from mailwijzer.lab.account import LabUnavailableError

SUITES = {"12": "bookworm", "13": "trixie"}
"""Debian releases that the text speaks of."""

_KEYRINGS = tuple(Path(f"/usr/share/keyrings/debian-archive-keyring.{end}") for end in ("gpg", "pgp"))
_DEBIAN = re.compile(r"(?:buster|bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)(-[a-z]+)?")
_TARGETS = (
    "apt-get",
    "indextargets",
    "--format",
    "$(REPO_URI) $(RELEASE) $(COMPONENT)",
    "Created-By: Packages",
)


@dataclass(frozen=True)
class Mirror:
    """Two addresses: of Debian, and of its security updates."""

    main: str
    security: str

    def lines(self, suite: str, keyring: str) -> tuple[str, ...]:
        """What to write into sources.list, for one suite."""
        signed = f"[signed-by={keyring}]"
        return (
            f"deb {signed} {self.main} {suite} main",
            f"deb {signed} {self.main} {suite}-updates main",
            f"deb {signed} {self.security} {suite}-security main",
        )


def find() -> Mirror:
    """The mirror from MAILWIJZER_MIRROR and MAILWIJZER_SECURITY_MIRROR, else from apt's own sources."""
    named = os.environ.get("MAILWIJZER_MIRROR", ""), os.environ.get("MAILWIJZER_SECURITY_MIRROR", "")
    if all(named):
        return Mirror(*named)
    try:
        listed = subprocess.run(_TARGETS, capture_output=True, text=True, check=False).stdout
    except OSError:
        listed = ""
    return parse(listed)


def parse(targets: str) -> Mirror:
    """Choose from lines `ADDRESS SUITE COMPONENT`; raises LabUnavailableError without a mirror of Debian."""
    main = security = ""
    for line in targets.splitlines():
        address, suite, component = (*line.split(), "", "", "")[:3]
        found = _DEBIAN.fullmatch(suite)
        if component != "main" or not found:
            continue
        if found[1] == "-security":
            security = security or address
        elif found[1] is None:
            main = main or address
    if not (main and security):
        raise LabUnavailableError(
            "apt knows no mirror of Debian here; name one: "
            "export MAILWIJZER_MIRROR=http://... MAILWIJZER_SECURITY_MIRROR=http://..."
        )
    return Mirror(main, security)


def keyring() -> str:
    """The file with Debian's keys."""
    for path in _KEYRINGS:
        if path.exists():
            return str(path)
    raise LabUnavailableError("Debian's keys are not here; sudo apt-get install debian-archive-keyring")
