"""Unbound: the resolver of one host, asking the world's own root."""

from __future__ import annotations

from mailwijzer.lab.daemons.driver import Driver, Setting, kill, listening
from mailwijzer.lab.dnssec import ANCHOR
from mailwijzer.lab.zones import zones

# Unbound answers for .test and for the documentation nets by itself; `nodefault` takes that away.
_CONF = """server:
    interface: 127.0.0.1
{lan}    username: "unbound"
    chroot: ""
    directory: "/etc/unbound"
    pidfile: "/run/unbound.pid"
    do-ip6: {six}
    module-config: "{modules}"
{anchor}    root-hints: "/etc/unbound/lab.hints"
    num-threads: 1
    local-zone: "test." nodefault
{more}
remote-control:
    control-enable: yes
    control-interface: /run/unbound.ctl
"""


def configure(setting: Setting) -> None:
    """Write unbound.conf, the root hints and resolv.conf."""
    machine, server = setting.machine, setting.story.resolver()
    reverse = [zone for zone in zones(setting.story) if zone.endswith(".arpa")]
    more = "\n".join(f'    local-zone: "{zone}." nodefault' for zone in reverse)
    six = "yes" if setting.plan.v6 else "no"
    hints = f". NS {server.fqdn}.\n{server.fqdn}. A {server.v4}\n"
    hints += f"{server.fqdn}. AAAA {server.v6}\n" if server.v6 else ""
    lan = _lan(setting) if setting.plan.lan else ""
    signed = setting.story.signed
    words = {
        "modules": "validator iterator" if signed else "iterator",
        "anchor": f'    trust-anchor-file: "{ANCHOR}"\n' if signed else "",
    }
    machine.write("/etc/unbound/unbound.conf", _CONF.format(six=six, more=more, lan=lan, **words))
    machine.write("/etc/unbound/lab.hints", hints)
    machine.write("/etc/resolv.conf", "nameserver 127.0.0.1\n")


def _lan(setting: Setting) -> str:
    """A router answers what stands behind it, and knows its names."""
    plan = setting.plan
    lines = [f"interface: {plan.lan.partition('/')[0]}", f"access-control: {plan.lan_network} allow"]
    lines += [f'local-data: "{client.fqdn}. A {client.v4}"' for client in setting.story.clients(plan)]
    return "".join(f"    {line}\n" for line in lines)


DRIVER = Driver(
    unit="unbound",
    description="Unbound DNS server",
    configure=configure,
    check="unbound-checkconf",
    start="unbound",
    stop=kill("/run/unbound.pid"),
    reload="kill -HUP $(cat /run/unbound.pid)",
    ready=listening(53),
    pidfile="/run/unbound.pid",
    log="",
)
