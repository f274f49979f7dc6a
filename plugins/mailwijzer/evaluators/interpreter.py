"""The interpreter behind `python` fences. Runs on the host, with nothing but Python's own library.

Reads one JSON order a line: `code`, `file` and `line` (where the code stands in the page), `echo` (whether
values are shown, as at the prompt). Answers with one JSON line: `printed`, and `fault` and `line` where an
exception ended the code. All code of a session shares one namespace.
"""

import json
import linecache
import os
import resource
import sys
import tempfile
import traceback
from types import TracebackType
from typing import Any

LIMIT = 1 << 20
"""Bytes that may be printed, or written to one file, before the system says that it is too large."""


def main() -> None:
    """Run what is asked; what the code prints goes to a file, programs that it starts included."""
    sys.argv = [""]
    answers = os.fdopen(os.dup(1), "w")
    orders = os.fdopen(os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))
    namespace: dict[str, Any] = {"__name__": "__main__"}
    answers.write("{}\n")
    answers.flush()
    for row in orders:
        with tempfile.TemporaryFile() as out:
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
            answer = run(json.loads(row), namespace)
            out.seek(0)
            answer["printed"] = out.read(LIMIT).decode(errors="replace")
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def run(order: dict[str, Any], namespace: dict[str, Any]) -> dict[str, Any]:
    """Run one piece of code as if it stood on its line of its page."""
    source = "\n" * (order["line"] - 1) + order["code"] + "\n"
    linecache.cache[order["file"]] = (len(source), None, source.splitlines(True), order["file"])
    told: dict[str, Any] = {}
    try:
        exec(compile(source, order["file"], "single" if order["echo"] else "exec"), namespace)  # noqa: S102
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001  (an exit of the page's code is an outcome too)
        told = {"fault": _told(error, order["file"]), "line": _line(error, order["file"])}
        if order["echo"]:
            print(told["fault"], file=sys.stderr)
    try:
        sys.stdout.flush()
    except OSError:
        # What was too much stays in the buffer, and would be printed by the next snippet.
        sys.stdout = os.fdopen(os.dup(1), "w")
    return told


def _told(error: BaseException, file: str) -> str:
    """The traceback, our own frames left out."""
    trace: TracebackType | None = error.__traceback__
    while trace and trace.tb_frame.f_code.co_filename != file:
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(error), error, trace)).rstrip()


def _line(error: BaseException, file: str) -> int:
    """The line of the page on which it happened."""
    if isinstance(error, SyntaxError) and error.filename == file:
        return error.lineno or 0
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 0 for frame in reversed(frames) if frame.filename == file), 0)


if __name__ == "__main__":
    main()
