"""DANE: the hash of a mail server's key, in the zone of its name (RFC 7672)."""

from __future__ import annotations

from collections.abc import Mapping

from mailwijzer.lab.certs import FOLDER
from mailwijzer.lab.machine import Machine
from mailwijzer.lab.story import Story
from mailwijzer.lab.zones import registered

_HASH = "openssl x509 -in {folder}/{fqdn}.pem -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum"

# RFC 7672 section 3.1.1: the server's own key (3), of it the public key (1), as SHA-256 (1).
_RECORD = "_25._tcp.{fqdn}. TLSA 3 1 1 {digest}"


def publish(story: Story, machines: Mapping[str, Machine]) -> Story:
    """The story with a TLSA record for each host that wants one; their certificates must be there."""
    zones = {zone: list(rows) for zone, rows in story.zones.items()}
    for name, plan in story.hosts.items():
        if plan.dane:
            digest = machines[name].check(_HASH.format(folder=FOLDER, fqdn=plan.fqdn)).split()[0]
            record = _RECORD.format(fqdn=plan.fqdn, digest=digest)
            zones.setdefault(registered(plan.fqdn), []).append(record)
    return story.model_copy(update={"zones": {zone: tuple(rows) for zone, rows in zones.items()}})
