"""rtpengine: relays the sound of a call between two telephones that cannot reach each other."""

from __future__ import annotations

from mailwijzer.lab.daemons.driver import Driver, Setting, kill

_CONFIG = """[rtpengine]
table = -1
interface = {v4}
listen-ng = 127.0.0.1:2223
port-min = 30000
port-max = 30100
log-stderr = true
log-level = 5
"""
_RUN = "rtpengine -f -E --config-file /etc/rtpengine/rtpengine.conf --pidfile /run/rtpengine.pid"


def configure(setting: Setting) -> None:
    """Write rtpengine.conf: no kernel module (table -1), control by Kamailio on the same host."""
    setting.machine.write("/etc/rtpengine/rtpengine.conf", _CONFIG.format(v4=setting.plan.v4))


DRIVER = Driver(
    unit="rtpengine-daemon",
    description="RTP/media Proxy Daemon",
    configure=configure,
    check="grep -q '^interface' /etc/rtpengine/rtpengine.conf",
    start=f"{_RUN} >>/var/log/rtpengine.log 2>&1 &",
    stop=kill("/run/rtpengine.pid"),
    reload="true",
    ready="ss -Hlun sport = :2223 | grep -q . && [ -s /run/rtpengine.pid ]",
    pidfile="/run/rtpengine.pid",
    log="/var/log/rtpengine.log",
)
