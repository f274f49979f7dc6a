"""Daemons that do not start: why stands in the journal, and in what a world says that cannot come up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mailwijzer.errors import MailwijzerError
from mailwijzer.lab import world
from mailwijzer.lab.machine import Machine
from mailwijzer.lab.world import World

from .conftest import needs

pytestmark = [pytest.mark.lab, pytest.mark.slow]
BROKEN = {
    "named": ("echo 'onzin;' >>/etc/bind/named.conf", "named.conf:14: unknown option 'onzin'"),
    "unbound": ("echo 'onzin: 1' >>/etc/unbound/unbound.conf", "unbound.conf:17: error: unknown keyword"),
    "dovecot": ("echo 'onzin = 1' >>/etc/dovecot/dovecot.conf", "Unknown setting: onzin"),
    "postgrey": ("echo POSTGREY_OPTS=--onzin >>/etc/default/postgrey", "Unknown option: onzin"),
    "opendkim": ("echo 'Onzin yes' >>/etc/opendkim.conf", "at line 12: unrecognized parameter"),
    "opendmarc": ("echo 'Onzin yes' >>/etc/opendmarc.conf", "at line 11: unrecognized parameter"),
    "clamav-daemon": ("echo 'Onzin yes' >>/etc/clamav/clamd.conf", "clamd.conf:7: Unknown option Onzin"),
    "spamd": ("rm /usr/sbin/spamd", "spamd: not found"),
    "rspamd": ("echo 'onzin {' >>/etc/rspamd/local.d/options.inc", "options.inc:5 unmatched open brace"),
    "postfix": ("postconf -e inet_protocols=ipv9", 'unknown inet_protocols value "ipv9"'),
}
PORTS = {
    "unbound": 53,
    "dovecot": 143,
    "postgrey": 10023,
    "opendkim": 8891,
    "opendmarc": 8893,
    "spamd": 783,
    "rspamd": 11332,
    "postfix": 25,
}
SQUAT = (
    "import pathlib, signal, socket; held = [socket.create_server(('', port)) for port in {ports}];"
    " pathlib.Path('/run/squatting').touch(); signal.pause()"
)
SAVED = "tar -C / -cf /root/saved.tar etc usr/sbin/spamd"


@pytest.fixture(scope="module", params=["13", "12"])
def everything(request: pytest.FixtureRequest) -> Iterator[World]:
    needs(request.param)
    needs(request.param, image="filter")
    path = Path(__file__).parent / "worlds" / "everything.yml"
    with world.open(path, request.param) as opened:
        opened.host("mx").check(SAVED)
        opened.host("ns").check(SAVED.removesuffix(" usr/sbin/spamd"))
        yield opened


@contextmanager
def stopped(machine: Machine, units: str) -> Iterator[None]:
    """Whatever happens to the configuration meanwhile, afterwards the units are as they were, and run."""
    machine.check(f"systemctl stop {units}")
    try:
        yield
    finally:
        machine.check(f"tar -C / -xf /root/saved.tar && systemctl start {units}")


@pytest.mark.parametrize("unit", BROKEN)
def test_what_is_wrong_in_its_configuration_stands_at_the_end_of_the_journal(everything: World, unit: str):
    machine = everything.host("ns" if unit == "named" else "mx")
    harm, reason = BROKEN[unit]
    with stopped(machine, unit):
        machine.check(harm)
        assert machine.run(f"systemctl start {unit}").code == 1
        assert reason in machine.check(f"journalctl -u {unit} -n 6")


def test_who_holds_its_port_is_told_and_nothing_counts_as_started(everything: World):
    mx, units = everything.host("mx"), " ".join(PORTS)
    with stopped(mx, units):
        mx.check(f'python3 -c "{SQUAT.format(ports=tuple(PORTS.values()))}" & echo $! >/root/squatter')
        try:
            mx.check("timeout 20 sh -c 'until [ -e /run/squatting ]; do sleep 0.02; done'")
            mx.run(f"for unit in {units}; do systemctl start $unit & done; wait", timeout=60)
            for unit, port in PORTS.items():
                assert f"port {port} is already in use by python3" in mx.check(f"journalctl -u {unit} -n 8")
                assert mx.run(f"systemctl is-active {unit}").output == "inactive\n"
        finally:
            mx.check("pid=$(cat /root/squatter); kill $pid; while [ -e /proc/$pid ]; do sleep 0.02; done")


def test_a_world_that_cannot_come_up_tells_of_every_host_why(tmp_path: Path):
    needs("13", "12")
    path = tmp_path / "w.yml"
    host = '  {0}: {{fqdn: {0}.a.test, v4: 192.0.2.{1}, release: "{1}", daemons: [postfix], {2}}}\n'
    wrong = "postfix: {inet_protocols: ipv9}"
    ns = "  ns: {fqdn: ns.a.test, v4: 192.0.2.1, daemons: [bind, unbound]}\n"
    path.write_text(f"title: x\nhosts:\n{ns}{host.format('old', 12, wrong)}{host.format('new', 13, wrong)}")
    with pytest.raises(MailwijzerError) as raised, world.open(path):
        pass
    told = str(raised.value)
    assert "unbound did not start on ns.a.test:" in told
    assert "port 53 is already in use by named" in told
    for host in ("old", "new"):
        _, _, said = told.partition(f"postfix did not start on {host}.a.test:")
        assert 'unknown inet_protocols value "ipv9"' in said
