"""The process behind a session on a host: a shell, an interpreter, a client."""

from __future__ import annotations

import subprocess
from contextlib import suppress


def end_process(process: subprocess.Popen[bytes]) -> None:
    """End it and close its pipes, whatever became of either."""
    with suppress(OSError):
        process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
