"""Images that are not whole are never used."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from mailwijzer.lab.account import Account, LabUnavailableError
from mailwijzer.lab.images import store
from mailwijzer.lab.images.recipe import Recipe

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


def test_a_full_disk_is_told_before_the_work_begins(who: Account, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store.shutil, "which", lambda *_args, **_named: "/usr/bin/mmdebstrap")
    monkeypatch.setattr(store, "_SPACE", 10**18)
    with pytest.raises(LabUnavailableError, match="make room first"):
        store._build(who, MADE, store.quiet)


def test_what_a_broken_build_left_is_cleared_away_and_its_reason_shown(
    who: Account, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Recipe, "command", lambda *_: ("sh", "-c", "echo E: no route to mirror; exit 1"))
    monkeypatch.setattr(store.shutil, "which", lambda *_args, **_named: "/usr/bin/mmdebstrap")
    monkeypatch.setattr(store.mirror, "find", lambda: None)
    monkeypatch.setattr(store.mirror, "keyring", lambda: "")
    with pytest.raises(LabUnavailableError, match="no route to mirror"):
        store._build(who, MADE, store.quiet)
    assert not list(who.cache.glob("*.tar.zst"))
