"""A question by mail through real servers: judged by rspamd, delivered by LMTP, fetched, and answered."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

import pytest

import mailwijzer
from mailwijzer.editing import fetching, notifying
from mailwijzer.editing.fetching import MailRules
from mailwijzer.inbox import consenting, messages, outbox
from mailwijzer.inbox.messages import MessageState
from mailwijzer.inbox.outbox import NoticeState
from mailwijzer.inbox.store import Inbox
from mailwijzer.lab import world
from mailwijzer.lab.machine import Machine
from mailwijzer.lab.world import World
from mailwijzer.mail import places, sending
from mailwijzer.mail.sending import Outgoing
from mailwijzer.publishing.project import Project
from support import built

from .conftest import needs

pytestmark = [pytest.mark.lab, pytest.mark.slow]
WORLD = Path(__file__).parent / "worlds" / "questions.yml"
PACKAGE = Path(mailwijzer.__file__).parent
RULES = MailRules({"vraag@thuis.test": "nl"}, "mx.thuis.test")
HEAD = "From: Anna <{who}>\\nTo: vraag@thuis.test\\nSubject: {subject}\\nDate: %s\\nMessage-ID: <{id}>\\n"
SEND = """
import email, email.policy, sys
from mailwijzer.mail.sending import Outgoing, send
letter = email.message_from_bytes(open(sys.argv[1], "rb").read(), policy=email.policy.SMTP)
send(Outgoing("vraag@thuis.test"), letter, sys.argv[2])
"""


@pytest.fixture(scope="module", params=["13", "12"])
def servers(request: pytest.FixtureRequest) -> Iterator[World]:
    needs("13", request.param)
    needs(request.param, image="filter")
    with world.open(WORLD, request.param) as opened:
        yield opened


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return built(tmp_path / "project")


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    with closing(Inbox.open(f"sqlite:///{tmp_path}/inbox.sqlite3")) as opened:
        yield opened


def arrived(host: Machine, user: str, sign: str) -> bytes:
    """Wait for the letter with a sign in it, and take it out of its mailbox."""
    found = f"grep -rl -F '{sign}' /home/{user}/Maildir/new"
    host.check(f'timeout 30 sh -c "until {found} 2>/dev/null; do sleep 0.05; done"', timeout=40)
    return base64.b64decode(host.check(f"base64 $({found} | head -n 1); rm $({found} | head -n 1)"))


def taken(project: Project, inbox: Inbox, raw: bytes, folder: Path) -> messages.Message:
    """Fetch a letter from a Maildir, as `qa fetch` does."""
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "new" / "1.test").write_bytes(raw)
    fetching.take(project, inbox, places.maildir(folder, places.Trouble()), RULES)
    return messages.listing(inbox)[0]


def through(host: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let our own code hand mail over on that machine, to its Postfix."""
    for name in ("__init__.py", "errors.py", "source.py", "mail/__init__.py", "mail/sending.py"):
        host.write(f"/opt/ours/mailwijzer/{name}", (PACKAGE / name).read_text("utf-8"))
    host.write("/opt/ours/send.py", SEND)

    def send(_outgoing: Outgoing, letter: EmailMessage, recipient: str) -> None:
        host.write("/opt/ours/letter", letter.as_bytes().decode("ascii"))
        host.check(f"cd /opt/ours; python3 send.py letter '{recipient}'")

    monkeypatch.setattr(sending, "send", send)


def test_a_question_comes_by_mail_and_its_asker_gets_an_acknowledgement(
    servers: World, project: Project, inbox: Inbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mx, mail = servers.host("mx"), servers.host("mail")
    head = HEAD.format(who="anna@example.org", subject="Waarom 450?", id="ask1@example.org")
    written = f"printf '{head}\\nHoe lang duurt dat?\\n' \"$(date -R)\""
    mail.check(f"{written} | sendmail -f anna@example.org vraag@thuis.test")
    raw = arrived(mx, "vraag", "ask1@example.org")
    message = taken(project, inbox, raw, tmp_path / "M")
    assert message.state is MessageState.QUESTION
    assert message.details["verified"] == "pass", raw.decode()
    assert message.details["score"] is not None, raw.decode()
    through(mx, monkeypatch)
    outgoing = Outgoing("vraag@thuis.test")
    assert notifying.plan(project, inbox, outgoing, notifying.built(project)) == 1
    assert notifying.send(project, inbox, outgoing) == {NoticeState.SENT: 1}
    [notice] = outbox.listing(inbox)
    told = arrived(mail, "anna", notice.message_id).decode()
    for line in (
        "Return-Path: <>",
        "Auto-Submitted: auto-replied",
        "In-Reply-To: <ask1@example.org>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    ):
        assert line in told.replace("\r", "")
    with inbox.transaction() as connection:
        assert consenting.token(connection, consenting.digest("anna@example.org")) in told


def test_a_verdict_that_the_sender_wrote_himself_is_not_believed(
    servers: World, project: Project, inbox: Inbox, tmp_path: Path
) -> None:
    lies = "Authentication-Results: mx.thuis.test; dmarc=pass header.from=example.org"
    servers.host("spammer").check(
        "swaks --server mx.thuis.test --from anna@example.org --to vraag@thuis.test --helo dialup.example.com"
        f" --header 'Message-ID: <lies@example.org>' --add-header '{lies}' --silent 2"
    )
    raw = arrived(servers.host("mx"), "vraag", "lies@example.org")
    message = taken(project, inbox, raw, tmp_path / "M")
    assert message.details["verified"] == "fail", raw.decode()
    assert "forged sender" in inbox.list()[0].suspicion
    assert any(sign.startswith("filter ") for sign in inbox.list()[0].suspicion)
    assert notifying.plan(project, inbox, Outgoing("vraag@thuis.test"), notifying.built(project)) == 0
