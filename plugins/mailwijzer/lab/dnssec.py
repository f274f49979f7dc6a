"""A signed world: one key for each zone, its DS record in the root, and the root's key in every resolver."""

from __future__ import annotations

from collections.abc import Iterable

from mailwijzer.lab.machine import Machine

KEYS = "/etc/bind/keys"
ANCHOR = "/etc/unbound/lab.anchor"

# Every zone of a world is delegated by the root itself, so only the root waits for the others' DS records.
# One key that signs both keys and records is enough here (a combined signing key, RFC 9364 section 2).
_SIGN = r"""set -e
mkdir -p {keys}; cd {keys}
sign() {{
    key=$(dnssec-keygen -q -a ECDSAP256SHA256 -f KSK -K {keys} "$1")
    dnssec-signzone -q -z -S -K {keys} -d {keys} -o "$1" -f "$2.signed" "$2" >/dev/null
    echo "$key" >"{keys}/name-$3"
}}
jobs=''
for file in /etc/bind/db.*; do
    zone=${{file#/etc/bind/db.}}
    case $zone in root | *.signed) continue ;; esac
    sign "$zone" "$file" "$zone" & jobs="$jobs $!"
done
for job in $jobs; do wait "$job"; done
cat {keys}/dsset-* >>/etc/bind/db.root
sign . /etc/bind/db.root root
chown -R bind:bind {keys}
grep -v '^;' "$(cat {keys}/name-root).key" """


def sign(server: Machine, resolvers: Iterable[Machine]) -> None:
    """Sign the zone files on the server, and give every resolver the key of the root.

    A zone that somebody changes afterwards has to be signed anew, as in the world outside.
    """
    anchor = server.check(_SIGN.format(keys=KEYS), timeout=30)
    for machine in resolvers:
        machine.write(ANCHOR, anchor)
