"""A stand-in for Mercury's SMTP server: what it says is simulated, and the chapter says so."""

from __future__ import annotations

from importlib import resources

from mailwijzer.lab.daemons.driver import Driver, Setting, kill, listening

INI = "/etc/mercury/MERCURY.INI"
_SCRIPT = "/usr/local/sbin/mercury-stand-in"
_INI = """[General]
myname:       {fqdn}

[MercuryS]
Relay:        0
Strict_Relay: 0
Allow:        {lan}

[Domains]
mx:           {domain}
"""


def configure(setting: Setting) -> None:
    """Write the script, and a MERCURY.INI in the normal position of relay control."""
    plan = setting.plan
    lan = f"{plan.v4.rpartition('.')[0]}.0"
    setting.machine.write(INI, _INI.format(fqdn=plan.fqdn, domain=plan.domain_or_own, lan=lan))
    script = resources.files(__package__).joinpath("mercury_standin.py").read_text(encoding="utf-8")
    setting.machine.write(_SCRIPT, script)


DRIVER = Driver(
    unit="mercury-stand-in",
    description="Stand-in for the SMTP server of Mercury",
    configure=configure,
    check=f"python3 -m py_compile {_SCRIPT}",
    start=f"python3 {_SCRIPT} >>/var/log/mercury-stand-in.log 2>&1 & echo $! >/run/mercury-stand-in.pid",
    stop=kill("/run/mercury-stand-in.pid"),
    reload="true",
    ready=listening(25),
    pidfile="/run/mercury-stand-in.pid",
    log="/var/log/mercury-stand-in.log",
)
