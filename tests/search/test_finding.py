from __future__ import annotations

import pytest

from mailwijzer.search import synonyms
from search.corpus import DUTCH, MAIL, finder, section


def urls(query: str, **more: object) -> list[str]:
    return [hit.section.url for hit in finder(MAIL).find(query, **more).hits]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "url"),
    [
        ("why does my provider block port 25?", "qa/1/"),
        ("greylist", "smtp/#greylisting"),
        ("greylstng", "smtp/#greylisting"),
        ("550 5.7.25", "dns/#ptr"),
        ("550-5.7.25", "dns/#ptr"),
        ("_dmarc", "dns/#dmarc"),
        ("smtpd_relay_restrictions", "smtp/#relay"),
        ("Nov 24 10:00:00 mx postfix/smtpd[99]: 554 5.7.1 <x@y.test>: Relay access denied", "smtp/#relay"),
        (
            "postfix/smtp[7]: connect to other.test[198.51.100.1]:25: Connection timed out",
            "qa/1/",
        ),
        ("PTR RECORD", "dns/#ptr"),
        ("gr", ""),
        ("gre", "smtp/#greylisting"),
    ],
)
def test_a_query_finds_its_section_first(query: str, url: str) -> None:
    assert (urls(query) or [""])[0] == url


def test_a_corrected_word_is_told() -> None:
    made = finder(MAIL).find("greylstng now").plan
    assert made.corrected == {"greylstng": "greylisting"}


def test_a_word_that_is_nowhere_is_told() -> None:
    quarter = section("time/", "A quarter of an hour", "One quarter, and another quarter.")
    result = finder([*MAIL, quarter]).find("xylophone quartz")
    assert result.hits == ()
    assert result.plan.unknown == ["xylophone", "quartz"]


def test_a_section_with_all_words_comes_before_one_that_has_the_rarest_often() -> None:
    made = [
        section("a/", "Reputation", "Reputation, reputation. " * 9),
        section("b/", "Sending", "A new address has no reputation yet with big receivers."),
        section("c/", "Addresses", "An address, and receivers. A new one, and big ones."),
        section("d/", "Receivers", "Big receivers have a new address."),
    ]
    found = finder(made).find("reputation of a new address with big receivers").hits
    assert [hit.section.url for hit in found][:1] == ["b/"]


def test_a_pasted_line_is_found_by_its_words_and_not_by_names_made_up_for_examples() -> None:
    made = [
        section("a/", "Machines", "dialup.example.com 198.51.100.66"),
        section("b/", "A name that leads nowhere", "hostname x.test does not resolve to address 192.0.2.1"),
        *MAIL,
    ]
    line = "warning: hostname dialup.example.com does not resolve to address 198.51.100.66"
    assert [hit.section.url for hit in finder(made).find(line).hits][:2] == ["b/", "a/"]
    assert finder(made).find("dialup.example.com").hits[0].section.url == "a/"


def test_the_first_sentence_of_a_text_counts_more() -> None:
    rest = "It is about something else altogether, which is told at some length. "
    made = [
        section("a/", "One", rest + "Here, as an aside, quotas are named."),
        section("b/", "Two", "Here, as the subject, quotas are named. " + rest),
        *MAIL,
    ]
    assert [hit.section.url for hit in finder(made).find("quotas").hits] == ["b/", "a/"]


def test_a_filter_keeps_its_kind_and_its_topic() -> None:
    assert set(urls("port", filters=["kind/question"])) == {"qa/1/"}
    assert set(urls("port", filters=["topic/delivery"])) == {"qa/1/"}
    assert urls("port", filters=["topic/nothing"]) == []


def test_synonyms_find_what_has_none_of_the_words() -> None:
    groups = synonyms.parse("- [omgekeerde naam, reverse, ptr]", "synonyms.yml")
    found = finder(MAIL, groups=groups).find("omgekeerde naam")
    assert [hit.section.url for hit in found.hits] == ["dns/#ptr"]


@pytest.mark.parametrize(
    ("query", "url"),
    [
        ("mailserver logboek", "log/#boek"),
        ("versleutelingsprotocol", "tls/#protocol"),
        ("wachtrijen", "smtp/#wachtrij"),
        ("wagtrij", "smtp/#wachtrij"),
    ],
)
def test_dutch_compounds_and_plurals_are_found(query: str, url: str) -> None:
    assert finder(DUTCH, "nl").find(query).hits[0].section.url == url


def test_a_compound_in_a_text_is_found_by_its_parts() -> None:
    found = [hit.section.url for hit in finder(DUTCH, "nl").find("logboek").hits]
    assert set(found) == {"log/#boek", "log/#een"}


def test_equals_stand_in_the_order_of_the_pages() -> None:
    made = [section(f"x/{n}/", "Twin", "the very same words") for n in range(5)]
    assert [hit.section.url for hit in finder(made).find("twin").hits] == [f"x/{n}/" for n in range(5)]


def test_the_excerpt_shows_and_marks_the_words() -> None:
    text = "Nothing here. " * 40 + "Then Greylisted mail waits. " + "And no more. " * 40
    hit = finder([section("x/", "Patience", text)]).find("greylist mail").hits[0]
    assert ("Greylisted", True) in hit.excerpt.parts
    assert ("mail", True) in hit.excerpt.parts
    assert hit.excerpt.text.startswith("… ")
    assert len(hit.excerpt.text) < 220


def test_words_that_stand_far_apart_are_shown_in_pieces() -> None:
    text = "Greylisting first. " + "Nothing here. " * 40 + "Then the queue waits. " + "And no more. " * 40
    hit = finder([section("x/", "Patience", text)]).find("greylisting queue").hits[0]
    assert {text for text, marked in hit.excerpt.parts if marked} == {"Greylisting", "queue"}
    assert " … " in hit.excerpt.text
    assert len(hit.excerpt.text) < 260
