"""The process that reads one mail and may die of it. Run by `limited`; talks JSON."""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

from mailwijzer.mail.letter import UnreadableMailError
from mailwijzer.mail.reading import read

MEMORY = 512 * 1024 * 1024
"""Octets of address space."""

CPU_SECONDS = 4


def main() -> None:
    """Read a mail from stdin; write `{"letter": ...}` or `{"unreadable": why}`."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    authserv, *own = sys.argv[1:]
    raw = sys.stdin.buffer.read()
    try:
        answer: dict[str, Any] = {"letter": read(raw, authserv, frozenset(own)).plain()}
    except UnreadableMailError as error:
        answer = {"unreadable": str(error)}
    except MemoryError:
        answer = {"unreadable": f"reading it takes more than {MEMORY // 2**20} MB"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
