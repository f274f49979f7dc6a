"""A router: what is behind it gets out under its address, and nothing gets in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.conftest import needs
from mailwijzer.lab import world
from mailwijzer.lab.world import World

pytestmark = [pytest.mark.lab, pytest.mark.slow]
NAT = Path(__file__).parent / "worlds" / "nat.yml"


@pytest.fixture(scope="module", params=["13", "12"])
def home(request: pytest.FixtureRequest) -> Iterator[World]:
    needs("13", request.param)
    with world.open(NAT, request.param) as opened:
        yield opened


def test_a_letter_from_behind_the_router_arrives_from_the_routers_address(home: World):
    sent = home.host("pc").run("swaks --server mx.thuis.test --from bea@thuis.test --to bea@thuis.test")
    assert sent.code == 0, sent.output
    waiting = "timeout 20 sh -c 'until cat /home/bea/Maildir/new/* 2>/dev/null; do sleep 0.05; done'"
    assert "(router.thuis.test [203.0.113.77])" in home.host("mx").check(waiting)


def test_a_ping_from_behind_the_router_comes_back(home: World):
    assert "1 received" in home.host("pc").check("ping -c1 -W5 203.0.113.25")


def test_hosts_behind_one_router_see_each_other_and_have_names_there(home: World):
    assert "1 received" in home.host("pc").check("ping -c1 -W5 printer.home.arpa")
    assert home.host("mx").check("dig +short printer.home.arpa") == ""


def test_nobody_outside_reaches_a_host_behind_the_router(home: World):
    mx, pc = home.host("mx"), home.host("pc")
    pc.check(
        "nc -l -p 8080 >/dev/null 2>&1 & timeout 5 sh -c 'until ss -Hltn sport = :8080 | grep .; do :; done'"
    )
    mx.check("ip route add 192.168.1.0/24 via 203.0.113.77 dev eth0")
    try:
        assert mx.run("nc -z -w1 192.168.1.10 8080").code == 1
        assert home.host("printer").run("nc -z -w5 192.168.1.10 8080").code == 0
    finally:
        mx.check("ip route del 192.168.1.0/24")


def test_from_behind_the_router_there_is_no_way_out_of_the_story(home: World):
    assert "Net Unreachable" in home.host("pc").run("ping -c1 -W2 9.9.9.9").output
