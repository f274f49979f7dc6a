"""SIP on real daemons: Kamailio, rtpengine, baresip and SIPp, one telephone behind a router."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lab.conftest import WORLD, needs
from mailwijzer.lab import world
from mailwijzer.lab.machine import Machine
from mailwijzer.lab.world import World
from mailwijzer.snippets.host import Ran

pytestmark = [pytest.mark.lab, pytest.mark.slow]
SCENARIOS = Path(__file__).parent / "sipp"
ADDRESS = {"anna": "198.51.100.20", "bea": "192.168.1.10"}
PASSWORD = {"anna": "Het-Orkest-2026", "bea": "Ons-Huis-2026"}
DIAL = "baresip -f /etc/baresip -t 6 -e '/dial sip:bea@thuis.test'"
ASK = """
import random, socket, ssl, sys
method, uri, sender, transport = sys.argv[1:]
if transport == "TLS":
    raw = socket.create_connection(("sip.thuis.test", 5061), timeout=10)
    link = ssl.create_default_context().wrap_socket(raw, server_hostname="sip.thuis.test")
else:
    link = socket.socket(type=socket.SOCK_DGRAM)
    link.settimeout(10)
    link.connect(("203.0.113.60", 5060))
number = random.randrange(10**9)
lines = [f"{method} {uri} SIP/2.0", f"Via: SIP/2.0/{transport} 198.51.100.20;branch=z9hG4bK{number};rport",
    "Max-Forwards: 70", f"From: <{sender}>;tag=1", f"To: <{uri}>", f"Call-ID: {number}", f"CSeq: 1 {method}",
    "Contact: <sip:x@198.51.100.20>", "Content-Length: 0", "", ""]
link.send("\\r\\n".join(lines).encode())
while True:
    status = link.recv(4096).decode().splitlines()[0].removeprefix("SIP/2.0 ")
    if not status.startswith("1"):
        print(status)
        break
"""


@pytest.fixture(scope="module", params=["13", "12"])
def sip(request: pytest.FixtureRequest) -> Iterator[World]:
    needs("13")
    needs(request.param, image="sip")
    with world.open(WORLD.with_name("sip.yml"), request.param) as opened:
        yield opened


def sipp(host: Machine, scenario: str, *, password: str = "", port: int = 5070, more: str = "") -> Ran:
    """Play a scenario once; the output is what was sent and received."""
    user = host.name
    host.write("/tmp/s.xml", (SCENARIOS / f"{scenario}.xml").read_text())
    login = f"[authentication username={user} password={password or PASSWORD[user]}]"
    host.write("/tmp/users.csv", f"SEQUENTIAL\n{user};{login}\n")
    options = f"-sf /tmp/s.xml -inf /tmp/users.csv -m 1 -i {ADDRESS[user]} -p {port} -nostdin -timeout 15s"
    trace = f"-trace_msg -message_file /tmp/{scenario}.log -message_overwrite true"
    play = f"sipp {options} {trace} {more} sip.thuis.test >/tmp/out 2>&1; rc=$?; cat /tmp/{scenario}.log"
    return host.run(f"{play}; exit $rc", timeout=30)


def ask(sip: World, method: str, uri: str, *, sender: str = "sip:x@example.com", tls: bool = False) -> str:
    """Send one request from Anna's host; the status line of the final answer."""
    sip.host("anna").write("/tmp/ask.py", ASK)
    asked = f"python3 /tmp/ask.py {method} {uri} {sender} {'TLS' if tls else 'UDP'}"
    return sip.host("anna").check(asked, timeout=15).strip()


@pytest.mark.parametrize("transport", ["u1", "t1"])
def test_a_telephone_registers_once_it_has_answered_the_challenge(sip: World, transport: str):
    ran = sipp(sip.host("anna"), "register", more=f"-t {transport}")
    assert ran.code == 0, ran.output
    assert re.findall(r"^SIP/2.0 (\d+)", ran.output, re.MULTILINE) == ["401", "200"]
    assert 'Digest realm="thuis.test"' in ran.output


def test_a_wrong_password_is_challenged_again(sip: World):
    ran = sipp(sip.host("anna"), "register", password="guess")
    assert ran.code == 1
    assert re.findall(r"^SIP/2.0 (\d+)", ran.output, re.MULTILINE)[:2] == ["401", "401"]


def test_the_server_answers_over_tls_with_a_certificate_for_its_name(sip: World):
    assert ask(sip, "OPTIONS", "sip:thuis.test", tls=True) == "200 OK"


def test_versions_of_what_speaks_sip_come_from_the_host(sip: World):
    found = sip.host("sip").versions()
    assert found["kamailio"].startswith({"12": "5.6.", "13": "6.0."}[sip.release])
    assert {"sipp", "baresip", "rtpengine"} <= found.keys()


def test_names_lead_to_the_server_per_transport(sip: World):
    asked = "dig +short SRV _sip._udp.thuis.test; dig +short SRV _sips._tcp.thuis.test"
    assert sip.host("anna").check(asked) == "10 10 5060 sip.thuis.test.\n10 10 5061 sip.thuis.test.\n"


def test_the_domain_prefers_tls_and_its_phones_follow(sip: World):
    first = sip.host("anna").check("dig +short NAPTR thuis.test | sort | head -1")
    assert first == '10 10 "s" "SIPS+D2T" "" _sips._tcp.thuis.test.\n'
    assert ";transport=tls" in sip.host("sip").check("kamcmd ul.lookup location bea@thuis.test")


def test_daemons_agree_with_their_configuration_and_answer_systemctl(sip: World):
    server = sip.host("sip")
    assert server.run("kamailio -c").code == 0
    assert server.run("systemctl is-active kamailio rtpengine-daemon").output == "active\nactive\n"
    server.check("systemctl restart rtpengine-daemon; systemctl reload kamailio")


def test_a_call_goes_from_invite_to_bye_through_the_router(sip: World):
    anna, bea = sip.host("anna"), sip.host("bea")
    bea.check("systemctl stop baresip")
    try:
        registered = sipp(bea, "register", port=5060)
        assert "received=203.0.113.77" in registered.output, registered.output
        with ThreadPoolExecutor(1) as pool:
            answered = pool.submit(sipp, bea, "callee", port=5060)
            bea.check("timeout 5 sh -c 'until ss -Hlun sport = :5060 | grep -q .; do sleep 0.05; done'")
            called = sipp(anna, "caller")
            picked_up = answered.result()
    finally:
        bea.check("systemctl start baresip")
    assert (called.code, picked_up.code) == (0, 0), called.output + picked_up.output
    codes = re.findall(r"^SIP/2.0 (\d+)", called.output, re.MULTILINE)
    assert (codes[0], codes[-3:]) == ("407", ["180", "200", "200"])
    assert "c=IN IP4 192.168.1.10" in called.output


def test_a_stranger_may_call_who_is_here_and_nobody_else(sip: World):
    assert ask(sip, "INVITE", "sip:bea@example.net") == "403 Not relaying"
    assert ask(sip, "INVITE", "sip:nobody@thuis.test") == "404 Not Found"


def test_nobody_calls_in_the_name_of_a_user_without_the_password(sip: World):
    asked = ask(sip, "INVITE", "sip:bea@thuis.test", sender="sip:anna@thuis.test")
    assert asked == "407 Proxy Authentication Required"


def sound(sip: World) -> tuple[int, int]:
    """Packets that Anna's telephone received, and that it could not send, in a call to Bea's."""
    anna = sip.host("anna")
    anna.check("systemctl stop baresip")
    try:
        said = anna.check(DIAL)
    finally:
        anna.check("systemctl start baresip")
    received = re.search(r"packets:\s+\d+\s+(\d+)", said)
    errors = re.search(r"errors:\s+(\d+)", said)
    assert received, said
    assert errors, said
    return int(received[1]), int(errors[1])


def test_sound_goes_one_way_from_behind_a_router_and_both_ways_through_the_relay(sip: World):
    server, bea = sip.host("sip"), sip.host("bea")
    received, errors = sound(sip)
    assert received > 50
    assert errors > 50
    assert re.search(r"packets:\s+\d+\s+0\n", bea.read("/var/log/baresip.log"))
    switch = (
        "sed -i '/define WITH_RTPENGINE/s/^#*!/{}/' /etc/kamailio/kamailio.cfg; systemctl restart kamailio"
    )
    try:
        server.check(switch.format("#!"))
        bea.check("systemctl restart baresip")
        received, errors = sound(sip)
        assert received > 50
        assert errors == 0
        heard = re.findall(r"packets:\s+\d+\s+(\d+)\n", bea.read("/var/log/baresip.log"))
        assert int(heard[-1]) > 50
    finally:
        server.check(switch.format("##!"))
        bea.check("systemctl restart baresip")
