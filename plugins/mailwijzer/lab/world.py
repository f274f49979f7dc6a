"""A world: all hosts of a chapter, with their daemons running, until the block ends."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib import resources
from pathlib import Path

from mailwijzer.errors import MailwijzerError
from mailwijzer.lab import certs, dane, dkim, dnssec, network, story
from mailwijzer.lab.daemons import (
    baresip,
    bind,
    clamav,
    dovecot,
    kamailio,
    mercury,
    opendkim,
    opendmarc,
    pebble,
    postfix,
    postgrey,
    rspamd,
    rtpengine,
    spamd,
    unbound,
)
from mailwijzer.lab.daemons.driver import UNITS, Driver, Setting
from mailwijzer.lab.ground import Ground
from mailwijzer.lab.images import store
from mailwijzer.lab.machine import BOOT, Machine
from mailwijzer.lab.zones import acme

DRIVERS: Mapping[str, Driver] = {
    "bind": bind.DRIVER,
    "unbound": unbound.DRIVER,
    "dovecot": dovecot.DRIVER,
    "postgrey": postgrey.DRIVER,
    "opendkim": opendkim.DRIVER,
    "opendmarc": opendmarc.DRIVER,
    "clamav": clamav.DRIVER,
    "spamd": spamd.DRIVER,
    "rspamd": rspamd.DRIVER,
    "postfix": postfix.DRIVER,
    "pebble": pebble.DRIVER,
    "mercury": mercury.DRIVER,
    "rtpengine": rtpengine.DRIVER,
    "kamailio": kamailio.DRIVER,
    "baresip": baresip.DRIVER,
}
"""In the order in which they start: Postfix's partners before Postfix."""

_LAST = ("baresip",)
"""What needs the servers of all hosts to be up before it starts."""

_CERTIFIED = {"postfix", "dovecot", "kamailio", "pebble"}
_SHIM = "/usr/local/bin/systemctl"
_CLEAN = "for log in /var/log/*.log; do [ ! -f $log ] || : >$log; done"


@dataclass(frozen=True)
class World:
    """Machines that run."""

    title: str
    release: str
    machines: Mapping[str, Machine]

    @property
    def hosts(self) -> tuple[Machine, ...]:
        """All machines, as the story lists them."""
        return tuple(self.machines.values())

    def host(self, name: str) -> Machine:
        """A machine by short or full name; raises MailwijzerError with the names there are."""
        for machine in self.hosts:
            if name in (machine.name, machine.fqdn):
                return machine
        near = difflib.get_close_matches(name, self.machines, 1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        raise MailwijzerError(f"no host '{name}' here; {hint}there are: {', '.join(self.machines)}")


@contextmanager
def open(  # noqa: A001 - world.open, as gzip.open
    path: Path, release: str = "13", tell: Callable[[str], None] = lambda _what: None
) -> Iterator[World]:
    """Bring a world up and take it down again; `tell` hears what is being done.

    Raises LabUnavailableError where the lab cannot work, MailwijzerError where the file is wrong or a daemon
    does not start; the text carries what the daemon said.
    """
    told = story.load(path)
    images = {name: store.need(plan.image, told.release(name, release)) for name, plan in told.hosts.items()}
    with Ground() as ground:
        machines = {}
        for name, plan in told.hosts.items():
            tell(plan.fqdn)
            place = {"IMG": str(images[name].tree), "FQDN": plan.fqdn}
            pid = ground.machine(BOOT, f"the machine {plan.fqdn}", place)
            machines[name] = Machine(name, plan.fqdn, told.release(name, release), pid)
        told = dkim.publish(told, machines)
        settings = [Setting(machines[name], plan, told) for name, plan in told.hosts.items()]
        network.connect(ground, [(setting.machine, setting.plan) for setting in settings])
        _all(_settle, settings)
        _certify(settings, tell)
        told = dane.publish(told, machines)
        settings = [replace(setting, story=told) for setting in settings]
        if told.signed:
            tell("signatures in DNS")
            _sign(settings)
        for wanted in ([name for name in DRIVERS if name not in _LAST], _LAST):
            _all(partial(_start, wanted=wanted, tell=tell), settings)
        for setting in settings:
            if "pebble" in setting.plan.daemons:
                pebble.spread(setting.machine, machines.values())
        _all(lambda setting: setting.machine.check(_CLEAN), settings)
        yield World(told.title, release, machines)


def _all(what: Callable[[Setting], object], settings: list[Setting]) -> None:
    """Do it on all machines at once; what went wrong on any of them is raised when all have ended."""
    with ThreadPoolExecutor(len(settings)) as pool:
        ended = [pool.submit(what, setting) for setting in settings]
    failures = [failure for failure in (done.exception() for done in ended) if failure]
    for failure in failures:
        if not isinstance(failure, MailwijzerError):
            raise failure
    if failures:
        raise MailwijzerError("\n".join(map(str, failures)))


def _certify(settings: list[Setting], tell: Callable[[str], None]) -> None:
    """Certificates for all hosts that speak TLS, under the names by which others call them."""
    servers: dict[str, list[str]] = {}
    for setting in settings:
        daemons, plan = set(setting.plan.daemons), setting.plan
        if _CERTIFIED & daemons:
            # RFC 5922 section 7.1: a SIP server is known by its domain.
            own = [plan.domain] if plan.domain and "kamailio" in daemons else []
            servers[setting.machine.name] = own + ([acme(plan)] if "pebble" in daemons else [])
    if servers:
        tell("certificates")
        certs.issue([setting.machine for setting in settings], servers)


def _settle(setting: Setting) -> None:
    """Addresses, names, users, and the shim for systemctl."""
    machine, plan = setting.machine, setting.plan
    short = plan.fqdn.partition(".")[0]
    machine.write("/etc/hostname", f"{short}\n")
    own = "".join(f"{address} {plan.fqdn} {short}\n" for address in (plan.v4, plan.v6) if address)
    machine.write("/etc/hosts", f"127.0.0.1 localhost\n::1 localhost\n{own}")
    if plan.behind:
        machine.write("/etc/resolv.conf", f"nameserver {setting.story.gateway(plan)}\n")
    drivers = [driver for name, driver in DRIVERS.items() if name in (*plan.daemons, *plan.units)]
    machine.write(UNITS, "".join(f"{driver.row()}\n" for driver in drivers))
    shim = resources.files(__package__).joinpath("systemctl.sh").read_text(encoding="utf-8")
    machine.write(_SHIM, shim, mode=0o755)
    users = "\n".join(f"useradd -m -s /bin/bash {user}" for user in plan.users)
    taken = network.addresses(plan, setting.story)
    machine.check(f"set -e\nln -sf systemctl /usr/local/bin/journalctl\n{taken}\n{users}")


def _sign(settings: list[Setting]) -> None:
    server = next(setting for setting in settings if "bind" in setting.plan.daemons)
    bind.write_zones(server)
    dnssec.sign(
        server.machine, [s.machine for s in settings if "unbound" in (*s.plan.daemons, *s.plan.units)]
    )


def _drivers(setting: Setting, wanted: Iterable[str]) -> list[Driver]:
    return [DRIVERS[name] for name in wanted if name in setting.plan.daemons]


def _start(setting: Setting, wanted: Iterable[str], tell: Callable[[str], None]) -> None:
    """Configure and start each daemon of a machine; a failure carries its last log lines."""
    machine = setting.machine
    for driver in _drivers(setting, wanted):
        tell(f"{driver.unit} on {machine.fqdn}")
        driver.configure(setting)
        ran = machine.run(f"systemctl enable --now {driver.unit}", timeout=30)
        if ran.code:
            said = machine.run(f"journalctl -u {driver.unit} -n 15", timeout=10).output.rstrip()
            raise MailwijzerError(f"{driver.unit} did not start on {machine.fqdn}:\n{said}")
