"""The world's own certificate authority. Made by the openssl of one of its machines, trusted by all."""

from __future__ import annotations

import shlex

from mailwijzer.lab.machine import Machine

FOLDER = "/etc/ssl/lab"

# Python 3.13 refuses an authority without keyUsage.
_SCRIPT = r"""set -e; umask 022; mkdir -p /etc/ssl/lab; cd /etc/ssl/lab
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 3650 -subj "/CN=Lab CA" \
    -addext keyUsage=critical,keyCertSign,cRLSign 2>&1
for host in "$@"; do
    openssl req -newkey rsa:2048 -nodes -keyout "$host.key" -out "$host.csr" -subj "/CN=$host" 2>&1
    printf '%s\n' "subjectAltName=DNS:$host" keyUsage=critical,digitalSignature,keyEncipherment \
        extendedKeyUsage=serverAuth,clientAuth basicConstraints=CA:false \
        subjectKeyIdentifier=hash authorityKeyIdentifier=keyid >"$host.ext"
    openssl x509 -req -in "$host.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 90 \
        -extfile "$host.ext" -out "$host.pem" 2>&1
done"""


def issue(maker: Machine, machines: list[Machine], servers: list[Machine]) -> None:
    """Make the authority on `maker`, a certificate for each of `servers`, and let `machines` trust it."""
    names = " ".join(shlex.quote(server.fqdn) for server in servers)
    maker.check(f"set -- {names}; {_SCRIPT}")
    authority = maker.read(f"{FOLDER}/ca.pem")
    for machine in machines:
        machine.write("/usr/local/share/ca-certificates/lab-ca.crt", authority)
        machine.write(f"{FOLDER}/ca.pem", authority)
        machine.check(f"cat {FOLDER}/ca.pem >>/etc/ssl/certs/ca-certificates.crt")
    for server in servers:
        server.write(f"{FOLDER}/{server.fqdn}.pem", maker.read(f"{FOLDER}/{server.fqdn}.pem"))
        server.write(f"{FOLDER}/{server.fqdn}.key", maker.read(f"{FOLDER}/{server.fqdn}.key"), mode=0o600)
