"""Search on another fork of Whoosh: a move would be one line in pyproject.toml."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support import ROOT

LOCK = Path(__file__).with_name("whoosh3.lock")


@pytest.mark.slow
def test_every_search_test_passes_on_whoosh3_too(tmp_path: Path) -> None:
    install = ["uv", "pip"] if shutil.which("uv") else [sys.executable, "-m", "pip"]
    options = ["--quiet", "--no-deps", "--require-hashes", "--target", str(tmp_path), "-r", str(LOCK)]
    done = subprocess.run([*install, "install", *options], capture_output=True, text=True, timeout=120)
    if done.returncode:
        pytest.skip(f"whoosh3 could not be installed: {done.stderr.strip()[-200:]}")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT / "plugins")])}
    found = subprocess.run(
        [sys.executable, "-c", "import whoosh; print(whoosh.__file__)"], env=env, capture_output=True
    )
    assert str(tmp_path) in found.stdout.decode()
    tests = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-m",
        "not slow",
        str(LOCK.parent),
    ]
    told = subprocess.run(tests, env=env, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert told.returncode == 0, told.stdout[-3000:]
    assert " passed" in told.stdout
