"""The stand-in for Mercury decides as the manual says, in each position of relay control."""

from __future__ import annotations

import pytest

from mailwijzer.lab.daemons.mercury_standin import may_pass, read

LAN, STRANGER = "192.168.1.7", "198.51.100.66"
BEA, ANNA, CARL = "bea@thuis.test", "anna@example.org", "carl@example.net"


def settings(relay: str, strict: str):
    return read(
        f"[MercuryS]\nRelay: {relay} # it says 0 or 1\nstrict_relay : {strict}\nAllow: 192.168.1.0\n"
        "[Domains]\nmx: thuis.test\nmx: mx.thuis.test\n"
    )


@pytest.mark.parametrize(
    ("sender", "recipient", "peer", "open_", "normal", "strict"),
    [
        (CARL, BEA, STRANGER, True, True, True),
        (BEA, BEA, STRANGER, True, True, True),
        (BEA, ANNA, STRANGER, True, True, False),
        (CARL, ANNA, STRANGER, True, False, False),
        (CARL, ANNA, LAN, True, True, True),
        (BEA, ANNA, LAN, True, True, True),
        ("", ANNA, STRANGER, True, False, False),
    ],
)
def test_who_may_send_in_each_position(
    sender: str, recipient: str, peer: str, open_: bool, normal: bool, strict: bool
):
    taken = [
        may_pass(settings(*keys), sender, recipient, peer) for keys in (("1", "0"), ("0", "0"), ("0", "1"))
    ]
    assert taken == [open_, normal, strict]
