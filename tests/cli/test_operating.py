"""The operator's files and guide say what is true: commands exist, settings are read, a backup restores."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from mailwijzer.inbox import consenting, outbox
from mailwijzer.inbox.consenting import ConsentState
from mailwijzer.inbox.outbox import NoticeKind
from mailwijzer.inbox.store import Inbox
from mailwijzer.publishing.project import Project
from support import ROOT

from .conftest import Run

DEPLOY = ROOT / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
TOLD = [
    DEPLOY / "mailwijzer.env",
    ROOT / "docs" / "en" / "operating.md",
    ROOT / "docs" / "nl" / "operating.md",
]


@pytest.mark.parametrize("unit", sorted(DEPLOY.glob("*.service")), ids=lambda u: u.name)
def test_a_unit_starts_a_command_that_there_is(run: Run, unit: Path) -> None:
    found = re.search(
        r"^ExecStart=/srv/mailwijzer/\.venv/bin/mailwijzer (.+)$", unit.read_text(), re.MULTILINE
    )
    assert found
    words = shlex.split(found[1])
    helped = run(*(word for word in words if not word.startswith("-")), "--help")
    assert helped.exit_code == 0
    assert all(word in helped.output for word in words if word.startswith("-"))


@pytest.mark.parametrize("path", TOLD, ids=lambda path: path.name)
def test_every_setting_that_is_told_is_read_somewhere(path: Path) -> None:
    sources = [*(ROOT / "plugins").rglob("*.py"), *ROOT.glob("mkdocs*.yml")]
    read = "\n".join(source.read_text("utf-8") for source in sources)
    told = set(re.findall(r"MAILWIJZER_[A-Z_]+[A-Z]", path.read_text("utf-8")))
    assert {name for name in told if name not in read} == set()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text().replace("/srv/mailwijzer/.venv/bin/mailwijzer", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    names = [str(tmp_path / unit.name) for unit in UNITS]
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *names], capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if "mailwijzer" in line and str(tmp_path) in line]
    assert ours == []


@pytest.mark.skipif(
    shutil.which("nginx") is None, reason="nginx is missing: sudo apt-get install nginx-light"
)
def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=www.thuis.test"]
    keys = ["-keyout", str(tmp_path / "privkey.pem"), "-out", str(tmp_path / "fullchain.pem")]
    subprocess.run([*made, *keys], check=True, capture_output=True)
    site = (DEPLOY / "nginx.conf").read_text().replace("/etc/letsencrypt/live/www.thuis.test", str(tmp_path))
    whole = f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off;\n{site}\n}}\n"
    (tmp_path / "nginx.conf").write_text(whole)
    done = subprocess.run(["nginx", "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True)
    assert "syntax is ok" in done.stderr, done.stderr


def test_a_lost_inbox_comes_back_from_its_backup(
    run: Run, project: Project, number: int, tmp_path: Path
) -> None:
    url = f"sqlite:///{project.root}/inbox/inbox.sqlite3"
    before = Inbox.open(url)
    with before.transaction(writing=True) as connection:
        name = consenting.digest("ann@example.org")
        consenting.begin(connection, name, before.moment())
        outbox.add(connection, number, NoticeKind.CONFIRM, name, before.moment(), "thuis.test")
        token = consenting.token(connection, name)
    before.close()
    copy = tmp_path / "backup.sqlite3"
    assert run("inbox", "backup", str(copy)).exit_code == 0
    shutil.rmtree(project.root / "inbox")
    (project.root / "inbox").mkdir()
    shutil.copy(copy, project.root / "inbox" / "inbox.sqlite3")
    assert "sound" in run("inbox", "check").stdout
    after = Inbox.open(url)
    assert after.get(number).title == "Why does it \x1b[2Jwait?"
    assert after.asker_address(number) == "ann@example.org"
    assert consenting.known(after, token) is ConsentState.ASKED
    assert len(outbox.listing(after)) == 1
    after.close()
