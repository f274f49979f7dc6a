"""Kamailio: registrar and proxy for the SIP addresses of its host's domain."""

from __future__ import annotations

import hashlib
from importlib import resources

from mailwijzer.lab.certs import FOLDER
from mailwijzer.lab.daemons.driver import Driver, Setting, kill, listening

_PID = "/run/kamailio/kamailio.pid"
CONFIG = "/etc/kamailio/kamailio.cfg"
_HEAD = """#!KAMAILIO
##!define WITH_RTPENGINE
#!substdef "!ADDRESS!{v4}!g"
#!substdef "!DOMAIN!{domain}!g"
"""
_TLS = """[server:default]
method = TLSv1.2+
verify_certificate = no
certificate = {cert}.pem
private_key = /etc/kamailio/tls.key

[client:default]
method = TLSv1.2+
verify_certificate = yes
ca_list = /etc/ssl/certs/ca-certificates.crt
"""
_TABLE = "id(int,auto) username(string) domain(string) password(string,null) ha1(string) ha1b(string,null) \n"
_PREPARE = """set -e
cp -n /usr/share/kamailio/dbtext/kamailio/version /etc/kamailio/dbtext/
install -o kamailio -g kamailio -m 400 {cert}.key /etc/kamailio/tls.key
chown -R kamailio:kamailio /etc/kamailio/dbtext; chmod 750 /etc/kamailio/dbtext"""


def configure(setting: Setting) -> None:
    """Write kamailio.cfg, tls.cfg and the table of users."""
    machine, plan = setting.machine, setting.plan
    domain, cert = plan.domain_or_own, f"{FOLDER}/{plan.fqdn}"
    body = resources.files(__package__).joinpath("kamailio.cfg").read_text(encoding="utf-8")
    head = _HEAD.format(v4=plan.v4, domain=domain)
    machine.write(CONFIG, head + body.partition("\n")[2])
    machine.write("/etc/kamailio/tls.cfg", _TLS.format(cert=cert))
    rows = (
        f"{number}:{user}:{domain}::{secret(user, domain, password)}:\n"
        for number, (user, password) in enumerate(plan.users.items(), 1)
    )
    machine.write("/etc/kamailio/dbtext/subscriber", _TABLE + "".join(rows))
    machine.check(_PREPARE.format(cert=cert))


def secret(user: str, realm: str, password: str) -> str:
    """HA1 of digest authentication with MD5 (RFC 2617 section 3.2.2.2)."""
    return hashlib.md5(f"{user}:{realm}:{password}".encode(), usedforsecurity=False).hexdigest()


DRIVER = Driver(
    unit="kamailio",
    description="Kamailio - the Open Source SIP Server",
    configure=configure,
    check=f"kamailio -c -f {CONFIG}",
    start="install -d -o kamailio -g kamailio /run/kamailio; "
    f"kamailio -u kamailio -g kamailio -P {_PID} -f {CONFIG} >>/var/log/kamailio.log 2>&1",
    stop=kill(_PID),
    reload="kamcmd tls.reload",
    ready=f"{listening(5060)} && {listening(5061)} && [ -S /run/kamailio/kamailio_ctl ]",
    pidfile=_PID,
    log="/var/log/kamailio.log",
)
