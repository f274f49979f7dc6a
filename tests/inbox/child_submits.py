"""Run by tests: submits without end (or N questions), and tells each number once it is acknowledged."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count, islice

from mailwijzer.inbox.store import Inbox
from mailwijzer.qa.submission import NewSubmission

url, name, many, threads = sys.argv[1:]
inbox = Inbox.open(url)


def submit(n: int) -> None:
    key = f"{name}-{n}"
    new = NewSubmission(key, "en", key, "x" * (n * 37 % 9000), address=f"{key}@example.org")
    if int(threads) > 1:
        os.write(1, f"NEW {key}\n".encode())
    number = inbox.submit(new, 1).number
    os.write(1, f"ACK {number} {key}\n".encode())


if int(threads) > 1:
    with ThreadPoolExecutor(int(threads)) as pool:
        assert len(list(pool.map(submit, range(int(many))))) == int(many)
else:
    for n in islice(count(), int(many) or None):
        submit(n)
