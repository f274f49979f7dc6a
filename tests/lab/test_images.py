"""Images that are not whole are never used."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailwijzer.errors import MailwijzerError
from mailwijzer.lab import account as accounts
from mailwijzer.lab.account import Account, LabUnavailableError, account
from mailwijzer.lab.images import store
from mailwijzer.lab.images.recipe import Recipe
from mailwijzer.lab.mirror import Mirror

from .conftest import needs

MADE = Recipe("mail", "13", "amd64", ("postfix",))


@pytest.fixture
def who(tmp_path: Path) -> Account:
    return Account((), tmp_path)


def test_an_image_is_used_when_its_checksum_agrees(who: Account):
    (who.cache / f"{MADE.stem}.tar.zst").write_bytes(b"image")
    (who.cache / f"{MADE.stem}.sha256").write_text(hashlib.sha256(b"image").hexdigest() + "\n")
    assert store._packed_is_whole(who, MADE)


def test_an_image_that_was_cut_off_is_built_again(who: Account):
    (who.cache / f"{MADE.stem}.tar.zst").write_bytes(b"ima")
    (who.cache / f"{MADE.stem}.sha256").write_text(hashlib.sha256(b"image").hexdigest() + "\n")
    assert not store._packed_is_whole(who, MADE)


def test_an_image_without_a_checksum_is_built_again(who: Account):
    (who.cache / f"{MADE.stem}.tar.zst").write_bytes(b"image")
    assert not store._packed_is_whole(who, MADE)


def test_without_mmdebstrap_the_message_names_the_command_that_brings_it(
    who: Account, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(store, "SYSTEM_PATH", "/nowhere")
    with pytest.raises(LabUnavailableError, match="sudo apt-get install mmdebstrap"):
        store._build(who, MADE, store.quiet)


def test_programs_that_are_not_here_are_told_all_at_once_with_their_packages(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(accounts, "SYSTEM_PATH", "/nowhere")
    with pytest.raises(LabUnavailableError, match=r"apt-get install iproute2 tar uidmap util-linux zstd$"):
        accounts._need_programs()


@pytest.mark.parametrize(("here", "there"), [("_SPACE", "_SCRATCH"), ("_SCRATCH", "_SPACE")])
def test_a_disk_that_is_too_small_is_told_before_the_work_begins(
    who: Account, monkeypatch: pytest.MonkeyPatch, here: str, there: str
):
    monkeypatch.setattr(store, here, 10**18)
    monkeypatch.setattr(store, there, 0)
    monkeypatch.setenv("TMPDIR", "/dev/shm")
    place = who.cache if here == "_SPACE" else "/dev/shm"
    with pytest.raises(LabUnavailableError, match=rf"{place} has .* needs 1000000000\.0 there; make room"):
        store._need_room(who.cache)


def test_one_disk_needs_room_for_both(who: Account, monkeypatch: pytest.MonkeyPatch):
    free = shutil.disk_usage(who.cache).free
    monkeypatch.setattr(store, "_SPACE", free * 2 // 3)
    monkeypatch.setattr(store, "_SCRATCH", free * 2 // 3)
    monkeypatch.setenv("TMPDIR", str(who.cache))
    with pytest.raises(LabUnavailableError, match="make room first"):
        store._need_room(who.cache)


def test_a_folder_for_temporary_files_that_is_not_there_is_told(
    who: Account, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TMPDIR", "/nowhere")
    with pytest.raises(LabUnavailableError, match="/nowhere: No such file or directory"):
        store._need_room(who.cache)


@pytest.fixture
def builder() -> Iterator[Account]:
    """The user who makes images, with a folder of its own."""
    needs()
    real = account()
    made = subprocess.run(
        real.command("mktemp", "-d", "/tmp/mailwijzer-XXXXXX"), capture_output=True, text=True, check=True
    )
    builder = Account(real.drop, Path(made.stdout.strip()))
    yield builder
    store._run(builder, [*store._NAMESPACE, "rm", "-rf", str(builder.cache)], "clear away")


@pytest.fixture
def cramped(builder: Account) -> Account:
    """The same, but whatever it runs finds the folder on a disk of one megabyte, with the same files."""
    script = 'mkdir "$0.on"; cp -a "$0/." "$0.on"; mount -t tmpfs -o size=1m full "$0"; cp -a "$0.on/." "$0"'
    script += '; rm -r "$0.on"; exec "$@"'
    inside = (*store._NAMESPACE, "sh", "-ec", script, str(builder.cache))
    return Account((*builder.drop, *inside), builder.cache)


NOISE = "head -c {size} /dev/urandom"


def test_a_disk_that_fills_while_an_image_is_made_is_told(cramped: Account, monkeypatch: pytest.MonkeyPatch):
    fill = f"{NOISE.format(size='2M')} >{cramped.cache}/tree"
    monkeypatch.setattr(Recipe, "command", lambda *_: ("sh", "-c", fill))
    monkeypatch.setattr(store, "_need_room", lambda _: None)
    with pytest.raises(LabUnavailableError, match="the disk is full, make room first") as raised:
        store._build(cramped, MADE, store.quiet)
    assert "No space left on device" in str(raised.value)


def test_a_disk_that_fills_while_an_image_is_packed_is_told(builder: Account, cramped: Account):
    store._run(builder, ["sh", "-c", f"{NOISE.format(size='700k')} >{builder.cache}/.making-x.tar"], "make")
    pack = ["sh", "-c", store._PACK, "sh", str(builder.cache), ".making-x", MADE.stem, "1"]
    with pytest.raises(MailwijzerError, match=r"could not pack the image .*full, make room first"):
        store._run(cramped, pack, "pack the image")


def test_a_disk_that_fills_while_an_image_is_unpacked_is_told_and_there_is_no_image(
    builder: Account, cramped: Account
):
    folder, stem = builder.cache, MADE.stem
    packed = f"head -c 4M /dev/zero >big; tar -c big | zstd -q >{stem}.tar.zst; rm big"
    store._run(builder, ["sh", "-c", f"cd {folder}; {packed}"], "make")
    unpack = ["sh", "-c", store._UNPACK, "sh", str(folder), ".making-x", stem]
    with pytest.raises(MailwijzerError, match=r"could not unpack the image .*full, make room first"):
        store._run(cramped, unpack, "unpack the image")
    assert not (folder / f"{stem}.tree").exists()


def test_what_a_build_that_was_cut_off_left_is_cleared_away(builder: Account):
    left = f"cd {builder.cache}; mkdir -p .making-a/etc; : >.making-a.tar; chown -R 33:33 .making-a; : >kept"
    store._run(builder, [*store._NAMESPACE, "sh", "-c", left], "make")
    store._run(builder, ["sh", "-c", store._SWEEP, "sh", str(builder.cache)], "clear away")
    assert [path.name for path in builder.cache.iterdir()] == ["kept"]


@pytest.mark.slow
def test_a_mirror_out_of_reach_is_named_with_what_apt_said(builder: Account, monkeypatch: pytest.MonkeyPatch):
    if not shutil.which("mmdebstrap"):
        pytest.skip("sudo apt-get install mmdebstrap")
    nobody = Mirror("http://me:secret@127.0.0.1:9/debian/", "http://127.0.0.1:9/debian-security/")
    monkeypatch.setattr(store.mirror, "find", lambda: nobody)
    with pytest.raises(LabUnavailableError) as raised:
        store._build(builder, MADE, store.quiet)
    told = str(raised.value)
    assert "mail-13 could not be built; can this machine reach http://127.0.0.1:9/debian/ and" in told
    assert "secret" not in told
    assert "Could not connect to 127.0.0.1:9" in told
    assert not list(builder.cache.glob("*.zst"))
