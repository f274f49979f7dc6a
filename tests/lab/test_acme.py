"""Pebble and certbot: a certificate by ACME, trusted by everybody in the world."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.conftest import needs
from mailwijzer.lab import world
from mailwijzer.lab.world import World

pytestmark = [pytest.mark.lab, pytest.mark.slow]
ACME = Path(__file__).parent / "worlds" / "acme.yml"
CERTBOT = (
    "certbot certonly --standalone --non-interactive --agree-tos -m bea@thuis.test"
    " --server https://acme.example.net/dir -d {name}"
)
LOOK = "openssl s_client -connect mx.thuis.test:993 -verify_return_error </dev/null 2>&1"


@pytest.fixture(scope="module", params=["13", "12"])
def web(request: pytest.FixtureRequest) -> Iterator[World]:
    needs("13", request.param)
    with world.open(ACME, request.param) as opened:
        yield opened


def test_dovecot_serves_a_certificate_from_certbot_that_the_laptop_trusts(web: World):
    mx = web.host("mx")
    got = mx.run(CERTBOT.format(name="mx.thuis.test"))
    assert got.code == 0, got.output
    assert "Successfully received certificate" in got.output
    live = "/etc/letsencrypt/live/mx.thuis.test"
    mx.check(f"sed -i 's|/etc/ssl/lab/mx.thuis.test.pem|{live}/fullchain.pem|' /etc/dovecot/dovecot.conf")
    mx.check(f"sed -i 's|/etc/ssl/lab/mx.thuis.test.key|{live}/privkey.pem|' /etc/dovecot/dovecot.conf")
    mx.check("systemctl reload dovecot")
    seen = web.host("laptop").run(LOOK)
    assert seen.code == 0, seen.output
    assert "Pebble Intermediate CA" in seen.output


def test_a_name_that_points_elsewhere_gets_no_certificate(web: World):
    got = web.host("mx").run(CERTBOT.format(name="laptop.thuis.test"))
    assert got.code == 1
    assert "Certbot failed to authenticate some domains" in got.output
