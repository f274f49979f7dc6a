"""Run by tests: submits without end (or N questions), and tells each number once it is acknowledged."""

import os
import sys
from itertools import count, islice

from mailwijzer.inbox.store import Inbox
from mailwijzer.qa.submission import NewSubmission

url, name, many = sys.argv[1:]
inbox = Inbox.open(url)
for n in islice(count(), int(many) or None):
    key = f"{name}-{n}"
    new = NewSubmission(key, "en", key, "x" * (n * 37 % 9000), address=f"{key}@example.org")
    number = inbox.submit(new, 1).number
    os.write(1, f"ACK {number} {key}\n".encode())
