"""Postfix: on top of Debian's own main.cf, what the story needs and nothing else."""

from __future__ import annotations

import shlex

from mailwijzer.lab.certs import FOLDER
from mailwijzer.lab.daemons import opendkim, opendmarc, rspamd
from mailwijzer.lab.daemons.driver import Driver, Setting, listening

_SERVICES = {
    "submission": ("smtpd_tls_security_level=encrypt",),
    "submissions": ("smtpd_tls_wrappermode=yes",),
}
_LOGIN = ("smtpd_sasl_auth_enable=yes", "smtpd_relay_restrictions=permit_sasl_authenticated,reject")


# Postfix waits until its file has been left alone for two seconds. Here it has been written out.
_AGED = "touch -d '1 minute ago' /etc/postfix/main.cf /etc/postfix/master.cf"


def parameters(setting: Setting) -> dict[str, str]:
    """What is set in main.cf besides Debian's defaults."""
    plan = setting.plan
    domain = plan.domain_or_own
    chosen = {
        "myhostname": plan.fqdn,
        "mydomain": domain,
        "myorigin": domain,
        "mydestination": f"$myhostname, {domain}, localhost.{domain}, localhost",
        "inet_interfaces": "all",
        # The choice between the two is made by lot otherwise, and the transcript differs from run to run.
        "inet_protocols": "all" if plan.v6 else "ipv4",
        "smtp_address_preference": "ipv4",
        "maillog_file": "/var/log/mail.log",
        "home_mailbox": "Maildir/",
        "mailbox_command": "",
        "mynetworks": "127.0.0.0/8",
        "relayhost": "",
        "smtpd_tls_cert_file": f"{FOLDER}/{plan.fqdn}.pem",
        "smtpd_tls_key_file": f"{FOLDER}/{plan.fqdn}.key",
        "smtpd_tls_security_level": "may",
        "smtp_tls_security_level": "may",
        "smtp_tls_CAfile": "/etc/ssl/certs/ca-certificates.crt",
        "smtp_tls_loglevel": "1",
    }
    return chosen | _partners(setting) | plan.postfix


def _partners(setting: Setting) -> dict[str, str]:
    """What connects it with the other daemons of its host."""
    plan = setting.plan
    chosen: dict[str, str] = {}
    if plan.submission:
        chosen |= {"smtpd_sasl_type": "dovecot", "smtpd_sasl_path": "private/auth"}
    if plan.dane:
        chosen |= {"smtp_dns_support_level": "dnssec", "smtp_tls_security_level": "dane"}
    if "lmtp" in plan.protocols:
        chosen["mailbox_transport"] = "lmtp:unix:private/dovecot-lmtp"
    ports = {"opendkim": opendkim.PORT, "opendmarc": opendmarc.PORT, "rspamd": rspamd.PORT}
    milters = " ".join(f"inet:localhost:{port}" for name, port in ports.items() if name in plan.daemons)
    if milters:
        chosen |= {"smtpd_milters": milters, "non_smtpd_milters": "$smtpd_milters"}
    return chosen


def configure(setting: Setting) -> None:
    """Set the parameters, and open the services for users who log in."""
    set_ = " ".join(shlex.quote(f"{name}={value}") for name, value in parameters(setting).items())
    # Debian's answer "Local only" set these two; the story's servers do talk to others.
    lines = ["set -e", f"postconf -e {set_}", "postconf -X default_transport relay_transport"]
    for service, own in _SERVICES.items() if setting.plan.submission else ():
        lines.append(f"postconf -M '{service}/inet={service} inet n - y - - smtpd'")
        options = (f"syslog_name=postfix/{service}", *own, *_LOGIN)
        lines.append("postconf -P " + " ".join(f"'{service}/inet/{option}'" for option in options))
    lines.append(_AGED)
    setting.machine.check("\n".join(lines))


DRIVER = Driver(
    unit="postfix",
    description="Postfix Mail Transport Agent",
    configure=configure,
    # On Debian 12 it tells its faults to a terminal, or else to a log that it cannot open yet.
    check="script -qec 'postfix check' /dev/null",
    start="postfix start",
    stop="postfix stop",
    reload=f"{_AGED}; postfix reload",
    ready=listening(25),
    pidfile="/var/spool/postfix/pid/master.pid",
    log="/var/log/mail.log",
)
