"""The browser's search, run by Node over the same files."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from support import ROOT

SCRIPT = ROOT / "plugins/mailwijzer/theme/material/assets/mailwijzer/search.js"
RUNNER = Path(__file__).with_name("search.cjs")


def ask(request: Mapping[str, Any]) -> Any:
    """What search.js answers; the test is skipped where there is no Node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    done = subprocess.run(
        [node, str(RUNNER), str(SCRIPT)],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def find(folder: Path, queries: Sequence[str], filters: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The browser's answers to queries over the files in a folder."""
    rows = [{"query": query, "filters": list(filters)} for query in queries]
    answers: list[dict[str, Any]] = ask({"folder": str(folder), "queries": rows})
    return answers
