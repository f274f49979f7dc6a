from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwijzer.qa.secrets import PLACEHOLDERS, find, redact


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("mail to jan.peeters@telenet.be bounces", "mail", "jan.peeters@telenet.be"),
        ("connect from mail.x.be[81.82.83.84]", "ipv4", "81.82.83.84"),
        ("connect to [2a02:1810:4f1a::25]:25", "ipv6", "2a02:1810:4f1a::25"),
        ("password = hunter2!", "password", "hunter2!"),
        ("wachtwoord: Geheim123", "password", "Geheim123"),
        ("smtp_sasl_password=abc", "password", "abc"),
        ("C: AUTH PLAIN AGFubmEAZ2VoZWlt", "login", "AGFubmEAZ2VoZWlt"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", "key", None),
        ("token ghp_abcdefghijklmnopqrstuvwxyz0123", "token", "ghp_abcdefghijklmnopqrstuvwxyz0123"),
    ],
)
def test_what_tells_too_much_is_found_and_taken_out(text: str, kind: str, found: str | None) -> None:
    (one,) = find(text)
    assert (one.kind, one.text) == (kind, found or text)
    assert redact(text) == text.replace(one.text, PLACEHOLDERS[kind])
    assert find(redact(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "550 5.1.1 <nemo@thuis.test>: unknown",
        "anna@example.org at 192.0.2.1, 10.0.0.1, 127.0.0.1 and 2001:db8::1",
        "Postfix 3.10.13, RFC 5321 section 4.5.4.1, 5.7.26",
        "smtpd_sasl_auth_enable = yes; 12:34:56; fe80::1",
        "the password is wrong",
        "reject_rbl_client zen.spamhaus.org=127.0.0.[2..11]",
    ],
)
def test_what_tells_nothing_of_anybody_is_left_alone(text: str) -> None:
    assert find(text) == []
    assert redact(text) == text


def test_an_address_that_is_public_anyway_may_be_named() -> None:
    assert find("ask postmaster@thuis.be", public=["Postmaster@Thuis.be"]) == []


@given(st.text(max_size=400))
def test_taking_out_changes_nothing_but_what_was_found(text: str) -> None:
    found = find(text)
    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    if not found:
        assert redact(text) == text
