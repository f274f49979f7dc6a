"""Dovecot: IMAP, and the passwords for submission. 2.4 on Debian 13, 2.3 on Debian 12: two languages."""

from __future__ import annotations

from mailwijzer.lab.certs import FOLDER
from mailwijzer.lab.daemons.driver import Driver, Setting, listening

_SHARED = """
service auth {
  unix_listener /var/spool/postfix/private/auth {
    user = postfix
    group = postfix
    mode = 0660
  }
}
namespace inbox {
  inbox = yes
  separator = /
}
"""

_HEAD = """protocols = {protocols}
listen = {listen}
log_path = /var/log/dovecot.log
ssl = required
auth_mechanisms = plain login
"""

# The two version lines must come first.
_V24 = (
    "dovecot_config_version = 2.4.1\ndovecot_storage_version = 2.4.1\n"
    + _HEAD
    + """ssl_server_cert_file = {cert}.pem
ssl_server_key_file = {cert}.key
mail_driver = maildir
mail_path = ~/Maildir
passdb passwd-file {{
  passwd_file_path = /etc/dovecot/users
}}
userdb passwd-file {{
  passwd_file_path = /etc/dovecot/users
}}
"""
)

_V23 = (
    _HEAD
    + """ssl_cert = <{cert}.pem
ssl_key = <{cert}.key
mail_location = maildir:~/Maildir
passdb {{
  driver = passwd-file
  args = username_format=%u /etc/dovecot/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u /etc/dovecot/users
}}
"""
)


_LMTP = """service lmtp {
  unix_listener /var/spool/postfix/private/dovecot-lmtp {
    user = postfix
    group = postfix
    mode = 0600
  }
}
"""

_SIEVE24 = """protocol lmtp {
  mail_plugins {
    sieve = yes
  }
}
sieve_script personal {
  driver = file
  path = ~/sieve
  active_path = ~/.dovecot.sieve
}
"""

_SIEVE23 = """protocol lmtp {
  mail_plugins = $mail_plugins sieve
}
plugin {
  sieve = file:~/sieve;active=~/.dovecot.sieve
}
"""


def configure(setting: Setting) -> None:
    """Write dovecot.conf whole, and a passwd file with the users' addresses."""
    machine, plan = setting.machine, setting.plan
    template = _V24 if machine.release == "13" else _V23
    words = {"cert": f"{FOLDER}/{plan.fqdn}", "listen": "*, ::" if plan.v6 else "*"}
    text = template.format(**words, protocols=" ".join(plan.protocols)) + _SHARED
    if "lmtp" in plan.protocols:
        text += _LMTP
        if "sieve" in plan.protocols:
            text += _SIEVE24 if machine.release == "13" else _SIEVE23
    machine.write("/etc/dovecot/dovecot.conf", text)
    machine.check(
        ": >>/etc/dovecot/users; chown root:dovecot /etc/dovecot/users; chmod 640 /etc/dovecot/users"
    )
    for user, password in plan.users.items():
        address = f"{user}@{plan.domain_or_own}"
        machine.check(
            f"echo '{address}:'$(doveadm pw -s SHA512-CRYPT -p '{password}'):$(id -u {user}):$(id -g {user})"
            f"::/home/{user}:: >>/etc/dovecot/users"
        )


DRIVER = Driver(
    unit="dovecot",
    description="Dovecot IMAP/POP3 email server",
    configure=configure,
    check="doveconf -n",
    start="dovecot",
    stop="doveadm stop",
    reload="doveadm reload",
    ready=f"{listening(143)} && [ -S /var/spool/postfix/private/auth ]",
    pidfile="/run/dovecot/master.pid",
    log="/var/log/dovecot.log",
)
