"""`mailwijzer lab`, without and with a world."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest
from typer.testing import CliRunner

from mailwijzer.cli import app
from mailwijzer.lab import running
from mailwijzer.lab.account import LabUnavailableError
from mailwijzer.lab.images import store

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "mailwijzer.cli", "--root", str(ROOT), "lab"]


@pytest.fixture(autouse=True)
def own_runtime_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


def test_a_command_without_a_world_says_how_to_bring_one_up():
    ended = CliRunner().invoke(app, ["lab", "run", "mx", "--", "true"])
    assert (ended.exit_code, "mailwijzer lab up brings one" in ended.stderr) == (1, True)


def test_an_unknown_world_is_refused_with_those_there_are():
    ended = CliRunner().invoke(app, ["--root", str(ROOT), "lab", "up", "smtp-sesion"])
    assert (ended.exit_code, "did you mean 'smtp-session'? there are: " in ended.stderr) == (1, True)


def test_an_unknown_image_is_refused_with_those_there_are():
    ended = CliRunner().invoke(app, ["lab", "images", "mail-14"])
    assert (ended.exit_code, "there are: mail-12, mail-13" in ended.stderr) == (1, True)


def until(lines: IO[str], wanted: str) -> list[str]:
    """Read up to the line that holds `wanted`, or to the end."""
    said: list[str] = []
    while not said or (said[-1] and wanted not in said[-1]):
        said.append(lines.readline())
    return said


def test_a_world_that_is_coming_up_is_told_from_one_that_is_up_and_there_is_only_one():
    with running.reserved("SIP", "13"):
        status = CliRunner().invoke(app, ["lab", "status"])
        entered = CliRunner().invoke(app, ["lab", "shell", "mx"])
        second = CliRunner().invoke(app, ["--root", str(ROOT), "lab", "up", "sip"])
    assert "the world 'SIP' is still coming up" in entered.stderr
    assert status.exit_code == 1 or "still coming up" in status.stdout
    assert (second.exit_code, "a world is up already" in second.stderr) == (1, True)


def test_a_world_that_does_not_come_up_gives_the_signal_back_to_its_caller():
    # Set here, for another test's leftover would look like what was there before.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with running.reserved("SIP", "13"):
        assert CliRunner().invoke(app, ["--root", str(ROOT), "lab", "up", "sip"]).exit_code == 1
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


@pytest.mark.lab
@pytest.mark.slow
def test_what_a_killed_driver_left_does_not_count_as_a_world(tmp_path: Path):
    need_lab()
    with subprocess.Popen([*COMMAND, "up"], stdout=subprocess.PIPE, text=True) as driver:
        assert driver.stdout
        until(driver.stdout, "Ctrl-C ends everything")
        driver.kill()
    assert (tmp_path / "mailwijzer-lab.json").read_text()
    assert "No world is up" in subprocess.run([*COMMAND, "status"], capture_output=True, text=True).stdout


def need_lab() -> None:
    try:
        store.need("mail", "13")
    except LabUnavailableError as error:
        pytest.skip(str(error))


@pytest.mark.lab
@pytest.mark.slow
def test_a_world_stays_up_for_other_commands_until_down():
    need_lab()
    with subprocess.Popen([*COMMAND, "up"], stdout=subprocess.PIPE, text=True) as driver:
        assert driver.stdout
        said = until(driver.stdout, "Ctrl-C ends everything")
        assert any("mx.thuis.test        203.0.113.25" in line for line in said), said
        ran = subprocess.run(
            [*COMMAND, "run", "mx", "--", "hostname; exit 3"], capture_output=True, text=True
        )
        assert (ran.returncode, ran.stdout) == (3, "mx.thuis.test\n")
        status = subprocess.run([*COMMAND, "status"], capture_output=True, text=True).stdout
        assert re.search(r"mx +mx\.thuis\.test +203\.0\.113\.25 +unbound .*postfix", status), status
        second = subprocess.run([*COMMAND, "up"], capture_output=True, text=True)
        assert (second.returncode, "a world is up already" in second.stderr) == (1, True)
        assert subprocess.run([*COMMAND, "down"]).returncode == 0
        assert driver.wait() == 0
    assert "No world is up" in subprocess.run([*COMMAND, "status"], capture_output=True, text=True).stdout
