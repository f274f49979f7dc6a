from __future__ import annotations

import importlib.util
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwijzer.mail import body, headers, limited
from mailwijzer.mail.letter import UnreadableMailError
from mailwijzer.mail.reading import read

from .odd import HEAD, ODD, plain

OWN = frozenset({"vraag@thuis.test"})
OURS = b"Received: from evil.test (evil.test [192.0.2.66])\n\tby mx.thuis.test (Postfix) with ESMTPS id 1\n"
RESULTS = b"Authentication-Results: %b; dmarc=%b header.from=thuis.test\n"


def test_a_simple_letter_is_read_whole() -> None:
    letter = read(plain("simple", b"Waarom?\n\n-- \nLies\n"), own=OWN)
    assert (letter.name, letter.address, letter.subject) == ("Lies", "lies@thuis.test", "Hulp")
    assert letter.text == "Waarom?\n\n-- \nLies"
    assert (letter.message_id, letter.automatic, letter.recipients) == (
        "<simple@thuis.test>",
        "",
        ("vraag@thuis.test",),
    )


def test_plain_text_goes_before_its_html_twin() -> None:
    raw = plain(
        "alt",
        b"--q\nContent-Type: text/plain\n\nplat\n--q\nContent-Type: text/html\n\n<b>vet</b>\n--q--\n",
        b"Content-Type: multipart/alternative; boundary=q\n",
    )
    assert read(raw).text == "plat"


def test_html_alone_becomes_text_without_scripts_and_pictures() -> None:
    markup = b'<style>p{}</style><p>Een&nbsp;vraag<br>Twee</p><ul><li>a<li>b</ul><img src="http://e/x.png"><script>x</script>'
    text = read(plain("html2", markup, b"Content-Type: text/html\n")).text
    assert text == "Een vraag\nTwee\n\n- a\n- b"


def test_attachments_are_listed_and_only_small_logs_keep_their_text() -> None:
    raw = plain(
        "att",
        b"--q\n\nzie log\n"
        b'--q\nContent-Type: text/plain; name="../../etc/passwd"\n'
        b"Content-Disposition: attachment\n\n550 5.7.1\n"
        b'--q\nContent-Type: image/png; name="x.png"\n'
        b"Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--q--\n",
        b"Content-Type: multipart/mixed; boundary=q\n",
    )
    letter = read(raw)
    assert letter.text == "zie log"
    assert [(a.name, a.type, a.size, a.text) for a in letter.attachments] == [
        (".._.._etc_passwd", "text/plain", 9, "550 5.7.1"),
        ("x.png", "image/png", 8, ""),
    ]


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        (RESULTS % (b"mx.thuis.test", b"pass"), "pass"),
        (RESULTS % (b"mx.thuis.test", b"fail"), "fail"),
        (RESULTS % (b"evil.example.org", b"pass"), ""),
        (RESULTS % (b"mx.thuis.test.evil.example.org", b"pass"), ""),
        (b"Received: from evil\n" + RESULTS % (b"mx.thuis.test", b"pass"), ""),
        # Under our own line for the world's sender, where a milter of Postfix writes; and lower down.
        (OURS + RESULTS % (b"mx.thuis.test", b"pass"), "pass"),
        (OURS + b"X-Claim: ours\n" + RESULTS % (b"mx.thuis.test", b"pass"), ""),
        (OURS + OURS + RESULTS % (b"mx.thuis.test", b"pass"), ""),
        (
            b"Received: from mx.thuis.test by mx.thuis.test with LMTP\n"
            + RESULTS % (b"mx.thuis.test", b"pass"),
            "pass",
        ),
        (b"", ""),
    ],
)
def test_only_our_own_server_is_believed_and_only_above_the_world(top: bytes, expected: str) -> None:
    raw = top + b"Received: from world\n" + RESULTS % (b"mx.thuis.test", b"pass") + plain("auth", b"x\n")
    assert read(raw, "mx.thuis.test").verified == expected
    assert read(raw).verified == ""


@pytest.mark.parametrize(
    ("header", "score", "spam"),
    [
        (b"X-Spam: Yes\nX-Spam-Score: 12.5\n", 12.5, True),
        (b"X-Spamd-Result: default: False [3.40 / 15.00];\n", 3.4, False),
        (b"X-Spam-Status: Yes, score=1000.0 required=5.0\nX-Spam-Flag: YES\n", 1000.0, True),
        (b"X-Spam-Score: nonsense\n", None, False),
        (b"", None, False),
    ],
)
def test_the_score_of_our_own_filter_is_read(header: bytes, score: float | None, spam: bool) -> None:
    letter = read(plain("score", b"x\n", header))
    assert (letter.score, letter.spam) == (score, spam)


def test_quoted_text_is_kept() -> None:
    assert read(plain("quote", b"ja\n\n> nee?\n> echt\n")).text == "ja\n\n> nee?\n> echt"


@pytest.mark.slow
@pytest.mark.parametrize("name", ODD)
def test_an_odd_mail_is_read_or_refused_with_a_reason_and_never_hangs(name: str) -> None:
    fate, make = ODD[name]
    if fate == "quarantined":
        with pytest.raises(UnreadableMailError, match=r"\w{2}"):
            limited.read(make(), "mx.thuis.test", OWN)
        return
    letter = limited.read(make(), "mx.thuis.test", OWN)
    assert fate == ("automatic" if letter.automatic else "question"), letter.automatic
    names = [part.name for part in letter.attachments]
    told = [letter.subject, letter.name, letter.address, letter.text, *names]
    assert not any("\0" in text or "\x1b" in text for text in told)
    assert not any("\n" in text or "\r" in text for text in told[:3])


@pytest.mark.slow
def test_the_odd_mails_of_pythons_own_library_are_read_or_refused() -> None:
    found = importlib.util.find_spec("test.test_email")
    if found is None or not found.submodule_search_locations:
        pytest.skip("Python's own tests are not installed: sudo apt-get install libpython3-testsuite")
    files = sorted(Path(found.submodule_search_locations[0], "data").glob("msg_*.txt"))
    assert len(files) > 40
    for file in files:
        try:
            letter = limited.read(file.read_bytes())
        except UnreadableMailError as error:
            pytest.fail(f"{file.name}: {error}")
        assert "\0" not in letter.text


def test_a_mail_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "SECONDS", 0.001)
    with pytest.raises(UnreadableMailError, match=r"more than 0\.001 s"):
        limited.read(plain("slow", b"x\n"))


def test_a_child_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited.sys, "executable", "/bin/false")
    with pytest.raises(UnreadableMailError, match=r"died \(code 1\)"):
        limited.read(plain("dead", b"x\n"))


@given(raw=st.binary(max_size=3000))
def test_any_bytes_give_a_letter_or_a_reason(raw: bytes) -> None:
    with suppress(UnreadableMailError):
        letter = read(HEAD % b"any" + raw, "mx.thuis.test", OWN)
        assert "\0" not in letter.text + letter.subject + letter.name


@given(markup=st.text())
def test_html_of_any_text_has_no_tag_left_that_a_browser_would_run(markup: str) -> None:
    assert "<script" not in body.untagged(markup.replace("&", "")).lower()


@given(
    pieces=st.lists(st.sampled_from(["<", "script", ">", "</", "b", "/", "!--", "-->", "=", '"', " ", "x"]))
)
def test_no_arrangement_of_markup_leaves_a_tag(pieces: list[str]) -> None:
    assert "<script" not in body.untagged("".join(pieces))


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a < b, 2 <3 &lt;p&gt;", "a < b, 2 <3 <p>"),
        ('<img alt="a > b">x', "x"),
        ("<title>t</title><p>een</P><p>twee<!-- <p>weg --> drie", "een\n\ntwee drie"),
        ("<<b>script>x</script>", "script>x"),
        ("<ol><li>een</li><LI>twee</ol>", "- een\n- twee"),
    ],
)
def test_html_as_text(markup: str, text: str) -> None:
    assert body.untagged(markup) == text


@given(value=st.text(max_size=300))
def test_a_header_becomes_one_line_without_control_characters(value: str) -> None:
    line = headers.one_line(headers.words(value))
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in line)
