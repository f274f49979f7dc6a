"""Rspamd, SpamAssassin and ClamAV, LMTP, POP3 and Sieve, and a signed DNS: on both releases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailwijzer.lab import world
from mailwijzer.lab.machine import Machine
from mailwijzer.lab.world import World

from .conftest import needs

pytestmark = [pytest.mark.lab, pytest.mark.slow]
GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
EICAR = r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LETTER = "printf 'From: anna@example.org\\nTo: bea@thuis.test\\nSubject: Concert\\nDate: %s\\n"
LETTER += 'Message-ID: <c@example.org>\\n\\nFriday?\\n\' "$(date -R)"'
UNTIL_SENT = "timeout 20 sh -c 'until grep -q status=sent /var/log/mail.log; do sleep 0.05; done'"
WORLDS = Path(__file__).parent / "worlds"
FROM_ANNA = "swaks --server mx.thuis.test --from anna@example.org --to bea@thuis.test --helo mail.example.org"


@pytest.fixture(scope="module", params=["13", "12"])
def filtering(request: pytest.FixtureRequest) -> Iterator[World]:
    needs("13", request.param)
    needs(request.param, image="filter")
    with world.open(WORLDS / "filtering.yml", request.param) as opened:
        yield opened


@pytest.fixture
def mx(filtering: World) -> Machine:
    return filtering.host("mx")


def test_rspamd_refuses_what_is_made_to_be_refused_and_lets_a_letter_through(filtering: World, mx: Machine):
    mail = filtering.host("mail")
    refused = mail.run(f"{FROM_ANNA} --body '{GTUBE}'")
    assert "554 5.7.1 Gtube pattern" in refused.output
    taken = mail.run(f"{LETTER} | sendmail -f anna@example.org bea@thuis.test; {UNTIL_SENT}")
    assert taken.code == 0, mail.read("/var/log/mail.log")
    letter = mx.check("timeout 10 sh -c 'until cat /home/bea/Maildir/new/* 2>/dev/null; do sleep 0.05; done'")
    for verdict in ("dkim=pass", "spf=pass", "dmarc=pass"):
        assert verdict in letter
    assert "X-Spamd-Result: default: False" in letter


def test_spamassassin_knows_its_own_test_letter(mx: Machine):
    ran = mx.run(f"printf 'Subject: x\\n\\n{GTUBE}\\n' | spamc -c")
    assert ran.code == 1
    assert float(ran.output.partition("/")[0]) >= 1000


def test_clamav_finds_the_test_file_in_an_attachment(mx: Machine):
    ran = mx.run(f"printf '%s' '{EICAR}' >/tmp/e.com; clamdscan --no-summary --fdpass /tmp/e.com")
    assert (ran.code, "Lab.Eicar.UNOFFICIAL FOUND" in ran.output) == (1, True), ran.output
    mail = "(printf 'MIME-Version: 1.0\\nContent-Type: application/octet-stream\\n"
    mail += f"Content-Transfer-Encoding: base64\\n\\n'; printf '%s' '{EICAR}' | base64) >/tmp/e.eml"
    assert "FOUND" in mx.run(f"{mail}; clamdscan --no-summary --fdpass /tmp/e.eml").output


def test_sieve_sorts_what_lmtp_brings_and_pop_fetches_it(mx: Machine):
    script = 'require [\\"fileinto\\", \\"mailbox\\"];\\nif header :is \\"subject\\" \\"Lijst\\"'
    script += ' { fileinto :create \\"Lijst\\"; }\\n'
    mx.check(f'printf "{script}" >/home/bea/.dovecot.sieve; chown bea: /home/bea/.dovecot.sieve')
    mx.check("printf 'Subject: Lijst\\n\\nx\\n' | sendmail -f root bea@thuis.test")
    sorted_ = '[ -n "$(ls /home/bea/Maildir/.Lijst/new 2>/dev/null)" ]'
    mx.check(f"timeout 10 sh -c 'until {sorted_}; do sleep 0.05; done'")
    ran = mx.check(
        "python3 -c \"import poplib; c = poplib.POP3_SSL('mx.thuis.test'); c.user('bea@thuis.test');"
        " print(c.pass_('Ons-Huis-2026'))\""
    )
    assert "+OK Logged in" in ran
    assert "4190" in mx.check("ss -Hltn")


def test_a_unit_that_the_chapter_sets_up_itself_is_known_and_not_running(mx: Machine):
    assert mx.run("systemctl is-active opendkim").output == "inactive\n"
    assert mx.run("systemctl status nothing").code == 4


def test_every_answer_is_authenticated_from_the_root_down(filtering: World):
    mail = filtering.host("mail")
    assert " ad;" in mail.check("dig MX thuis.test | grep flags:")
    assert " ad;" in mail.check("dig -x 203.0.113.25 | grep flags:")
    assert " ad;" in mail.check("dig nobody.thuis.test | grep flags:")


def test_postfix_verifies_the_key_of_a_server_by_its_record(filtering: World):
    mail = filtering.host("mail")
    mail.check(f"{LETTER} | sendmail -f anna@example.org bea@thuis.test; {UNTIL_SENT}")
    assert "Verified TLS connection established to mx.thuis.test" in mail.read("/var/log/mail.log")


def test_a_zone_changed_behind_its_signatures_back_is_not_believed(filtering: World):
    ns, mail = filtering.host("ns"), filtering.host("mail")
    zone = "/etc/bind/db.thuis.test.signed"
    ns.check(rf"cp {zone} /tmp/good; sed -i 's/203\.0\.113\.25/203.0.113.66/' {zone}; rndc reload")
    try:
        asked = "unbound-control -q flush_zone thuis.test; dig A mx.thuis.test"
        waited = f"timeout 10 sh -c 'until {{ {asked}; }} | grep SERVFAIL; do sleep 0.1; done'"
        assert "SERVFAIL" in mail.check(waited)
    finally:
        ns.check(f"cp /tmp/good {zone}; rndc reload")


def test_the_versions_of_the_filters_are_asked_from_themselves(mx: Machine):
    known = mx.versions()
    assert {"rspamd", "spamassassin", "clamav", "opendmarc"} <= known.keys(), known
