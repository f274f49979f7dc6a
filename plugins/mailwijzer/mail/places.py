"""Where mail lies: a Maildir that a server delivers into, an mbox, single files."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mailwijzer.errors import MailwijzerError

FILE_MAX = 25 * 1024 * 1024
"""Octets of one mail that are taken in at all."""

_FROM = re.compile(rb"^From [^\n]*\n", re.MULTILINE)


@dataclass(frozen=True)
class Found:
    """One mail and where it lay. `done` is called when its bytes are safe elsewhere."""

    raw: bytes
    origin: str
    done: Callable[[], None] = field(default=lambda: None, repr=False)


@dataclass
class Trouble:
    """What could not be read, said for a person; the rest goes on."""

    told: list[str] = field(default_factory=list)


def maildir(folder: Path, trouble: Trouble) -> Iterator[Found]:
    """The mails of a Maildir that were not fetched yet, oldest first.

    Fetched ones are moved to cur/ with the flag S, as a mail program does; nothing is ever deleted.
    Raises MailwijzerError when the folder is no Maildir.
    """
    missing = [name for name in ("new", "cur", "tmp") if not (folder / name).is_dir()]
    if missing:
        raise MailwijzerError(f"{folder} is no Maildir: it has no {', '.join(missing)}; name its folder")
    waiting = [*(folder / "new").iterdir(), *(path for path in (folder / "cur").iterdir() if not _seen(path))]
    for path in sorted(waiting, key=lambda path: path.name):
        with _told(path, trouble):
            yield Found(read_file(path), str(path.relative_to(folder)), _mover(folder, path))


def _seen(path: Path) -> bool:
    return "S" in path.name.rpartition(":2,")[2] if ":2," in path.name else False


def _mover(folder: Path, path: Path) -> Callable[[], None]:
    def move() -> None:
        base, _, flags = path.name.partition(":2,")
        target = folder / "cur" / f"{base}:2,{''.join(sorted({*flags, 'S'}))}"
        path.rename(target)
        for touched in {path.parent, target.parent}:
            handle = os.open(touched, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    return move


def files(paths: list[Path], trouble: Trouble) -> Iterator[Found]:
    """Single mails, mbox files, Maildirs, and folders of .eml files, whichever each path turns out to be."""
    for path in paths:
        if path.is_dir() and (path / "cur").is_dir():
            yield from maildir(path, trouble)
        elif path.is_dir():
            yield from files(sorted(path.rglob("*.eml")), trouble)
        else:
            with _told(path, trouble):
                yield from _file(path)


def _file(path: Path) -> Iterator[Found]:
    if path.suffix == ".mbox" or _starts_with_from(path):
        for number, raw in enumerate(mbox(path.read_bytes()), 1):
            yield Found(raw, f"{path.name}#{number}")
    else:
        yield Found(read_file(path), path.name)


def _starts_with_from(path: Path) -> bool:
    with path.open("rb") as opened:
        return opened.read(5) == b"From "


def mbox(content: bytes) -> Iterator[bytes]:
    """The mails of an mbox (RFC 4155): each begins at a `From ` line after a blank one."""
    starts = [
        match
        for match in _FROM.finditer(content)
        if match.start() == 0 or content[: match.start()].endswith((b"\n\n", b"\r\n\r\n"))
    ]
    ends = [*(match.start() for match in starts[1:]), len(content)]
    for match, end in zip(starts, ends, strict=True):
        raw = content[match.end() : end]
        # One blank line belongs to the mbox. A quoted ">From " gets its mark taken off.
        raw = raw.removesuffix(b"\n") if end < len(content) else raw
        yield re.sub(rb"(?m)^>(>*From )", rb"\1", raw)


def read_file(path: Path) -> bytes:
    """A file's bytes; never through a link, and no more than FILE_MAX. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as opened:
        content = opened.read(FILE_MAX + 1)
    if len(content) > FILE_MAX:
        raise OSError(None, f"it has more than {FILE_MAX // 2**20} MB, and is left where it is")
    return content


@contextmanager
def _told(path: Path, trouble: Trouble) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        trouble.told.append(f"{path}: it has gone meanwhile; another fetch may have taken it")
    except OSError as error:
        trouble.told.append(f"{path}: {error.strerror or error}")
