"""Postgrey: a policy server for greylisting. Postfix asks it only when main.cf says so."""

from __future__ import annotations

from mailwijzer.lab.daemons.driver import Driver, Setting, kill, listening

_DEFAULTS = "/etc/default/postgrey"


def configure(setting: Setting) -> None:
    """Set the delay; nobody is on its white lists, so that the story sees every greylisting."""
    options = f"--inet=127.0.0.1:10023 --delay={setting.plan.greylist_delay}"
    options += " --whitelist-clients=/dev/null --whitelist-recipients=/dev/null"
    setting.machine.write(_DEFAULTS, f'POSTGREY_OPTS="{options}"\n')
    setting.machine.check("mkdir -p /var/lib/postgrey; chown postgrey:postgrey /var/lib/postgrey")


DRIVER = Driver(
    unit="postgrey",
    description="Postfix Greylisting Service",
    configure=configure,
    check=f"sh -n {_DEFAULTS}",
    start=f". {_DEFAULTS}; postgrey --pidfile=/run/postgrey.pid --daemonize $POSTGREY_OPTS",
    stop=kill("/run/postgrey.pid"),
    reload="kill -HUP $(cat /run/postgrey.pid)",
    ready=listening(10023),
    pidfile="/run/postgrey.pid",
    log="",
)
