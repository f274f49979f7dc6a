"""What running a snippet costs beside what it does: ours on a lab host, Sybil and pytest-markdown-docs here.

    .venv/bin/python bench/snippets.py

A page with 200 fences that do nothing, run by pytest: the median of what an item takes, from its setup to its
teardown, so that bringing up a world drops out. The peers come from a throwaway environment of uv's.
Milliseconds of wall time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mailwijzer.markdown.extraction import survey

MANY = 200
WORLD = "title: Bench\nhosts:\n  ns: { fqdn: ns.example.net, v4: 192.0.2.53, daemons: [bind] }\n"
SYBIL = """from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser
pytest_collect_file = Sybil(parsers=[PythonCodeBlockParser()], patterns=["*.md"]).pytest()
"""
TIMER = """import statistics
TIMES = {}
def pytest_runtest_logreport(report):
    TIMES[report.nodeid] = TIMES.get(report.nodeid, 0) + report.duration
def pytest_terminal_summary(terminalreporter):
    terminalreporter.line(f"EACH {statistics.median(TIMES.values())}")
"""
OURS = [sys.executable, "-m", "pytest", "-p", "mailwijzer.pytest_plugin", "--mailwijzer"]
PEER = ["uv", "run", "-q", "--no-project", "--with", "pytest", "--with"]


def project(folder: Path, fence: str, sybil: bool) -> Path:
    """A project with one chapter of many fences; the page."""
    page = folder / "docs" / "en" / "page.md"
    page.parent.mkdir(parents=True)
    page.write_text("\n".join(fence.replace("NUMBER", str(number)) for number in range(MANY)))
    (folder / "docs" / "worlds").mkdir()
    (folder / "docs" / "worlds" / "page.yml").write_text(WORLD)
    (folder / "mkdocs.yml").touch()
    (folder / "conftest.py").write_text(TIMER + (SYBIL if sybil else ""))
    return page


def each(command: list[str], fence: str) -> float:
    """Milliseconds that an item takes in a run that must go well."""
    with tempfile.TemporaryDirectory() as name:
        page = project(Path(name), fence, "sybil" in command)
        argv = [*command, "-q", str(page)]
        done = subprocess.run(argv, cwd=name, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        return 1000 * float(done.stdout.partition("EACH ")[2].split()[0])


def main() -> None:
    """Print one line for each tool."""
    ours = '```{{.{kind} id="sNUMBER" host="ns"}}\n{text}\n```\n'
    rows = {
        "ours, python": (OURS, ours.format(kind="python", text="x = 1")),
        "ours, console": (OURS, ours.format(kind="console", text="# true")),
    }
    if shutil.which("uv"):
        plain = "```python\nx = 1\n```\n"
        rows["Sybil"] = ([*PEER, "sybil", "pytest"], plain)
        docs = [*PEER, "pytest-markdown-docs", "pytest", "--markdown-docs"]
        rows["pytest-markdown-docs"] = (docs, plain)
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    for name, (command, fence) in rows.items():
        print(f"{name:24} {each(command, fence):6.2f} ms")
    text = "\n".join(
        ours.format(kind="console", text="# true").replace("NUMBER", str(n)) for n in range(MANY)
    )
    started = time.monotonic()
    survey(text, "page.md")
    print(f"{'finding them':24} {1000 * (time.monotonic() - started) / MANY:6.2f} ms")


if __name__ == "__main__":
    main()
