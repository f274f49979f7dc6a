"""What an image is made of, and its key: change the recipe, and it is another image."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from mailwijzer.errors import MailwijzerError
from mailwijzer.lab.mirror import SUITES, Mirror

VERSION = 1
"""Raise when the way of building changes in a manner that the text below does not show."""

NAMES = ("mail", "filter", "sip")
"""Images there are; each has a list NAME.txt beside this module. `+mail` in one takes in another."""

# No daemon starts at install; Postfix gets a main.cf (with "No configuration" it would have none).
_FIRST = r"""set -e
printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"; chmod 755 "$1/usr/sbin/policy-rc.d"
printf 'postfix postfix/%s\n' 'main_mailer_type select Local only' 'mailname string lab.test' |
    chroot "$1" debconf-set-selections"""

# The first `postfix check` makes the queue's folders and takes two seconds: here once, not in every world.
_POSTFIX = """
chroot "$1" postfix check"""
_LAST = r"""set -e{postfix}
rm -f "$1/usr/sbin/policy-rc.d" "$1/etc/resolv.conf" "$1/etc/hostname"
chroot "$1" dpkg-query -W -f '${{Package}} ${{Version}}\n' >"$1/etc/lab-packages" """

_OPTIONS = (
    "--mode=unshare",
    "--variant=apt",
    "--format=tar",
    '--aptopt=APT::Install-Recommends "false"',
    '--aptopt=Acquire::Languages "none"',
    "--dpkgopt=path-exclude=/usr/share/man/*",
    "--dpkgopt=path-exclude=/usr/share/locale/*",
    "--dpkgopt=path-exclude=/usr/share/info/*",
    "--dpkgopt=force-unsafe-io",
    f"--essential-hook={_FIRST}",
)


@dataclass(frozen=True)
class Recipe:
    """One image of one Debian release."""

    name: str
    release: str
    architecture: str
    packages: tuple[str, ...]

    @property
    def key(self) -> str:
        """Hash of everything that decides what comes out, the mirror's own updates apart."""
        told = (str(VERSION), SUITES[self.release], self.architecture, *self.packages, *self.options)
        return hashlib.sha256("\0".join(told).encode()).hexdigest()[:16]

    @property
    def options(self) -> tuple[str, ...]:
        """How mmdebstrap makes it, its packages apart."""
        last = _LAST.format(postfix=_POSTFIX if "postfix" in self.packages else "")
        return (*_OPTIONS, f"--customize-hook={last}")

    @property
    def label(self) -> str:
        """How people name it: `mail-13`."""
        return f"{self.name}-{self.release}"

    @property
    def stem(self) -> str:
        """How its files are named: `mail-13-amd64-0123456789abcdef`."""
        return f"{self.label}-{self.architecture}-{self.key}"

    def command(self, mirror: Mirror, keyring: str, target: str) -> tuple[str, ...]:
        """The command line that builds it into the tar file `target`."""
        suite = SUITES[self.release]
        included = f"--include={','.join(self.packages)}"
        return ("mmdebstrap", *self.options, included, suite, target, *mirror.lines(suite, keyring))


@cache
def recipe(name: str, release: str, architecture: str) -> Recipe:
    """The recipe of an image; raises MailwijzerError for a name or a release that is not there."""
    if name not in NAMES:
        raise MailwijzerError(f"there is no image '{name}'; there are: {', '.join(NAMES)}")
    if release not in SUITES:
        raise MailwijzerError(f"there is no image of Debian '{release}'; there are: {', '.join(SUITES)}")
    return Recipe(name, release, architecture, tuple(sorted(set(_packages(name)))))


def _packages(name: str) -> Iterator[str]:
    text = resources.files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    for line in map(str.strip, text.splitlines()):
        if line.startswith("+"):
            yield from _packages(line[1:])
        elif line and not line.startswith("#"):
            yield line
