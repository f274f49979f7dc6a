"""OpenDKIM: signs what a host sends for its domain, and judges the signatures of what comes in."""

from __future__ import annotations

from mailwijzer.lab import dkim
from mailwijzer.lab.daemons.driver import Driver, Setting, kill, listening
from mailwijzer.lab.zones import zones

PORT = 8891

_CONF = """Syslog no
UMask 007
Mode {mode}
Canonicalization relaxed/simple
OversignHeaders From
AlwaysAddARHeader yes
AuthservID {fqdn}
Socket inet:{port}@localhost
PidFile /run/opendkim/opendkim.pid
UserID opendkim
ResolverConfiguration /etc/opendkim-resolver.conf
"""

_SIGN = "Domain {domain}\nSelector {selector}\nKeyFile {folder}/{selector}.private\n"

# Built on libunbound, which answers for .test and the documentation nets by itself, as Unbound does.
_RESOLVER = 'server:\n  module-config: "iterator"\n  do-ip6: {six}\n  root-hints: "/etc/unbound/lab.hints"\n'


def configure(setting: Setting) -> None:
    """Write opendkim.conf; with a selector it signs what the host sends for its domain."""
    machine, plan = setting.machine, setting.plan
    text = _CONF.format(mode="sv" if plan.dkim else "v", fqdn=plan.fqdn, port=PORT)
    if plan.dkim:
        text += _SIGN.format(domain=plan.domain, selector=plan.dkim, folder=dkim.FOLDER)
    machine.write("/etc/opendkim.conf", text)
    reverse = [zone for zone in zones(setting.story) if zone.endswith(".arpa")]
    local = "".join(f'  local-zone: "{zone}" nodefault\n' for zone in ("test.", *reverse))
    machine.write("/etc/opendkim-resolver.conf", _RESOLVER.format(six="yes" if plan.v6 else "no") + local)
    machine.check("mkdir -p /run/opendkim; chown opendkim:opendkim /run/opendkim")


DRIVER = Driver(
    unit="opendkim",
    description="OpenDKIM Milter",
    configure=configure,
    check="opendkim -n -x /etc/opendkim.conf",
    start="opendkim -x /etc/opendkim.conf",
    stop=kill("/run/opendkim/opendkim.pid"),
    reload="kill -USR1 $(cat /run/opendkim/opendkim.pid)",
    ready=listening(PORT),
    pidfile="/run/opendkim/opendkim.pid",
    log="",
)
