"""A form's text on its way in, whatever characters it holds."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwijzer.locales import CODES, locale
from mailwijzer.service import form
from mailwijzer.service.body import RefusedBodyError, parse

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def _entered(**fields: str) -> form.Entered:
    return form.entered(parse(urlencode(fields).encode()))


@given(ANY)
def test_any_text_is_kept_to_the_letter_or_explained(text: str) -> None:
    entered = _entered(title="T", text=text)
    if form.errors(locale("en"), entered):
        return
    sent = text.replace("\r\n", "\n").replace("\r", "\n")
    assert entered.text == sent.strip("\n").rstrip(" \t\n")
    assert entered.text.strip()
    assert form.CONTROL.search(entered.text) is None


@given(ANY)
def test_what_is_shown_again_holds_no_control_character(text: str) -> None:
    assert form.CONTROL.search(form.visible(text)) is None
    assert len(form.visible(text)) == len(text)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_form_or_refused_never_an_accident(body: bytes) -> None:
    try:
        fields = parse(body)
    except RefusedBodyError:
        return
    for code in CODES:
        form.errors(locale(code), form.entered(fields))


@pytest.mark.parametrize(
    "address", ["a@b.example", "jos.o'neill+x@mail.example.org", "jóś@bücher.example", ""]
)
def test_mail_addresses_pass(address: str) -> None:
    assert form.errors(locale("nl"), _entered(title="T", text="t", address=address)) == []


@pytest.mark.parametrize(
    "address",
    ["nobody", "a@b", "a b@c.example", "a@b@c.example", "a@b.example, c@d.example", "<a@b.example>"],
)
def test_what_is_no_mail_address_is_told(address: str) -> None:
    (error,) = form.errors(locale("nl"), _entered(title="T", text="t", address=address))
    assert error.field == "address"
