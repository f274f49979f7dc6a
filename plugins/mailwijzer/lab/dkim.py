"""DKIM keys: made on the host that signs, published in the zone of its domain."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from mailwijzer.lab.machine import Machine
from mailwijzer.lab.story import Story

FOLDER = "/etc/dkimkeys"

# OpenDKIM refuses a key that others can read; what opendkim-genkey writes belongs to root.
_SCRIPT = """set -e; opendkim-genkey -b 2048 -d {domain} -s {selector} -D {folder}
chown opendkim:opendkim {folder}/{selector}.private; chmod 600 {folder}/{selector}.private"""


def publish(story: Story, machines: Mapping[str, Machine]) -> Story:
    """Make a key on each host that signs; the story with their TXT records in its zones."""
    zones = {zone: list(rows) for zone, rows in story.zones.items()}
    for name, plan in story.hosts.items():
        if not plan.dkim:
            continue
        words = {"domain": shlex.quote(plan.domain), "selector": shlex.quote(plan.dkim), "folder": FOLDER}
        machines[name].check(_SCRIPT.format(**words))
        record = machines[name].read(f"{FOLDER}/{plan.dkim}.txt")
        # Behind the closing bracket stands a comment.
        zones.setdefault(plan.domain, []).append(record[: record.rindex(")") + 1])
    return story.model_copy(update={"zones": {zone: tuple(rows) for zone, rows in zones.items()}})
