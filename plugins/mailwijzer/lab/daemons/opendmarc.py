"""OpenDMARC: looks SPF up itself, and refuses what the owner of the visible domain wants refused."""

from __future__ import annotations

from mailwijzer.lab.daemons.driver import Driver, Setting, kill, listening

PORT = 8893

_CONF = """Syslog no
AuthservID {fqdn}
TrustedAuthservIDs {fqdn}
Socket inet:{port}@localhost
PidFile /run/opendmarc/opendmarc.pid
UserID opendmarc
RejectFailures true
SPFSelfValidate true
SPFIgnoreResults true
IgnoreAuthenticatedClients true
"""


def configure(setting: Setting) -> None:
    """Write opendmarc.conf."""
    setting.machine.write("/etc/opendmarc.conf", _CONF.format(fqdn=setting.plan.fqdn, port=PORT))
    setting.machine.check("mkdir -p /run/opendmarc; chown opendmarc:opendmarc /run/opendmarc")


DRIVER = Driver(
    unit="opendmarc",
    description="OpenDMARC Milter",
    configure=configure,
    check="opendmarc -n -c /etc/opendmarc.conf",
    start="opendmarc -c /etc/opendmarc.conf",
    stop=kill("/run/opendmarc/opendmarc.pid"),
    reload="kill -USR1 $(cat /run/opendmarc/opendmarc.pid)",
    ready=listening(PORT),
    pidfile="/run/opendmarc/opendmarc.pid",
    log="",
)
