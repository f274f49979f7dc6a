"""An SMTP server for tests that keeps what it is given: envelope and bytes. It answers as it is told to."""

from __future__ import annotations

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, Thread


@dataclass
class Sink:
    """What arrived, in order: MAIL line, RCPT line, message."""

    port: int = 0
    answer: str = "250 2.1.5 Ok"
    """To RCPT."""

    got: list[tuple[str, str, bytes]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)


@contextmanager
def listening() -> Iterator[Sink]:
    """A sink on a free port of 127.0.0.1."""
    sink = Sink()

    class Session(socketserver.StreamRequestHandler):
        def say(self, text: str) -> None:
            self.wfile.write(text.encode() + b"\r\n")

        def handle(self) -> None:
            self.say("220 sink.test ESMTP")
            sender = recipient = ""
            while line := self.rfile.readline().decode().rstrip():
                verb = line[:4].upper()
                if verb == "MAIL":
                    sender = line
                elif verb == "RCPT":
                    recipient = line
                    self.say(sink.answer)
                    continue
                elif verb == "DATA":
                    self.say("354 go on")
                    body = b"".join(iter(self.rfile.readline, b".\r\n"))
                    with sink.lock:
                        sink.got.append((sender, recipient, body))
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                self.say("250 Ok")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Session) as server:
        sink.port = server.server_address[1]
        # By default it looks twice a second whether it shall stop, and every test waits for that.
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield sink
        server.shutdown()
        thread.join()
