"""Pebble: a certificate authority that speaks ACME (RFC 8555), made by Let's Encrypt for tests."""

from __future__ import annotations

import json
from collections.abc import Iterable

from mailwijzer.lab import certs
from mailwijzer.lab.daemons.driver import Driver, Setting, listening
from mailwijzer.lab.machine import Machine

_CONFIG = "/etc/pebble.json"
_PID = "/run/pebble.pid"
# The two variables take away what Pebble does to trouble clients: it dawdles, and refuses good nonces.
_RUN = f"PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT=0 pebble -config {_CONFIG} -dnsserver"
_ROOT = 'import urllib.request as u; print(u.urlopen("https://{fqdn}:15000/roots/0").read().decode())'


def configure(setting: Setting) -> None:
    """Write its configuration: directory at https://acme.DOMAIN/dir, validation on the usual ports."""
    plan = setting.plan
    own = f"{certs.FOLDER}/{plan.fqdn}"
    told = {
        "listenAddress": "0.0.0.0:443",
        "managementListenAddress": "0.0.0.0:15000",
        "certificate": f"{own}.pem",
        "privateKey": f"{own}.key",
        "httpPort": 80,
        "tlsPort": 443,
        "ocspResponderURL": "",
        "externalAccountBindingRequired": False,
    }
    setting.machine.write(_CONFIG, json.dumps({"pebble": told}, indent=2) + "\n")
    setting.machine.write("/etc/default/pebble", f"DNS={setting.story.resolver().v4}:53\n")


def spread(authority: Machine, machines: Iterable[Machine]) -> None:
    """Let all machines trust the root that Pebble has made for itself; a restart makes another."""
    root = authority.check(f"python3 -c '{_ROOT.format(fqdn=authority.fqdn)}'")
    for machine in machines:
        machine.write("/usr/local/share/ca-certificates/pebble.crt", root)
        machine.check("cat /usr/local/share/ca-certificates/pebble.crt >>/etc/ssl/certs/ca-certificates.crt")


DRIVER = Driver(
    unit="pebble",
    description="Pebble ACME certificate authority",
    configure=configure,
    check=f"[ -s {_CONFIG} ]",
    start=f". /etc/default/pebble; {_RUN} $DNS >>/var/log/pebble.log 2>&1 & echo $! >{_PID}",
    stop=f"kill $(cat {_PID})",
    reload="true",
    ready=listening(443),
    pidfile=_PID,
    log="/var/log/pebble.log",
)
