"""SpamAssassin's daemon, with its stock rules and no question to anybody outside."""

from __future__ import annotations

from mailwijzer.lab.daemons.driver import Driver, Setting, kill, listening

_PID = "/run/spamd.pid"
_LOG = "/var/log/spamd.log"


def configure(setting: Setting) -> None:
    """Make a home for what it learns."""
    setting.machine.check("install -d /var/lib/spamassassin/home")


DRIVER = Driver(
    unit="spamd",
    description="Perl-based spam filter using text analysis",
    configure=configure,
    check="spamassassin --lint",
    start="spamd --local --nouser-config --helper-home-dir=/var/lib/spamassassin/home --max-children=1 "
    f"--listen=127.0.0.1:783 --pidfile={_PID} --syslog={_LOG} --daemonize",
    stop=kill(_PID),
    reload=f"kill -HUP $(cat {_PID})",
    ready=listening(783),
    pidfile=_PID,
    log=_LOG,
)
