"""A machine: an image with a layer of its own above it. Implements snippets.host.Host."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import tempfile
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from mailwijzer.errors import MailwijzerError
from mailwijzer.lab.account import SYSTEM_PATH, account
from mailwijzer.snippets.host import Ran

CAP = 64 * 1024
"""Bytes of output that are kept of one command."""

FLOOD = 8 * 1024 * 1024
"""Bytes after which a command is ended, since it will not stop by itself."""

# The working folder is the image's own /mnt: it is always there, and covered only in this machine's view.
# What a machine writes is kept in memory, so every disk of it has a limit.
BOOT = r"""set -e
mount -t tmpfs -o mode=755,size=1g lab "$IMG/mnt"; cd "$IMG/mnt"; mkdir u w m
mount -t overlay overlay -o "lowerdir=$IMG,upperdir=$PWD/u,workdir=$PWD/w,userxattr" m
cd m; mount -t tmpfs -o mode=755 dev dev
for d in null zero full random urandom tty; do : >dev/$d; mount --bind /dev/$d dev/$d; done
mkdir dev/pts dev/shm; mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts dev/pts
ln -s pts/ptmx dev/ptmx; ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin; ln -s fd/1 dev/stdout; ln -s fd/2 dev/stderr
mount -t tmpfs -o mode=1777,size=256m shm dev/shm; mount -t tmpfs -o mode=755,size=64m run run
mkdir -m 1777 run/lock; mount -t tmpfs -o mode=1777,size=256m tmp tmp; mount -t proc proc proc
mount -t sysfs -o ro sysfs sys 2>/dev/null || :
hostname "$FQDN"; ip link set lo up; echo '0 65535' >/proc/sys/net/ipv4/ping_group_range 2>/dev/null || :
mkdir .old; pivot_root . .old; umount -l /.old; rmdir /.old; cd /
echo ready
exec env -i PATH="$PATH" bash --norc -c 'trap : TERM; while :; do sleep 36000 & wait $!; done' init \
    </dev/null >/dev/null 2>&1"""

_VERSIONS = """
postfix|postconf -dh mail_version
dovecot|dovecot --version | cut -d' ' -f1
bind|named -v | sed 's/^BIND \\([0-9.]*\\).*/\\1/'
unbound|unbound -V | sed -n 's/^Version //p'
openssl|openssl version | cut -d' ' -f2
swaks|swaks --version | sed -n 's/^swaks version //p'
postgrey|postgrey --version | cut -d' ' -f2
opendmarc|opendmarc -V | sed -n 's/^opendmarc: OpenDMARC Filter v//p'
rspamd|rspamd --version | sed -n 's/.*daemon version \\([0-9.]*\\).*/\\1/p'
spamassassin|spamassassin --version | sed -n 's/^SpamAssassin version //p'
clamav|clamscan --version | sed 's/^ClamAV \\([0-9.]*\\).*/\\1/'
opendkim|opendkim -V | sed -n 's/^opendkim: OpenDKIM Filter v//p'
netcat|dpkg-query -Wf '${Version}' netcat-openbsd | sed 's/-.*//'
coreutils|cat --version | sed -n '1s/.* //p'
python|python3 -c 'import platform; print(platform.python_version())'
kamailio|kamailio -v | sed -n 's/^version: kamailio \\([0-9.]*\\).*/\\1/p'
sipp|sipp -v | sed -n 's/^ SIPp v\\([0-9.]*\\).*/\\1/p'
baresip|dpkg-query -Wf '${Version}' baresip-core | sed 's/-.*//'
rtpengine|dpkg-query -Wf '${Version}' rtpengine-daemon | sed 's/-.*//'
pebble|dpkg-query -Wf '${Version}' pebble | sed 's/[+-].*//'
certbot|dpkg-query -Wf '${Version}' certbot | sed 's/-.*//'
"""


@dataclass(frozen=True)
class Machine:
    """One host of the story while it runs. `pid` is its first process, in this machine's numbering."""

    name: str
    fqdn: str
    release: str
    pid: int
    known: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Versions asked before."""

    def run(self, command: str, *, timeout: float = 60.0, user: str = "root") -> Ran:
        """Run a bash command line to its end; one that does not end is ended, one that floods as well."""
        limit = ["timeout", "-k", "1", f"{timeout:.3f}"]
        argv = self._argv([*limit, *_as(user, ["bash", "-c", command])])
        # A file, not a pipe: a daemon that the command starts keeps a pipe open for ever.
        with tempfile.TemporaryFile() as out:
            running = subprocess.Popen(
                argv,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd="/",
            )
            flooded = _wait(running, out, timeout)
            out.seek(0)
            text = out.read(CAP + 1)
        code = 124 if flooded or running.returncode in (124, 137, -9) else running.returncode
        capped = flooded or len(text) > CAP
        return Ran(code, text[:CAP].decode(errors="replace"), capped)

    def check(self, command: str, *, timeout: float = 60.0) -> str:
        """Run a command that must succeed; raises MailwijzerError with what it said."""
        ran = self.run(command, timeout=timeout)
        if ran.code:
            shown = ran.output.strip()[-1200:] or "(it said nothing)"
            raise MailwijzerError(f"{self.fqdn}: `{command.strip()[:200]}` ended with {ran.code}:\n{shown}")
        return ran.output

    def open(self, argv: Sequence[str], *, user: str = "root") -> subprocess.Popen[bytes]:
        """Start a program with pipes; it is killed when the returned process is."""
        pipe = subprocess.PIPE
        command = self._argv(_as(user, list(argv)))
        return subprocess.Popen(command, env=_environment(), stdin=pipe, stdout=pipe, stderr=pipe, cwd="/")

    def terminal(self, argv: Sequence[str], *, user: str = "root") -> int:
        """Give this terminal to a program on the machine; its exit code."""
        environment = _environment() | {"TERM": os.environ.get("TERM", "dumb")}
        command = self._argv(_as(user, list(argv)))
        # A program that is killed with its machine cannot put the terminal right again.
        before = termios.tcgetattr(0) if os.isatty(0) else None
        try:
            return subprocess.run(command, env=environment, check=False, cwd="/").returncode
        finally:
            if before is not None:
                termios.tcsetattr(0, termios.TCSADRAIN, before)

    def write(self, path: str, text: str, *, mode: int = 0o644) -> None:
        """Put a file on the machine; an existing one keeps its owner."""
        script = 'mkdir -p "${2%/*}/" && cat >"$2" && chmod "$1" "$2"'
        self._pipe(["sh", "-c", script, "sh", f"{mode:o}", _absolute(path)], path, text.encode())

    def read(self, path: str) -> str:
        """The text of a file on the machine; raises MailwijzerError when there is none."""
        return self._pipe(["cat", "--", _absolute(path)], path, b"").decode(errors="replace")

    def versions(self) -> Mapping[str, str]:
        """Product -> version, asked from the programs themselves."""
        if not self.known:
            rows = [line.split("|", 1) for line in _VERSIONS.strip().splitlines()]
            ask = "\n".join(f"echo {name}=$({command} 2>&1 | head -n1)" for name, command in rows)
            answers = (line.split("=", 1) for line in self.check(ask).splitlines() if "=" in line)
            self.known.update((name, text) for name, text in answers if text[:1].isdigit())
        return dict(self.known)

    def _argv(self, argv: Sequence[str]) -> list[str]:
        enter = ("nsenter", "-t", str(self.pid), "-U", "-m", "-n", "-u", "-p", "-i", "-r", "-w", "--")
        return account().command(*enter, "setpriv", "--pdeathsig", "KILL", *argv)

    def _pipe(self, argv: list[str], path: str, given: bytes) -> bytes:
        done = subprocess.run(
            self._argv(argv), input=given, env=_environment(), capture_output=True, check=False, cwd="/"
        )
        if done.returncode:
            raise MailwijzerError(f"{self.fqdn}:{path}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout


def _environment() -> dict[str, str]:
    return {"PATH": SYSTEM_PATH, "HOME": "/root", "LANG": "C.UTF-8", "USER": "root", "SHELL": "/bin/bash"}


def _as(user: str, argv: list[str]) -> list[str]:
    if user == "root":
        return ["env", "-C", "/root", *argv]
    return ["su", "-s", "/bin/bash", "-", user, "-c", f"exec {shlex.join(argv)}"]


def _absolute(path: str) -> str:
    if not path.startswith("/"):
        raise MailwijzerError(f"'{path}' is no absolute path; name a file on a machine from / on")
    return path


def _wait(running: subprocess.Popen[bytes], out: IO[bytes], timeout: float) -> bool:
    """Wait for the end, with the second of the two time limits; whether the command flooded us."""
    end = time.monotonic() + timeout + 5
    flooded = False
    while True:
        try:
            running.wait(timeout=0.25)
        except subprocess.TimeoutExpired:
            if not flooded and os.fstat(out.fileno()).st_size > FLOOD:
                flooded = True
                _terminate_inside(running.pid)
            if time.monotonic() > end:
                running.kill()
        else:
            return flooded


def _terminate_inside(pid: int) -> None:
    """Ask `timeout` on the machine to end its command and all that belongs to it."""
    with contextlib.suppress(OSError, IndexError):
        child = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0]
        os.kill(int(child), signal.SIGTERM)
