"""Run by tests: one of several senders on one outbox."""

import sys
from pathlib import Path

from mailwijzer.editing import notifying
from mailwijzer.inbox.store import Inbox
from mailwijzer.mail.sending import Outgoing
from mailwijzer.publishing.project import Project

root, url, port = sys.argv[1:]
outgoing = Outgoing("vraag@thuis.test", "127.0.0.1", int(port))
project, inbox = Project(Path(root)), Inbox.open(url)
notifying.plan(project, inbox, outgoing, notifying.built(project))
notifying.send(project, inbox, outgoing)
