"""The images on this machine: kept as .tar.zst with a checksum, unpacked beside it, both or neither.

Everything is done by the lab's user (see account): the unpacked files belong to its subordinate ids.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mailwijzer.errors import MailwijzerError
from mailwijzer.lab import mirror
from mailwijzer.lab.account import SYSTEM_PATH, Account, LabUnavailableError, account
from mailwijzer.lab.images.recipe import NAMES, Recipe, recipe
from mailwijzer.lab.mirror import SUITES

_NAMESPACE = ("unshare", "--user", "--map-auto", "--map-root-user", "-m")
_SPACE = 2_000_000_000
"""Bytes that a build may need in the folder of the images: tar and tree together."""

_SCRATCH = 1_200_000_000
"""Bytes that mmdebstrap may need among the temporary files, where it installs before it packs."""

_PREPARE = 'set -eu; umask 022; mkdir -p "$1"; cd "$1"; : >>.lock'

# Names starting with a dot are unfinished work of a build that was cut off.
_SWEEP = """set -eu; cd "$1"
for old in .making-*; do [ -e "$old" ] && unshare --user --map-auto --map-root-user rm -rf "$old"; done; :"""
_PACK = """set -eu; cd "$1"; zstd -q -3 -T0 --rm "$2.tar" -o "$2.tar.zst"
sha256sum <"$2.tar.zst" | cut -d' ' -f1 >"$2.sum"
mv "$2.sum" "$3.sha256"; echo "$4" >"$3.seconds"; mv "$2.tar.zst" "$3.tar.zst" """
_CHECK = """set -eu; cd "$1"
[ "$(sha256sum <"$2.tar.zst" | cut -d' ' -f1)" = "$(cat "$2.sha256")" ]"""
_UNPACK = """set -eu; cd "$1"; mkdir "$2"; chmod 755 "$2"
zstd -qdc "$3.tar.zst" | tar -x -C "$2" --numeric-owner --exclude='./dev/*'
mv -T "$2" "$3.tree" """


@dataclass(frozen=True)
class Image:
    """An image that can be used now."""

    label: str
    tree: Path
    """The unpacked root file system."""

    packed: int
    """Size of the .tar.zst in bytes."""

    seconds: float = 0.0
    """How long mmdebstrap took to make it; 0 when nobody wrote that down."""


Progress = Callable[[str, float], None]
"""Told what is being done, and how much of it (0 to 1)."""


def quiet(_what: str, _part: float) -> None:
    """Tell nobody."""


def architecture() -> str:
    """Debian's word for this processor."""
    try:
        return subprocess.run(
            ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        raise LabUnavailableError("the lab's images need Debian or Ubuntu: dpkg is not here") from None


def find(name: str, release: str) -> Image | None:
    """The image if it is here and whole."""
    made = recipe(name, release, architecture())
    folder = account().cache
    tree, packed = folder / f"{made.stem}.tree", folder / f"{made.stem}.tar.zst"
    if not (tree.is_dir() and packed.is_file()):
        return None
    took = folder / f"{made.stem}.seconds"
    return Image(made.label, tree, packed.stat().st_size, float(took.read_text()) if took.is_file() else 0.0)


def need(name: str, release: str) -> Image:
    """The image, or LabUnavailableError with the command that makes it."""
    found = find(name, release)
    if found is None:
        raise LabUnavailableError(
            f"the image {name}-{release} has not been made here; run: mailwijzer lab images {name}-{release}"
        )
    return found


def make(name: str, release: str, progress: Progress = quiet) -> Image:
    """The image, built first when it is not here; a .tar.zst that is here is checked and unpacked."""
    found = find(name, release)
    if found is not None:
        return found
    who, made = account(), recipe(name, release, architecture())
    _run(who, ["sh", "-c", _PREPARE, "sh", str(who.cache)], "prepare the folder of the images")
    with _only_one(who, progress):
        if find(name, release) is None:
            _run(who, ["sh", "-c", _SWEEP, "sh", str(who.cache)], "clear away what a broken build left")
            if not _packed_is_whole(who, made):
                _build(who, made, progress)
            progress(f"{made.label}: unpacking", 0.95)
            temporary = f".making-{made.stem}-{time.time_ns()}"
            unpack = ("sh", "-c", _UNPACK, "sh", str(who.cache), temporary, made.stem)
            _run(who, [*_NAMESPACE, *unpack], "unpack the image")
    progress(f"{made.label}: ready", 1.0)
    return need(name, release)


def prune() -> list[str]:
    """Remove what no recipe makes any more; the names that went. A world that stands on one would break."""
    who, now = account(), [recipe(name, release, architecture()).stem for name in NAMES for release in SUITES]
    if not who.cache.is_dir():
        return []
    stale = sorted(
        path.name
        for path in who.cache.iterdir()
        if not path.name.startswith(".") and not path.name.startswith(tuple(f"{stem}." for stem in now))
    )
    if stale:
        with _only_one(who):
            remove = ("rm", "-rf", "--", *(str(who.cache / name) for name in stale))
            _run(who, [*_NAMESPACE, *remove], "remove old images")
    return stale


@contextmanager
def _only_one(who: Account, progress: Progress = quiet) -> Iterator[None]:
    """One builder at a time: the second waits, and then finds the image made."""
    with (who.cache / ".lock").open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            progress("waiting: another process is making an image", 0.0)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _packed_is_whole(who: Account, made: Recipe) -> bool:
    if not (who.cache / f"{made.stem}.tar.zst").is_file():
        return False
    return not _call(who, ["sh", "-c", _CHECK, "sh", str(who.cache), made.stem]).returncode


def _build(who: Account, made: Recipe, progress: Progress) -> None:
    if not shutil.which("mmdebstrap", path=SYSTEM_PATH):
        raise LabUnavailableError(
            "images are made by mmdebstrap, which is not here; sudo apt-get install mmdebstrap uidmap zstd"
        )
    _need_room(who.cache)
    temporary = f".making-{made.stem}-{time.time_ns()}"
    target = str(who.cache / f"{temporary}.tar")
    begun = time.monotonic()
    _debootstrap(who, made, made.command(mirror.find(), mirror.keyring(), target), progress)
    progress(f"{made.label}: packing", 0.9)
    took = f"{time.monotonic() - begun:.1f}"
    _run(who, ["sh", "-c", _PACK, "sh", str(who.cache), temporary, made.stem, took], "pack the image")


def _scratch() -> Path:
    """The folder for temporary files: TMPDIR, as everywhere, or /tmp, which may be small and in memory."""
    named = os.environ.get("TMPDIR", "")
    return Path(named) if named.startswith("/") else Path("/tmp")  # noqa: S108 - where mmdebstrap works


def _need_room(folder: Path) -> None:
    """Both folders may be on one disk, which then needs room for both."""
    scratch = _scratch()
    try:
        together = folder.stat().st_dev == scratch.stat().st_dev
    except OSError as error:
        raise LabUnavailableError(f"{error.filename}: {error.strerror}; an image is made there") from None
    wanted = {folder: _SPACE + _SCRATCH} if together else {folder: _SPACE, scratch: _SCRATCH}
    for place, needed in wanted.items():
        free = shutil.disk_usage(place).free
        if free < needed:
            other = ", or name another folder: export TMPDIR=/var/tmp" if place == scratch else ""
            raise LabUnavailableError(
                f"{place} has {free / 1e9:.1f} GB left and an image needs {needed / 1e9:.1f} there; "
                f"make room first{other}"
            )


def _debootstrap(who: Account, made: Recipe, command: tuple[str, ...], progress: Progress) -> None:
    """Follow mmdebstrap line by line: each package that is unpacked or set up is a step."""
    steps = 0
    told: list[str] = []
    expected = 12 * len(made.packages)
    settings = who.environment() | {"TMPDIR": str(_scratch())}
    running = subprocess.Popen(
        who.command(*command), env=settings, cwd="/", text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert running.stdout
    with running:
        for line in running.stdout:
            told = [*told[-14:], line.rstrip()]
            if line.startswith(("Unpacking ", "Setting up ")):
                steps += 1
                progress(f"{made.label}: {' '.join(line.split()[:3]).lower()}", min(0.89, steps / expected))
    if running.returncode:
        shown = "\n  ".join(told)
        # A mirror's address may hold a password.
        named = (re.sub(r"//\S*@", "//", line.split()[2]) for line in command if line.startswith("deb "))
        mirrors = " and ".join(dict.fromkeys(named))
        cause = _full(shown) or f"can this machine reach {mirrors or 'its mirror'} (apt-get update)? "
        raise LabUnavailableError(
            f"the image {made.label} could not be built; {cause}mmdebstrap's last lines:\n  {shown}"
        )


def _full(said: str) -> str:
    """What to do when it was the disk; tar tells of the file that it could write only in part."""
    signs = ("No space left on device", ": Wrote only ")
    return "the disk is full, make room first: " if any(sign in said for sign in signs) else ""


def _run(who: Account, argv: list[str], what: str) -> None:
    done = _call(who, argv)
    if done.returncode:
        said = done.stderr.strip()[-600:]
        raise MailwijzerError(f"could not {what} in {who.cache}: {_full(said)}{said}")


def _call(who: Account, argv: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        who.command(*argv), env=who.environment(), cwd="/", capture_output=True, text=True, check=False
    )
