"""The world's own certificate authority. Made by the openssl of one of its machines, trusted by all."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from mailwijzer.lab.machine import Machine

FOLDER = "/etc/ssl/lab"

# Python 3.13 refuses an authority without keyUsage.
_SCRIPT = r"""set -e; umask 022; mkdir -p /etc/ssl/lab; cd /etc/ssl/lab
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 3650 -subj "/CN=Lab CA" \
    -addext keyUsage=critical,keyCertSign,cRLSign 2>&1
for names in "$@"; do
    host=${names%%,*}
    openssl req -newkey rsa:2048 -nodes -keyout "$host.key" -out "$host.csr" -subj "/CN=$host" 2>&1
    printf '%s\n' "subjectAltName=DNS:$(echo "$names" | sed s/,/,DNS:/g)" \
        keyUsage=critical,digitalSignature,keyEncipherment extendedKeyUsage=serverAuth,clientAuth \
        basicConstraints=CA:false subjectKeyIdentifier=hash authorityKeyIdentifier=keyid >"$host.ext"
    openssl x509 -req -in "$host.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 90 \
        -extfile "$host.ext" -out "$host.pem" 2>&1
done"""


def issue(machines: list[Machine], servers: Mapping[str, Sequence[str]]) -> None:
    """Make the authority, certificates for `servers` (host -> other names of it), and let all trust them."""
    certified = [machine for machine in machines if machine.name in servers]
    maker = certified[0]
    names = (",".join((server.fqdn, *servers[server.name])) for server in certified)
    maker.check(f"set -- {' '.join(map(shlex.quote, names))}; {_SCRIPT}")
    authority = maker.read(f"{FOLDER}/ca.pem")
    for machine in machines:
        machine.write("/usr/local/share/ca-certificates/lab-ca.crt", authority)
        machine.write(f"{FOLDER}/ca.pem", authority)
        machine.check(f"cat {FOLDER}/ca.pem >>/etc/ssl/certs/ca-certificates.crt")
    for server in certified:
        server.write(f"{FOLDER}/{server.fqdn}.pem", maker.read(f"{FOLDER}/{server.fqdn}.pem"))
        server.write(f"{FOLDER}/{server.fqdn}.key", maker.read(f"{FOLDER}/{server.fqdn}.key"), mode=0o600)
