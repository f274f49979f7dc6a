"""What is decided before any machine starts: pure functions and clear refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailwijzer.errors import MailwijzerError
from mailwijzer.lab import account, mirror, story
from mailwijzer.lab.images.recipe import recipe
from mailwijzer.lab.zones import reverse_zone, zones

WORLDS = sorted((Path(__file__).parents[2] / "docs" / "worlds").glob("*.yml"))
TARGETS = """http://packages.example.org/ stable main
http://mirror.example.org/debian/ bookworm main
http://mirror.example.org/debian/ bookworm-updates main
http://mirror.example.org/debian/ bookworm contrib
http://mirror.example.org/debian-security/ bookworm-security main
"""


@pytest.mark.parametrize("path", WORLDS, ids=lambda path: path.stem)
def test_every_world_of_the_site_can_be_read(path: Path):
    assert story.load(path).hosts


def test_the_mirror_is_the_one_that_apt_uses():
    found = mirror.parse(TARGETS.partition("\n")[2])
    assert found == mirror.Mirror(
        "http://mirror.example.org/debian/", "http://mirror.example.org/debian-security/"
    )


def test_an_image_gets_updates_and_security_updates_of_its_suite():
    lines = mirror.parse(TARGETS).lines("trixie", "/keys.gpg")
    assert [line.split()[3] for line in lines] == ["trixie", "trixie-updates", "trixie-security"]


def test_without_a_mirror_of_debian_the_message_says_how_to_name_one():
    with pytest.raises(account.LabUnavailableError, match="export MAILWIJZER_MIRROR="):
        mirror.parse("http://mirror.example.org/ubuntu noble main\n")


def test_new_subordinate_ids_lie_after_all_that_are_given_out():
    assert account.next_free("") == 100_000
    assert account.next_free("ann:100000:65536\nbob:165536:65536\n") == 231_072


def test_the_key_of_an_image_depends_on_release_and_architecture():
    made = {recipe("mail", release, cpu).key for release in ("12", "13") for cpu in ("amd64", "arm64")}
    assert len(made) == 4


def test_an_image_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(MailwijzerError, match="there are: mail"):
        recipe("mial", "13", "amd64")


def test_a_misspelt_key_of_a_world_is_told_with_file_and_key(tmp_path: Path):
    path = tmp_path / "w.yml"
    path.write_text("title: x\nhosts: {ns: {fqdn: a.test, v4: 192.0.2.1, daemon: [bind]}}\n")
    with pytest.raises(MailwijzerError, match=r"w\.yml: hosts\.ns\.daemon: .* did you mean 'daemons'\?"):
        story.load(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ": a world is a mapping with `title` and `hosts`"),
        ("title: x\nhosts: [\n", ":3: not YAML: "),
        (
            "title: x\nhosts: {a: {fqdn: a.test, v4: 192.0.2.1, daemons: [postfx]}}",
            "did you mean 'postfix'?",
        ),
        ("title: x\nhosts: {a: {v4: 192.0.2.1}}", ": hosts.a.fqdn: Field required"),
    ],
)
def test_a_file_that_is_no_world_is_told_what_is_missing(tmp_path: Path, text: str, said: str):
    path = tmp_path / "w.yml"
    path.write_text(text)
    with pytest.raises(MailwijzerError) as raised:
        story.load(path)
    assert said in str(raised.value)


def test_a_world_without_a_name_server_is_refused(tmp_path: Path):
    path = tmp_path / "w.yml"
    path.write_text("title: x\nhosts: {mx: {fqdn: mx.a.test, v4: 192.0.2.1}}\n")
    with pytest.raises(MailwijzerError, match="exactly one host must run bind"):
        story.load(path)


def test_reverse_zones_are_cut_where_the_registries_cut_them():
    assert reverse_zone("203.0.113.25") == "113.0.203.in-addr.arpa"
    assert reverse_zone("2001:db8::25") == "8.b.d.0.1.0.0.2.ip6.arpa"


def test_the_root_delegates_every_zone_of_the_world():
    made = zones(story.load(WORLDS[0]))
    for zone in made.keys() - {"."}:
        assert f"{zone}. NS " in made["."]


def test_postfix_is_prepared_only_in_an_image_that_has_it():
    prepared = {name: "postfix check" in str(recipe(name, "13", "amd64").options) for name in ("mail", "sip")}
    assert prepared == {"mail": True, "sip": False}


@pytest.mark.parametrize(
    ("host", "said"),
    [
        (
            "pc: {fqdn: pc.a.test, v4: 192.168.1.9, behind: ns}",
            r"\.behind: 'ns' is no host with a `lan`",
        ),
        (
            "pc: {fqdn: pc.a.test, v4: 10.0.0.9, behind: rt}",
            r"\.v4: 10\.0\.0\.9 is not in the network",
        ),
        ("pc: {fqdn: pc.a.test, v4: 192.0.2.1}", r"hosts\.pc\.v4: 192\.0\.2\.1 is the address of ns already"),
        ("pc: {fqdn: pc.a.test, v4: 192.0.2.300}", r"hosts\.pc\.v4: .*not permitted"),
        ("pc: {fqdn: pc.a.test, v4: 192.0.2.9, phone: x@a.test}", r"hosts\.pc\.phone: no host with kamailio"),
        ("pc: {fqdn: pc.a.test, v4: 192.0.2.9, dane: true}", r"hosts\.pc\.dane: needs `signed: true`"),
    ],
)
def test_a_host_that_cannot_be_is_told_with_file_and_key(tmp_path: Path, host: str, said: str):
    path = tmp_path / "w.yml"
    router = "rt: {fqdn: rt.a.test, v4: 192.0.2.2, lan: 192.168.1.1/24}"
    path.write_text(
        f"title: x\nhosts:\n  ns: {{fqdn: ns.a.test, v4: 192.0.2.1, daemons: [bind]}}\n  {router}\n  {host}\n"
    )
    with pytest.raises(MailwijzerError, match=rf"w\.yml: (hosts\.pc)?{said}"):
        story.load(path)


def test_what_is_behind_a_router_is_in_no_zone():
    made = zones(story.load(WORLDS[0].with_name("sip.yml")))
    assert "192.168" not in "".join(made.values())
    assert "_sip._udp.thuis.test. SRV 10 10 5060 sip.thuis.test." in made["thuis.test"]
