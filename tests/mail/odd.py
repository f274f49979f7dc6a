"""Mails that no mail program should write, each with what has to come of it. Used by the tests of intake."""

from __future__ import annotations

import base64
from collections.abc import Callable

HEAD = b"From: Lies <lies@thuis.test>\nTo: vraag@thuis.test\nSubject: Hulp\nMessage-ID: <%b@thuis.test>\n"


def plain(name: str, body: bytes, more: bytes = b"") -> bytes:
    return HEAD % name.encode() + more + b"\n" + body


def _nested(depth: int, close: bool = True) -> bytes:
    """multipart in multipart in multipart ..."""
    opening = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(depth)
    )
    closing = b"".join(b"\n--b%d--" % n for n in reversed(range(depth))) if close else b""
    return HEAD % b"nested%d" % depth + opening + b"Content-Type: text/plain\n\nHoe dan?\n" + closing


def _parts(count: int) -> bytes:
    body = b"".join(b"--b\nContent-Type: text/plain\n\ndeel %d\n" % n for n in range(count)) + b"--b--\n"
    return plain(f"parts{count}", body, b'Content-Type: multipart/mixed; boundary="b"\n')


def _b64(text: str, charset: str = "utf-8") -> bytes:
    return base64.encodebytes(text.encode(charset))


def _charset(name: str, body: bytes) -> bytes:
    label = "".join(c for c in name if c.isalnum())
    return plain(f"charset-{label}", body, b"Content-Type: text/plain; charset=%b\n" % name.encode())


QUESTION, QUARANTINED, AUTOMATIC = "question", "quarantined", "automatic"

ODD: dict[str, tuple[str, Callable[[], bytes]]] = {
    # Nothing, or next to nothing.
    "empty": (QUARANTINED, lambda: b""),
    "only-blanks": (QUARANTINED, lambda: b" \r\n\t\n"),
    "no-header": (AUTOMATIC, lambda: b"\nJust a text, without a header.\n"),
    "no-body": (QUESTION, lambda: HEAD % b"nobody"),
    "no-blank-line": (QUESTION, lambda: HEAD % b"noblank" + b"this is no header line"),
    "only-a-subject": (AUTOMATIC, lambda: b"Subject: x\n\n"),
    "nul": (QUESTION, lambda: plain("nul", b"a\x00b\x00c\n")),
    "all-octets": (QUESTION, lambda: plain("octets", bytes(range(256)) * 4)),
    "binary-header": (QUESTION, lambda: plain("binhead", b"x\n", b"X-Odd: \xff\xfe\x80\n")),
    "control-in-subject": (QUESTION, lambda: plain("control", b"x\n", b"X: \x1b[2J\x07\n")),
    # Who wrote it.
    "two-from": (AUTOMATIC, lambda: plain("twofrom", b"x\n", b"From: Eva <eva@example.org>\n")),
    "two-authors": (
        AUTOMATIC,
        lambda: b"From: a@example.org, b@example.org\nMessage-ID: <two@x>\nSubject: s\n\nx\n",
    ),
    "no-from": (AUTOMATIC, lambda: b"Subject: s\nMessage-ID: <nofrom@x>\n\nx\n"),
    "from-nonsense": (AUTOMATIC, lambda: b"From: <<>>@@\nMessage-ID: <nonsense@x>\nSubject: s\n\nx\n"),
    "from-long": (AUTOMATIC, lambda: b"From: " + b"a" * 5000 + b"@example.org\nMessage-ID: <long@x>\n\nx\n"),
    "from-group": (AUTOMATIC, lambda: b"From: undisclosed:;\nMessage-ID: <group@x>\nSubject: s\n\nx\n"),
    "from-newline": (
        QUESTION,
        lambda: b"From: Lies\n <lies@thuis.test>\nMessage-ID: <fold@x>\nSubject: s\n\nx\n",
    ),
    "name-injects": (
        QUESTION,
        lambda: (
            b"From: =?utf-8?q?x=0D=0ABcc=3A_e=40example=2Eorg?= <lies@thuis.test>\nMessage-ID: <inj@x>\n\nx\n"
        ),
    ),
    # Subjects.
    "subject-20000-words": (
        QUESTION,
        lambda: plain("words", b"x\n", b"Subject: " + b"=?utf-8?q?a?=\n " * 8000 + b"\n"),
    ),
    "subject-bad-charset": (QUESTION, lambda: plain("badcs", b"x\n", b"Subject: =?klingon?q?a=FF?=\n")),
    "subject-bad-base64": (QUESTION, lambda: plain("badb64", b"x\n", b"Subject: =?utf-8?b?a?=\n")),
    "subject-open-word": (QUESTION, lambda: plain("openword", b"x\n", b"Subject: =?utf-8?q?\n")),
    "subject-8-bit": (QUESTION, lambda: plain("eight", b"x\n", "Subject: Vráág ñ\n".encode("latin-1"))),
    "subject-utf8": (QUESTION, lambda: plain("smtputf8", b"x\n", "Subject: Vráág 🙂\n".encode())),
    "subject-folded-blank": (QUESTION, lambda: plain("foldblank", b"x\n", b"Subject: a\n \n b\n")),
    "header-endless-line": (QUESTION, lambda: plain("endless", b"x\n", b"X-Long: " + b"y" * 200_000 + b"\n")),
    "header-300-kB": (QUARANTINED, lambda: plain("kilo", b"x\n", b"X-A: b\n" * 45_000)),
    "header-5000-received": (QUESTION, lambda: plain("received", b"x\n", b"Received: a\n" * 5000)),
    "header-no-colon": (QUESTION, lambda: plain("nocolon", b"x\n", b"this line has none\n")),
    "header-colon-first": (QUESTION, lambda: plain("colon", b"x\n", b": nameless\n")),
    # Structure.
    "nested-10": (QUESTION, lambda: _nested(10)),
    "nested-25": (QUARANTINED, lambda: _nested(25)),
    "nested-1000": (QUARANTINED, lambda: _nested(1000)),
    "nested-20000-open": (QUARANTINED, lambda: _nested(15_000, close=False)),
    "parts-50": (QUESTION, lambda: _parts(50)),
    "parts-5000": (QUARANTINED, lambda: _parts(5000)),
    "boundary-missing": (QUESTION, lambda: plain("nobound", b"x\n", b"Content-Type: multipart/mixed\n")),
    "boundary-empty": (
        QUESTION,
        lambda: plain("embound", b"--\nx\n----\n", b'Content-Type: multipart/mixed; boundary=""\n'),
    ),
    "boundary-never-used": (
        QUESTION,
        lambda: plain("unbound", b"x\n", b"Content-Type: multipart/mixed; boundary=q\n"),
    ),
    "boundary-is-a-regex": (
        QUESTION,
        lambda: plain("regex", b"--(a+)+$\n\nx\n", b'Content-Type: multipart/mixed; boundary="(a+)+$"\n'),
    ),
    "boundary-not-closed": (
        QUESTION,
        lambda: plain("unclosed", b"--q\n\nx\n", b"Content-Type: multipart/mixed; boundary=q\n"),
    ),
    "boundary-huge": (
        QUESTION,
        lambda: plain(
            "hugebound", b"x\n", b"Content-Type: multipart/mixed; boundary=" + b"q" * 90_000 + b"\n"
        ),
    ),
    "multipart-empty": (
        QUESTION,
        lambda: plain("emptyparts", b"--q\n--q--\n", b"Content-Type: multipart/mixed; boundary=q\n"),
    ),
    "message-in-message": (
        QUESTION,
        lambda: plain("inmsg", b"Subject: inner\n\ninner\n", b"Content-Type: message/rfc822\n"),
    ),
    "partial": (
        QUESTION,
        lambda: plain("partial", b"x\n", b'Content-Type: message/partial; id="x"; number=1; total=9\n'),
    ),
    "external-body": (
        QUESTION,
        lambda: plain(
            "external", b"x\n", b"Content-Type: message/external-body; access-type=URL; URL=http://e\n"
        ),
    ),
    "type-garbage": (QUESTION, lambda: plain("garbage", b"x\n", b"Content-Type: ;;;===\n")),
    "type-no-slash": (QUESTION, lambda: plain("noslash", b"x\n", b"Content-Type: text\n")),
    "type-twice": (
        QUESTION,
        lambda: plain("twice", b"x\n", b"Content-Type: text/html\nContent-Type: text/plain\n"),
    ),
    "type-params-1000": (
        QUESTION,
        lambda: plain("params", b"x\n", b"Content-Type: text/plain" + b"; a*0=b" * 3000 + b"\n"),
    ),
    "type-rfc2231-nonsense": (
        QUESTION,
        lambda: plain("rfc2231", b"x\n", b"Content-Type: text/plain; name*1*=x''%ZZ; name*0*=q'q'%FF\n"),
    ),
    "name-charset-with-nul": (
        QUESTION,
        lambda: plain("nulname", b"x\n", b"Content-Type: text/plain; name*=a\x00b''x%ff\n"),
    ),
    "type-rfc2231-twice": (
        QUESTION,
        lambda: plain("rfctwice", b"x\n", b"Content-Type: text/plain; name*0=a; name=b; name*=c\n"),
    ),
    # Encodings that lie.
    "charset-unknown": (QUESTION, lambda: _charset("klingon", b"x\n")),
    "charset-lies-ascii": (QUESTION, lambda: _charset("us-ascii", "één\n".encode())),
    "charset-lies-utf8": (QUESTION, lambda: _charset("utf-8", "één\n".encode("cp1252"))),
    "charset-is-a-codec": (QUESTION, lambda: _charset("rot13", b"uryc\n")),
    "charset-is-zip": (QUESTION, lambda: _charset("zlib_codec", b"help\n")),
    "charset-utf7": (QUESTION, lambda: _charset("utf-7", b"+ADw-script+AD4-\n")),
    "charset-utf16": (QUESTION, lambda: _charset("utf-16", "hulp\n".encode("utf-16"))),
    "charset-with-nul-and-8-bit": (QUESTION, lambda: _charset("b\x00c", b"\xe9\xe9n\n")),
    "charset-with-nul": (QUESTION, lambda: _charset("a\x00b", b"x\n")),
    "base64-broken": (
        QUESTION,
        lambda: plain("b64", b"!!!not base64!!!\n", b"Content-Transfer-Encoding: base64\n"),
    ),
    "base64-good": (QUESTION, lambda: plain("b64ok", _b64("Hulp é"), b"Content-Transfer-Encoding: base64\n")),
    "quoted-printable-broken": (
        QUESTION,
        lambda: plain("qp", b"a=ZZ=\n=", b"Content-Transfer-Encoding: quoted-printable\n"),
    ),
    "encoding-unknown": (QUESTION, lambda: plain("cte", b"x\n", b"Content-Transfer-Encoding: rot\n")),
    "uuencode": (
        QUESTION,
        lambda: plain("uu", b"begin 644 a\n#86)C\n`\nend\n", b"Content-Transfer-Encoding: x-uuencode\n"),
    ),
    # HTML.
    "html-script": (
        QUESTION,
        lambda: plain("html", b"<script>alert(1)</script><p>Hulp</p>", b"Content-Type: text/html\n"),
    ),
    "html-deep": (QUESTION, lambda: plain("deep", b"<div>" * 20_000 + b"x", b"Content-Type: text/html\n")),
    "html-open-tag": (QUESTION, lambda: plain("open", b"<p <p <p x", b"Content-Type: text/html\n")),
    "html-entities": (
        QUESTION,
        lambda: plain("entity", b"&amp;lt;b&gt; &#0; &#xD800;", b"Content-Type: text/html\n"),
    ),
    "html-endless-reference": (
        QUESTION,
        lambda: plain("reference", b"<p>Hulp &#" + b"9" * 90_000 + b";", b"Content-Type: text/html\n"),
    ),
    "html-tags-never-closed": (
        QUESTION,
        lambda: plain("unclosed2", b"<p " * 80_000 + b"<script" * 9_000, b"Content-Type: text/html\n"),
    ),
    "html-fonts": (
        QUESTION,
        lambda: plain(
            "fonts",
            b"".join(b"<font a=%d>" % n for n in range(9000)) + b"<p>x" * 20_000,
            b"Content-Type: text/html\n",
        ),
    ),
    # Size.
    "text-900-kB": (QUESTION, lambda: plain("mega", b"hulp " * 180_000)),
    "size-20-MB": (QUARANTINED, lambda: plain("size", b"0123456789abcdef\n" * 1_230_000)),
    "one-line-900-kB": (QUESTION, lambda: plain("line", b"z" * 900_000)),
    # Machines, lists and loops.
    "auto-replied": (AUTOMATIC, lambda: plain("auto", b"x\n", b"Auto-Submitted: auto-replied\n")),
    "auto-no": (QUESTION, lambda: plain("autono", b"x\n", b"Auto-Submitted: no\n")),
    "bounce": (AUTOMATIC, lambda: plain("bounce", b"x\n", b"Return-Path: <>\n")),
    "report": (
        AUTOMATIC,
        lambda: plain("report", b"--q\n\nx\n--q--\n", b"Content-Type: multipart/report; boundary=q\n"),
    ),
    "list": (AUTOMATIC, lambda: plain("list", b"x\n", b"List-Id: <l.example.org>\n")),
    "precedence": (AUTOMATIC, lambda: plain("bulk", b"x\n", b"Precedence: bulk\n")),
    "own-address": (
        AUTOMATIC,
        lambda: b"From: vraag@thuis.test\nMessage-ID: <own@x>\nSubject: s\n\nx\n",
    ),
    "mailer-daemon": (
        AUTOMATIC,
        lambda: b"From: MAILER-DAEMON@example.org\nMessage-ID: <daemon@x>\nSubject: s\n\nx\n",
    ),
    "ids-10000": (
        QUESTION,
        lambda: plain("ids", b"x\n", b"References: " + b"<a@b>\n " * 10_000 + b"<c@d>\n"),
    ),
    "message-id-none": (QUESTION, lambda: b"From: lies@thuis.test\nSubject: no id\n\nx\n"),
    "message-id-hostile": (
        QUESTION,
        lambda: b"From: lies@thuis.test\nMessage-ID: <';DROP TABLE message;--@x>\nSubject: s\n\nx\n",
    ),
}
