"""The wires: every machine on one bridge, documentation addresses only, and no way out."""

from __future__ import annotations

from mailwijzer.lab.ground import Ground, number_on_ground
from mailwijzer.lab.machine import Machine
from mailwijzer.lab.story import HostPlan

# RFC 5737 and RFC 3849: addresses for documentation. Nothing routes to anywhere else, on purpose.
_NETS = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
_NET6 = "2001:db8::/32"


def connect(ground: Ground, machines: list[tuple[Machine, HostPlan]]) -> None:
    """Lay a cable from each machine to the bridge, and give the machine its addresses and routes."""
    lines = []
    for number, (machine, _) in enumerate(machines):
        peer = f"peer name eth0 netns {number_on_ground(machine.pid)}"
        lines += [f"link add port{number} type veth {peer}", f"link set port{number} master br0 up"]
    ground.links("\n".join(lines) + "\n")


def addresses(plan: HostPlan) -> str:
    """The commands with which a machine takes its addresses."""
    lines = [f"addr add {plan.v4}/32 dev eth0", "link set eth0 up"]
    lines += [f"route add {net} dev eth0 src {plan.v4}" for net in _NETS]
    if plan.v6:
        lines += [f"addr add {plan.v6}/128 dev eth0 nodad", f"route add {_NET6} dev eth0 src {plan.v6}"]
    return "ip -batch - <<'END'\n" + "\n".join(lines) + "\nEND"
