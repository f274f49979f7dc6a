"""The wires: every machine on one bridge, documentation addresses only, and no way out.

A router has a second leg on a bridge of its own, and what stands behind it hangs there.
"""

from __future__ import annotations

from mailwijzer.lab.ground import Ground, number_on_ground
from mailwijzer.lab.machine import Machine
from mailwijzer.lab.story import HostPlan, Story

# RFC 5737 and RFC 3849: addresses for documentation. Nothing routes to anywhere else, on purpose.
_NETS = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
_NET6 = "2001:db8::/32"

FIREWALL = "/etc/nftables.conf"
_RULES = """#!/usr/sbin/nft -f
flush ruleset

table ip nat {{
    chain postrouting {{
        type nat hook postrouting priority srcnat; policy accept;
        oifname "eth0" ip saddr {lan} masquerade
    }}
}}
table inet filter {{
    chain forward {{
        type filter hook forward priority filter; policy drop;
        iifname "eth1" oifname "eth0" accept
        ct state established,related accept
    }}
}}
"""


def connect(ground: Ground, machines: list[tuple[Machine, HostPlan]]) -> None:
    """Lay a cable from each machine to its bridge, and a second one from each router to its clients'."""
    lines: list[str] = []
    bridges = {"": "br0"}
    for number, (machine, plan) in enumerate(machines):
        if plan.lan:
            bridges[machine.name] = f"lan{number}"
            lines += [f"link add lan{number} type bridge", f"link set lan{number} up"]
            lines += _cable(f"inner{number}", machine, "eth1", f"lan{number}")
    for number, (machine, plan) in enumerate(machines):
        lines += _cable(f"port{number}", machine, "eth0", bridges[plan.behind])
    ground.links("\n".join(lines) + "\n")


def _cable(port: str, machine: Machine, leg: str, bridge: str) -> list[str]:
    peer = f"peer name {leg} netns {number_on_ground(machine.pid)}"
    return [f"link add {port} type veth {peer}", f"link set {port} master {bridge} up"]


def addresses(plan: HostPlan, story: Story) -> str:
    """The commands with which a machine takes its addresses, and a router begins its work."""
    lines = ["link set eth0 up"]
    if plan.behind:
        length = story.hosts[plan.behind].lan_network.prefixlen
        lines += [f"addr add {plan.v4}/{length} dev eth0", f"route add default via {story.gateway(plan)}"]
    else:
        lines.append(f"addr add {plan.v4}/32 dev eth0")
        lines += [f"route add {net} dev eth0 src {plan.v4}" for net in _NETS]
    if plan.v6:
        lines += [f"addr add {plan.v6}/128 dev eth0 nodad", f"route add {_NET6} dev eth0 src {plan.v6}"]
    if plan.lan:
        lines += ["link set eth1 up", f"addr add {plan.lan} dev eth1"]
    taken = "ip -batch - <<'END'\n" + "\n".join(lines) + "\nEND"
    return f"{taken}\n{_route(plan)}" if plan.lan else taken


def _route(plan: HostPlan) -> str:
    rules = _RULES.format(lan=plan.lan_network)
    return f"cat >{FIREWALL} <<'END'\n{rules}END\nnft -f {FIREWALL}\necho 1 >/proc/sys/net/ipv4/ip_forward"
