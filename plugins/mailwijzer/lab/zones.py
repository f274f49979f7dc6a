"""The names of a world: every zone from the root down, forward and reverse, as zone files. Pure."""

from __future__ import annotations

import ipaddress
from collections import defaultdict

from mailwijzer.lab.story import HostPlan, Story

_HEAD = "$TTL 3600\n@ SOA {ns}. hostmaster.{ns}. 2026112401 7200 900 1209600 300\n@ NS {ns}.\n"

# RFC 3263 section 4.2: where a domain's SIP server is, per transport.
_SIP = (
    "_sip._udp.{domain}. SRV 10 10 5060 {host}.",
    "_sip._tcp.{domain}. SRV 10 10 5060 {host}.",
    "_sips._tcp.{domain}. SRV 10 10 5061 {host}.",
)


def zones(story: Story) -> dict[str, str]:
    """Zone name (the root is `.`) -> text of its zone file."""
    rows: dict[str, list[str]] = defaultdict(list)
    for plan in story.hosts.values():
        if plan.behind:
            continue
        home = registered(plan.fqdn)
        for address in filter(None, (plan.v4, plan.v6)):
            kind = "AAAA" if ":" in address else "A"
            rows[home].append(f"{plan.fqdn}. {kind} {address}")
            pointer = ipaddress.ip_address(address).reverse_pointer
            rows[reverse_zone(address)].append(f"{pointer}. PTR {plan.fqdn}.")
        if "pebble" in plan.daemons:
            rows[home].append(f"{acme(plan)}. CNAME {plan.fqdn}.")
        if plan.domain and "kamailio" in plan.daemons:
            rows[plan.domain] += [row.format(domain=plan.domain, host=plan.fqdn) for row in _SIP]
        elif plan.domain:
            rows[plan.domain].append(f"{plan.domain}. MX 10 {plan.fqdn}.")
    for zone, more in story.zones.items():
        rows[zone].extend(more)
    server = story.resolver()
    known = sorted(rows)
    rows["."] = [f"{zone}. NS {server.fqdn}." for zone in known]
    rows["."] += [f"{server.fqdn}. {kind} {ip}" for kind, ip in (("A", server.v4), ("AAAA", server.v6)) if ip]
    head = _HEAD.format(ns=server.fqdn)
    return {zone: head + "".join(f"{row}\n" for row in listed) for zone, listed in sorted(rows.items())}


def acme(plan: HostPlan) -> str:
    """The name of an ACME authority: https://NAME/dir is its directory."""
    return f"acme.{registered(plan.fqdn)}"


def registered(name: str) -> str:
    """The registered domain of a host name in this world: its last two labels."""
    return ".".join(name.split(".")[-2:])


def reverse_zone(address: str) -> str:
    """The zone of an address's PTR record: /24 for IPv4, /32 for IPv6."""
    labels = ipaddress.ip_address(address).reverse_pointer.split(".")
    return ".".join(labels[1:] if ":" not in address else labels[24:])
