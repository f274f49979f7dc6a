from __future__ import annotations

import datetime as dt
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest

from mailwijzer.inbox.store import Inbox

_NAMES = count()


class Cluster:
    """A PostgreSQL server of the tests' own, reachable through a socket in its folder only."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder, self.programs = folder, programs
        # The server refuses to run as root.
        self.user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        self.before = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        if os.getuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        else:
            self.before = []

    def run(self, program: str, *arguments: str) -> str:
        command = [*self.before, str(self.programs / program), *arguments]
        done = subprocess.run(command, cwd="/", text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def make(self) -> None:
        self.run("initdb", "-D", f"{self.folder}/data", "-E", "UTF8", "--auth=trust", "--no-locale")

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' -c max_connections=60"
        self.control("-w", "-l", f"{self.folder}/log", "-o", options, "start")

    def control(self, *arguments: str) -> None:
        # pg_ctl leaves the server holding its output, so that is no pipe.
        command = [*self.before, str(self.programs / "pg_ctl"), "-D", f"{self.folder}/data", *arguments]
        with (self.folder / "control").open("a") as out:
            subprocess.run(command, cwd="/", check=True, stdout=out, stderr=out)

    def database(self, encoding: str = "UTF8") -> str:
        name = f"inbox{next(_NAMES)}"
        self.run("createdb", "-h", str(self.folder), "-U", self.user, "-E", encoding, "-T", "template0", name)
        return f"postgresql://{self.user}@/{name}?host={quote(str(self.folder), safe='')}"


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        pytest.skip("PostgreSQL is not installed: sudo apt-get install postgresql")
    # A short path: a socket's may have 107 bytes. And one that the server's user may enter.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    server = Cluster(folder, found[-1])
    server.make()
    server.start()
    yield server
    server.control("-m", "immediate", "-w", "stop")
    shutil.rmtree(folder)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/private/inbox.sqlite3"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest) -> str:
    """The same test on every database there is."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    server = request.getfixturevalue("cluster")
    assert isinstance(server, Cluster)
    return server.database()


def _opened(url: str) -> Inbox:
    moments = (dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC) + dt.timedelta(minutes=n) for n in range(10**6))
    return Inbox.open(url, now=lambda: next(moments))


@pytest.fixture
def inbox(url: str) -> Iterator[Inbox]:
    """An inbox on disk, whose clock gains a minute at every look."""
    opened = _opened(url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_inbox(sqlite_url: str) -> Iterator[Inbox]:
    opened = _opened(sqlite_url)
    yield opened
    opened.close()
