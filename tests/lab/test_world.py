"""The world of the SMTP session, on both releases."""

from __future__ import annotations

import pytest

from mailwijzer.errors import MailwijzerError
from mailwijzer.lab.machine import CAP, Machine
from mailwijzer.lab.world import World

pytestmark = [pytest.mark.lab, pytest.mark.slow]
UNTIL_SENT = "timeout 20 sh -c 'until grep -q removed /var/log/mail.log; do sleep 0.05; done'"


@pytest.fixture
def mx(lab: World) -> Machine:
    return lab.host("mx.thuis.test")


def test_a_letter_from_anna_arrives_at_bea_and_both_logs_tell(lab: World, mx: Machine):
    mail = lab.host("mail")
    sent = mail.run(
        f"echo 'Subject: Concert' | sendmail -f anna@example.org bea@thuis.test; {UNTIL_SENT}", timeout=30
    )
    assert sent.code == 0, sent.output
    assert "relay=mx.thuis.test[203.0.113.25]:25" in mail.read("/var/log/mail.log")
    assert "Trusted TLS connection established to mx.thuis.test" in mail.read("/var/log/mail.log")
    assert "Subject: Concert" in mx.check(f"{UNTIL_SENT}; cat /home/bea/Maildir/new/*")


def test_bea_reads_her_mail_over_imap_from_the_laptop(lab: World):
    script = "import imaplib; c = imaplib.IMAP4_SSL('mx.thuis.test'); "
    script += "print(c.login('bea@thuis.test', 'Ons-Huis-2026'))"
    assert "Logged in" in lab.host("laptop").check(f'python3 -c "{script}"')


@pytest.mark.parametrize("port", ["465 --tls-on-connect", "587 --tls"])
def test_bea_may_send_through_her_server_once_she_has_logged_in(lab: World, port: str):
    ran = lab.host("laptop").run(
        f"swaks --server mx.thuis.test --port {port} --auth PLAIN --auth-user bea@thuis.test"
        " --auth-password Ons-Huis-2026 --from bea@thuis.test --to anna@example.org --quit-after RCPT"
    )
    assert (ran.code, "235 2.7.0 Authentication successful" in ran.output) == (0, True), ran.output


def test_a_stranger_may_not_relay(lab: World):
    ran = lab.host("spammer").run(
        "swaks --server mx.thuis.test --from x@example.com --to carl@example.net --quit-after RCPT"
    )
    assert "454 4.7.1 <carl@example.net>: Relay access denied" in ran.output


def test_a_stranger_is_greylisted_once_postfix_asks_postgrey(lab: World, mx: Machine):
    mx.check(
        "postconf -e 'smtpd_recipient_restrictions = check_policy_service inet:127.0.0.1:10023';"
        " systemctl reload postfix"
    )
    try:
        ran = lab.host("mail").run(
            "swaks --server mx.thuis.test --from anna@example.org --to bea@thuis.test --quit-after RCPT"
        )
        assert "450 4.2.0 <bea@thuis.test>: Recipient address rejected: Greylisted" in ran.output
    finally:
        mx.check("postconf -X smtpd_recipient_restrictions; systemctl reload postfix")


def test_names_resolve_both_ways_through_the_hosts_own_resolver(lab: World):
    laptop = lab.host("laptop")
    assert laptop.check("dig +short MX thuis.test") == "10 mx.thuis.test.\n"
    assert laptop.check("dig +short -x 198.51.100.10") == "mail.example.org.\n"


def test_the_blocklist_lists_the_spammer_and_gives_error_codes_to_others(lab: World):
    asked = "dig +short 66.100.51.198.dnsbl.test; dig +short 9.9.9.9.refusing.dnsbl.test"
    assert lab.host("mx").check(asked) == "127.0.0.2\n127.255.255.254\n"


def test_systemctl_answers_as_systemd_would(mx: Machine):
    assert mx.run("systemctl is-active postfix").output == "active\n"
    assert mx.run("systemctl reload postfix").code == 0
    assert "active (running)" in mx.check("systemctl status dovecot")
    assert mx.run("systemctl status foo").code == 4
    assert mx.run("systemctl restart foo").code == 5


def test_a_full_disk_of_a_machine_is_its_own(lab: World, mx: Machine):
    filled = mx.run("dd if=/dev/zero of=/root/big bs=1M", timeout=50)
    try:
        assert "No space left on device" in filled.output
        assert lab.host("mail").run("dd if=/dev/zero of=/root/small bs=1M count=1; rm /root/small").code == 0
    finally:
        mx.check("rm /root/big")


def test_every_daemon_agrees_with_its_configuration(lab: World):
    assert lab.host("mx").run("postfix check && doveconf -n >/dev/null && unbound-checkconf").code == 0
    assert lab.host("ns").run("named-checkconf -z").code == 0


def test_versions_come_from_the_programs_themselves(lab: World, mx: Machine):
    assert mx.versions()["postfix"].startswith({"12": "3.7.", "13": "3.10."}[lab.release])
    assert mx.versions()["dovecot"].startswith({"12": "2.3.", "13": "2.4."}[lab.release])


def test_a_command_that_never_ends_is_ended(mx: Machine):
    assert mx.run("sleep 1000", timeout=0.3).code == 124


def test_a_command_that_prints_for_ever_is_ended_and_capped(mx: Machine):
    ran = mx.run("yes", timeout=30)
    assert (ran.code, ran.capped, len(ran.output)) == (124, True, CAP)
    assert mx.run("pgrep -x yes").code == 1


def test_a_daemon_that_a_command_starts_does_not_hold_the_command_up(mx: Machine):
    assert mx.run("sleep 300 & echo done", timeout=20).output == "done\n"
    mx.run("pkill -x sleep -f 300")


def test_a_program_with_pipes_is_talked_to_line_by_line(mx: Machine):
    with mx.open(["cat"], user="bea") as program:
        assert program.communicate(b"hallo\n")[0] == b"hallo\n"


def test_a_file_keeps_its_owner_when_it_is_written(mx: Machine):
    mx.check("touch /tmp/own; chown bea /tmp/own")
    mx.write("/tmp/own", "zoë\n", mode=0o600)
    assert mx.read("/tmp/own") == "zoë\n"
    assert mx.check("stat -c '%U %a' /tmp/own") == "bea 600\n"


def test_a_user_starts_at_home(mx: Machine):
    assert mx.run("whoami; pwd", user="bea").output == "bea\n/home/bea\n"


def test_a_host_that_is_not_there_is_refused_with_the_nearest(lab: World):
    with pytest.raises(MailwijzerError, match="did you mean 'laptop'"):
        lab.host("labtop")


def test_servers_answer_on_ipv6_too_and_names_resolve_both_ways(both_families: World):
    laptop = both_families.host("laptop")
    assert laptop.check("dig +short -x 2001:db8:203::25") == "mx.thuis.test.\n"
    for port in (25, 143, 465, 587):
        assert laptop.run(f"nc -6 -z mx.thuis.test {port}").code == 0, port
