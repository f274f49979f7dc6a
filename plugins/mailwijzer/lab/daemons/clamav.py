"""ClamAV's daemon with one signature, of the harmless EICAR test file: nothing is downloaded here."""

from __future__ import annotations

from mailwijzer.lab.daemons.driver import Driver, Setting, kill

SOCKET = "/run/clamav/clamd.ctl"

# The test file's text, in hex, anywhere in a file or an attachment (eicar.org).
_SIGNATURE = "Lab.Eicar:0:*:45494341522d5354414e444152442d414e544956495255532d544553542d46494c45\n"

_CONF = """LocalSocket /run/clamav/clamd.ctl
LocalSocketMode 666
PidFile /run/clamav/clamd.pid
LogFile /var/log/clamav/clamav.log
DatabaseDirectory /var/lib/clamav
User clamav
"""


def configure(setting: Setting) -> None:
    """Write clamd.conf and the signature."""
    machine = setting.machine
    machine.check("install -d -o clamav -g clamav /run/clamav /var/log/clamav /var/lib/clamav")
    machine.write("/etc/clamav/clamd.conf", _CONF)
    machine.write("/var/lib/clamav/lab.ndb", _SIGNATURE)


DRIVER = Driver(
    unit="clamav-daemon",
    description="Clam AntiVirus userspace daemon",
    configure=configure,
    check="clamconf -n >/dev/null",
    start="clamd",
    stop=kill("/run/clamav/clamd.pid"),
    reload="clamdscan --reload",
    ready=f"[ -S {SOCKET} ]",
    pidfile="/run/clamav/clamd.pid",
    log="/var/log/clamav/clamav.log",
)
