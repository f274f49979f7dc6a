"""The client of a transcript. Runs on the host, with nothing but Python's own library.

Reads one JSON object: host, port, tls, timeout, steps; a step is `{"send": text}` or `{"read": true}`.
Writes one JSON list: `{"line": text}` for each line read, and `{"trouble": why}` where none came.
"""

import json
import socket
import ssl
import sys
from typing import Any

ATTEMPTS = 20


def main() -> None:
    """Hold the dialogue and print what was heard."""
    job = json.load(sys.stdin)
    # Before connecting: it takes a while, and a client that does not wait must not wait for this.
    context = ssl.create_default_context()
    eager = "send" in job["steps"][0]
    for _ in range(ATTEMPTS):
        heard = dialogue(job, context)
        # Who talks before the greeting has to win a race against it; a lost one says nothing.
        if not (eager and heard and heard[0].get("line", "").startswith("220")):
            break
    json.dump(heard, sys.stdout)


def dialogue(job: dict[str, Any], context: ssl.SSLContext) -> list[dict[str, str]]:
    """Connect and take the steps; stop at the first line that does not come."""
    plain = socket.create_connection((job["host"], job["port"]), job["timeout"])
    line = context.wrap_socket(plain, server_hostname=job["host"]) if job["tls"] else plain
    reader, sent = line.makefile("rb"), ""
    heard: list[dict[str, str]] = []
    for step in job["steps"]:
        if "send" in step:
            sent = step["send"]
            line.sendall(sent.encode())
            continue
        try:
            got = reader.readline(65536)
        except OSError as error:
            heard.append({"trouble": str(error)})
            break
        if not got:
            heard.append({"trouble": "the server hung up"})
            break
        heard.append({"line": got.decode(errors="replace").rstrip("\r\n")})
        if sent.strip().upper() in ("STARTTLS", "STLS") and got[:1] in (b"2", b"+"):
            line = context.wrap_socket(line, server_hostname=job["host"])
            reader, sent = line.makefile("rb"), ""
    line.close()
    return heard


if __name__ == "__main__":
    main()
