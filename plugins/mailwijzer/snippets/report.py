"""What is known of the snippets after they ran: docs/verified.json."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from mailwijzer.errors import MailwijzerError


@dataclass(frozen=True, order=True)
class Verified:
    """One snippet that did what the page says, and where."""

    page: str
    id: str
    sha256: str
    release: str
    date: str
    versions: Mapping[str, str]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What the record says, the date and the versions apart."""
        return (self.page, self.id, self.sha256, self.release)

    @property
    def day(self) -> dt.date:
        """The day on which it ran."""
        return dt.date.fromisoformat(self.date)


def load(path: Path) -> tuple[Verified, ...]:
    """Read the record; an absent one is empty. Raises MailwijzerError when it cannot be read."""
    return _load(path, path.stat().st_mtime_ns) if path.exists() else ()


@lru_cache(maxsize=4)
def _load(path: Path, _stamp: int) -> tuple[Verified, ...]:
    try:
        rows: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
        return tuple(Verified(**row) for row in rows)
    except (ValueError, TypeError) as error:
        raise MailwijzerError(
            f"{path}: not a record of snippets ({error}); run 'mailwijzer snippets run --record'"
        ) from None


def dump(rows: Iterable[Verified], path: Path) -> None:
    """Write the record, sorted, so that a change is a small one."""
    ordered = sorted(rows, key=lambda row: row.key)
    path.write_text(
        json.dumps([asdict(row) for row in ordered], indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def differences(recorded: Iterable[Verified], truth: Iterable[Verified]) -> list[str]:
    """Tell each snippet for which record and truth disagree; versions count, the date does not."""
    then, now = {row.key: row for row in recorded}, {row.key: row for row in truth}
    found = [f"{_name(key)}: recorded, but it did not pass now" for key in then.keys() - now.keys()]
    found += [f"{_name(key)}: passes, but is not recorded" for key in now.keys() - then.keys()]
    for key in then.keys() & now.keys():
        if then[key].versions != now[key].versions:
            found.append(f"{_name(key)}: recorded with {_said(then[key])}, ran with {_said(now[key])}")
    return sorted(found)


def _name(key: tuple[str, str, str, str]) -> str:
    return f"{key[0]}#{key[1]} on Debian {key[3]}"


def _said(row: Verified) -> str:
    return ", ".join(f"{name} {version}" for name, version in row.versions.items())
