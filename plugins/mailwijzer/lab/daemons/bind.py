"""BIND: the root and every zone of the world, authoritative, on the host `ns`."""

from __future__ import annotations

from mailwijzer.lab.daemons.driver import Driver, Setting, listening
from mailwijzer.lab.zones import zones

# Without `empty-zones-enable no`, BIND answers for the documentation nets by itself.
_OPTIONS = """options {
	directory "/var/cache/bind";
	recursion no;
	listen-on { any; };
	listen-on-v6 { any; };
	empty-zones-enable no;
	dnssec-validation no;
};
"""

_FOLDERS = """set -e; mkdir -p /run/named; : >>/var/log/named.log
chown bind:bind /run/named /var/log/named.log
[ -e /etc/bind/rndc.key ] || rndc-confgen -a -u bind"""


def write_zones(setting: Setting) -> dict[str, str]:
    """Write one file per zone; zone -> its path."""
    files = {zone: f"/etc/bind/db.{'root' if zone == '.' else zone}" for zone in zones(setting.story)}
    for zone, text in zones(setting.story).items():
        setting.machine.write(files[zone], text)
    return files


def configure(setting: Setting) -> None:
    """Write named.conf and one file per zone."""
    machine, declared = setting.machine, [_OPTIONS]
    signed = ".signed" if setting.story.signed else ""
    for zone, file in write_zones(setting).items():
        declared.append(f'zone "{zone}" {{ type primary; file "{file}{signed}"; }};\n')
    machine.write("/etc/bind/named.conf", "".join(declared))
    machine.write("/etc/resolv.conf", f"nameserver {setting.plan.v4}\n")
    machine.check(_FOLDERS)


DRIVER = Driver(
    unit="named",
    description="BIND Domain Name Server",
    configure=configure,
    check="named-checkconf -z /etc/bind/named.conf",
    start="named -u bind -c /etc/bind/named.conf -L /var/log/named.log",
    stop="rndc stop",
    reload="rndc reload",
    ready=listening(53),
    pidfile="/run/named/named.pid",
    log="/var/log/named.log",
)
