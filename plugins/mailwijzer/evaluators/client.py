"""The client of a transcript. Runs on the host, with nothing but Python's own library.

Reads one JSON order a line, answers each with one JSON line: `{}` when it was done, `{"line": text}` or
`{"datagram": text}` for what was read, `{"trouble": why}` where it went wrong.
"""

import json
import socket
import ssl
import sys
from typing import Any

LONGEST = 1 << 20


class Connection:
    """One connection, or one bound socket where the protocol has none."""

    def __init__(self) -> None:
        self.context = ssl.create_default_context()
        self.host = ""
        self.socket: socket.socket = socket.socket()
        self.read_ahead = b""

    def connect(self, order: dict[str, Any]) -> dict[str, str]:
        """Connect to `host`:`port` or to the socket file `path`; `send` goes out at once."""
        self.host, self.read_ahead = order["host"], b""
        self.socket.close()
        if order["host"].startswith("/"):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(order["timeout"])
            self.socket.connect(order["host"])
        elif order["udp"]:
            self.socket = self._unconnected(order)
        else:
            self.socket = socket.create_connection((order["host"], order["port"]), order["timeout"])
        if order["tls"]:
            self.tls(order)
        return self.send(order)

    def _unconnected(self, order: dict[str, Any]) -> socket.socket:
        kind = socket.SOCK_DGRAM
        family, _, _, _, address = socket.getaddrinfo(order["host"], order["port"], type=kind)[0]
        opened = socket.socket(family, kind)
        if order["bind"]:
            opened.bind(("", order["bind"]))
        opened.connect(address)
        return opened

    def tls(self, _order: dict[str, Any]) -> dict[str, str]:
        """Encrypt from here on; the certificate must be the server's, and trusted."""
        self.socket = self.context.wrap_socket(self.socket, server_hostname=self.host)
        return {}

    def send(self, order: dict[str, Any]) -> dict[str, str]:
        """Send `send`, every bit of it as it is."""
        if order["send"]:
            self.socket.settimeout(order["timeout"])
            self.socket.sendall(order["send"].encode())
        return {}

    def line(self, order: dict[str, Any]) -> dict[str, str]:
        """Wait `timeout` seconds for one line; 0 takes only what has come already."""
        self.socket.settimeout(order["timeout"])
        while b"\n" not in self.read_ahead and len(self.read_ahead) < LONGEST:
            chunk = self.socket.recv(65536)
            if not chunk:
                return {"trouble": "the server hung up"}
            self.read_ahead += chunk
        line, _, self.read_ahead = self.read_ahead.partition(b"\n")
        return {"line": line.decode(errors="replace").rstrip("\r")}

    def datagram(self, order: dict[str, Any]) -> dict[str, str]:
        """Wait for one whole datagram."""
        self.socket.settimeout(order["timeout"])
        return {"datagram": self.socket.recv(65536).decode(errors="replace")}


def main() -> None:
    """Do as ordered until nobody orders any more."""
    connection = Connection()
    print(json.dumps({}), flush=True)
    for row in sys.stdin:
        order = json.loads(row)
        try:
            answer = getattr(connection, order["do"])(order)
        except (BlockingIOError, ssl.SSLWantReadError):
            answer = {"trouble": "timed out"}
        except OSError as error:
            answer = {"trouble": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
