"""Rspamd: judges what comes in by its content, as a milter, with the rules that need no world outside."""

from __future__ import annotations

from mailwijzer.lab.daemons.driver import Driver, Setting, listening

PORT = 11332

# Without `url_tld`, it first compiles nine thousand endings of domains: twenty seconds for each world.
_OPTIONS = """local_addrs = [127.0.0.0/8];
dns { nameserver = ["127.0.0.1"]; timeout = 1s; retransmits = 2; }
url_tld = "/etc/rspamd/lab-tld.dat";
"""

_ENDINGS = "test\ncom\nnet\norg\nexample\n"

_PROXY = """bind_socket = "127.0.0.1:{port}";
milter = yes;
timeout = 30s;
upstream "local" {{ default = yes; self_scan = yes; }}
"""

# What asks lists, clouds or Redis has nobody to ask here.
_OFF = ("asn", "bayes_expiry", "dcc", "fuzzy_check", "greylist", "history_redis", "neural", "phishing")
_OFF_TOO = ("ratelimit", "rbl", "replies", "reputation", "surbl", "url_redirector", "p0f", "elastic")

_PREPARE = """set -e; cp -n /usr/share/zoneinfo/UTC /etc/localtime 2>/dev/null || :
install -d -o _rspamd -g _rspamd /run/rspamd /var/log/rspamd /var/lib/rspamd
: >>/var/log/rspamd/rspamd.log; chown _rspamd:_rspamd /var/log/rspamd/rspamd.log
grep -q '127.0.0.1' /etc/hosts"""

_HEADERS = """use = ["authentication-results", "spam-header", "x-spamd-result"];
authenticated_headers = ["authentication-results"];
"""


def configure(setting: Setting) -> None:
    """Write local.d: the milter's socket, the resolver, and which modules are off."""
    machine = setting.machine
    machine.write("/etc/rspamd/local.d/options.inc", _OPTIONS)
    machine.write("/etc/rspamd/lab-tld.dat", _ENDINGS)
    machine.write("/etc/rspamd/local.d/worker-proxy.inc", _PROXY.format(port=PORT))
    machine.write("/etc/rspamd/local.d/milter_headers.conf", _HEADERS)
    machine.write("/etc/rspamd/local.d/worker-normal.inc", "enabled = false;\n")
    machine.write("/etc/rspamd/local.d/worker-fuzzy.inc", "enabled = false;\n")
    for module in (*_OFF, *_OFF_TOO):
        machine.write(f"/etc/rspamd/local.d/{module}.conf", "enabled = false;\n")
    machine.check(_PREPARE)


# A worker that is told to stop waits for its callers, and Postfix keeps a milter connection for the next one.
# Left alone it would hold the port until the next start, which then fails.
_STOP = (
    "kill $(cat /run/rspamd/rspamd.pid); "
    "for n in $(seq 20); do pgrep -x rspamd >/dev/null || break; sleep 0.05; done; "
    "pkill -KILL -x rspamd"
)

DRIVER = Driver(
    unit="rspamd",
    description="rapid spam filtering system",
    configure=configure,
    check="rspamadm configtest",
    start="rspamd -u _rspamd -g _rspamd -c /etc/rspamd/rspamd.conf",
    stop=_STOP,
    reload="kill -HUP $(cat /run/rspamd/rspamd.pid)",
    ready=listening(PORT),
    pidfile="/run/rspamd/rspamd.pid",
    log="/var/log/rspamd/rspamd.log",
)
