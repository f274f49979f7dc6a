"""A host that is this machine, for its user: real shells, real files, below a folder of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from mailwijzer.snippets.host import Ran


class Localhost:
    """Paths on the host stand below `folder`; users are ignored."""

    name, release = "here", "13"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, command: str, *, timeout: float = 60.0, user: str = "root") -> Ran:  # noqa: ARG002
        argv = ["timeout", f"{timeout}", "bash", "-c", command]
        done = subprocess.run(
            argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=self.folder
        )
        return Ran(done.returncode, done.stdout)

    def open(self, argv: Sequence[str], *, user: str = "root") -> subprocess.Popen[bytes]:  # noqa: ARG002
        pipe = subprocess.PIPE
        return subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe, cwd=self.folder)

    def write(self, path: str, text: str, *, mode: int = 0o644) -> None:
        self._at(path).parent.mkdir(parents=True, exist_ok=True)
        self._at(path).write_text(text)
        self._at(path).chmod(mode)

    def read(self, path: str) -> str:
        return self._at(path).read_text()

    def versions(self) -> Mapping[str, str]:
        return {"coreutils": "9"}

    def _at(self, path: str) -> Path:
        return self.folder / path.lstrip("/")
