from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailwijzer.errors import MailwijzerError
from mailwijzer.mail import places

from .odd import plain


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "M" / name).mkdir(parents=True)
    return tmp_path / "M"


def test_new_mail_comes_oldest_first_and_is_marked_as_seen_once_it_is_safe(maildir: Path) -> None:
    (maildir / "new" / "2.b.host").write_bytes(b"second")
    (maildir / "new" / "1.a.host").write_bytes(b"first")
    (maildir / "cur" / "0.c.host:2,FS").write_bytes(b"fetched before")
    (maildir / "cur" / "0.d.host:2,F").write_bytes(b"looked at, not fetched")
    trouble = places.Trouble()
    found = list(places.maildir(maildir, trouble))
    assert [mail.raw for mail in found] == [b"looked at, not fetched", b"first", b"second"]
    assert sorted(path.name for path in (maildir / "new").iterdir()) == ["1.a.host", "2.b.host"]
    for mail in found:
        mail.done()
    assert sorted(path.name for path in (maildir / "cur").iterdir()) == [
        "0.c.host:2,FS",
        "0.d.host:2,FS",
        "1.a.host:2,S",
        "2.b.host:2,S",
    ]
    assert list(places.maildir(maildir, trouble)) == []
    assert trouble.told == []


def test_a_link_in_a_maildir_is_not_followed_and_the_rest_goes_on(maildir: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (maildir / "new" / "1.link").symlink_to(tmp_path / "secret")
    (maildir / "new" / "2.real").write_bytes(b"real")
    trouble = places.Trouble()
    assert [mail.raw for mail in places.maildir(maildir, trouble)] == [b"real"]
    assert "1.link" in trouble.told[0]


def test_a_mail_beyond_all_measure_stays_where_it_is(maildir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "FILE_MAX", 10)
    (maildir / "new" / "1.big").write_bytes(b"x" * 11)
    trouble = places.Trouble()
    assert list(places.maildir(maildir, trouble)) == []
    assert "left where it is" in trouble.told[0]
    assert (maildir / "new" / "1.big").exists()


def test_a_folder_that_is_no_maildir_is_told(tmp_path: Path) -> None:
    with pytest.raises(MailwijzerError, match="has no new, cur, tmp"):
        list(places.maildir(tmp_path, places.Trouble()))


def test_an_mbox_is_cut_at_its_from_lines_and_quoting_is_undone() -> None:
    one, two = plain("one", b"a\n>From here\n>>From there\n"), plain("two", b"b\n")
    content = b"From a@b Tue\n" + one + b"\nFrom c@d Wed\n" + two
    found = list(places.mbox(content))
    assert found == [one.replace(b">From here", b"From here").replace(b">>From", b">From"), two]


def test_a_from_line_inside_a_paragraph_cuts_nothing() -> None:
    content = b"From a@b Tue\n" + plain("one", b"a\nFrom the start\nto the end\n")
    assert len(list(places.mbox(content))) == 1


def test_files_finds_out_what_each_path_is(maildir: Path, tmp_path: Path) -> None:
    (maildir / "new" / "1.a").write_bytes(b"from a Maildir")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "x.eml").write_bytes(b"from a file")
    (tmp_path / "box").write_bytes(b"From a@b Tue\nfrom an mbox\n")
    found = list(places.files([maildir, tmp_path / "letters", tmp_path / "box"], places.Trouble()))
    assert [mail.raw for mail in found] == [b"from a Maildir", b"from a file", b"from an mbox\n"]


def test_a_pipe_does_not_hold_anybody_up(maildir: Path) -> None:
    os.mkfifo(maildir / "new" / "1.pipe")
    assert [mail.raw for mail in places.maildir(maildir, places.Trouble())] == [b""]
