"""Who runs the machines: an ordinary user with subordinate ids, never real root.

Real root in a namespace still sets the host's clock and kernel settings. So where uid 0 starts the lab (CI),
it first becomes the system user `mwlab`, made here when it is not there yet.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mailwijzer.errors import MailwijzerError

USER = "mwlab"
IDS = 65536
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_HOME = Path("/var/lib/mwlab")
_NEEDED = {
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "setpriv": "util-linux",
    "newuidmap": "uidmap",
    "ip": "iproute2",
    "zstd": "zstd",
    "tar": "tar",
}


class LabUnavailableError(MailwijzerError):
    """The lab cannot work here; the text says why, and which command changes that."""


@dataclass(frozen=True)
class Account:
    """The user that owns images and machines."""

    drop: tuple[str, ...]
    """What to put before a command so that it runs as that user; empty when we are that user already."""

    cache: Path
    """Where its images are."""

    def environment(self) -> dict[str, str]:
        """A clean environment: nothing of the caller's, no token and no proxy, reaches a machine."""
        home = str(_HOME) if self.drop else os.environ.get("HOME", "/")
        return {"PATH": SYSTEM_PATH, "HOME": home, "LANG": "C.UTF-8"}

    def command(self, *argv: str) -> list[str]:
        """Make that a command line of this user."""
        return [*self.drop, *argv]


@cache
def account() -> Account:
    """The account of this process; raises LabUnavailableError with the command that helps."""
    _need_programs()
    if os.geteuid() == 0:
        found = _system_user()
        drop = (
            "setpriv",
            f"--reuid={found.pw_uid}",
            f"--regid={found.pw_gid}",
            "--clear-groups",
            "--inh-caps=-all",
        )
        chosen = Account(drop, Path(found.pw_dir) / ".cache" / "mailwijzer" / "lab")
    else:
        folder = os.environ.get("XDG_CACHE_HOME", "")
        base = Path(folder) if folder.startswith("/") else Path.home() / ".cache"
        chosen = Account((), base / "mailwijzer" / "lab")
    _probe(chosen)
    return chosen


def _need_programs() -> None:
    missing = sorted({package for program, package in _NEEDED.items() if not _which(program)})
    if missing:
        raise LabUnavailableError(
            f"the lab needs programs that are not here; sudo apt-get install {' '.join(missing)}"
        )


def _which(program: str) -> str | None:
    return shutil.which(program, path=SYSTEM_PATH)


def _system_user() -> pwd.struct_passwd:
    """Find or make the user `mwlab`, with 65536 subordinate ids that nobody else has."""
    try:
        found = pwd.getpwnam(USER)
    except KeyError:
        _admin(
            "useradd", "--system", "--user-group", "--create-home", "--home-dir", str(_HOME),
            "--shell", "/usr/sbin/nologin", USER,
        )  # fmt: skip
        found = pwd.getpwnam(USER)
    for kind in ("uid", "gid"):
        table = Path(f"/etc/sub{kind}")
        text = table.read_text() if table.exists() else ""
        if not re.search(rf"^{USER}:", text, re.MULTILINE):
            first = next_free(text)
            _admin("usermod", f"--add-sub{kind}s", f"{first}-{first + IDS - 1}", USER)
    return found


def next_free(table: str) -> int:
    """First id after all ranges of an /etc/subuid, and not below 100000."""
    rows = (line.split(":") for line in table.splitlines() if line.count(":") == 2)
    return max([100_000, *(int(start) + int(count) for _, start, count in rows)])


def _admin(*argv: str) -> None:
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabUnavailableError(f"cannot make the lab's user: {' '.join(argv)}: {done.stderr.strip()}")


def _probe(chosen: Account) -> None:
    """Try one user namespace; systems differ in what forbids it, so ask by doing."""
    command = chosen.command("unshare", "--user", "--map-auto", "--map-root-user", "-m", "true")
    tried = subprocess.run(
        command, capture_output=True, text=True, check=False, env=chosen.environment(), cwd="/"
    )
    if tried.returncode:
        said = tried.stderr.strip()
        raise LabUnavailableError(
            f"this system gives no user namespace to ordinary users ({said}); {_cure(said)}"
        )


def _cure(said: str) -> str:
    if Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").exists():
        return "on Ubuntu: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
    if "subuid" in said or "newuidmap" in said or "map" in said:
        return "give yourself ids: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER"
    return "sudo sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000"
