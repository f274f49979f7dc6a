"""The built site as files: addresses, validators, the right 404, and the headers of every response."""

from __future__ import annotations

import shutil

import pytest

from mailwijzer.publishing.project import Project
from service.browsing import Client


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/", "choose"),
        ("/en/", "start en"),
        ("/nl/smtp-session/", "chapter"),
        ("/en/assets/site.css", "p{}"),
    ],
)
def test_files_and_folders_are_served(client: Client, path: str, text: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, text in answer.text) == (200, True)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/en/nothing/", "missing en"),
        ("/nl/qa/9999-x/", "missing nl"),
        ("/nothing", "missing everywhere"),
        ("/de/ask/", "missing everywhere"),
        ("/nl/ask/received/x/", "missing nl"),
    ],
)
def test_what_is_missing_is_told_in_the_language_of_the_address(client: Client, path: str, text: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, text in answer.text) == (404, True)


@pytest.mark.parametrize(
    "path",
    [
        "/../mkdocs.yml",
        "/en/../../mkdocs.yml",
        "/%2e%2e/mkdocs.yml",
        "/en/..%2f..%2fmkdocs.yml",
        "//etc/passwd",
        "/en/%00",
        "/" + "a" * 5000,
    ],
)
def test_nothing_outside_the_site_is_served(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "site_name" not in answer.text


def test_a_link_that_leaves_the_site_is_not_followed(client: Client, project: Project) -> None:
    (project.site / "en" / "leak").symlink_to(project.root / "mkdocs.yml")
    assert client.get("/en/leak").status_code == 404


def test_a_folder_without_its_slash_is_redirected_without_trusting_the_host(client: Client) -> None:
    answer = client.get("/en/smtp-session?a=b", host="evil.example")
    assert (answer.status_code, answer.headers["location"]) == (308, "/en/smtp-session/?a=b")
    doubled = client.get("http://127.0.0.1:8000//en/smtp-session")
    assert doubled.headers["location"] == "/en/smtp-session/"


def test_an_unchanged_file_is_not_sent_again(client: Client) -> None:
    first = client.get("/en/")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/en/", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "no-cache"


def test_files_cannot_be_posted_to(client: Client) -> None:
    assert client.post("/en/", {"a": "b"}).status_code == 405


def test_a_site_that_is_not_built_is_told_and_served_once_it_is_there(
    client: Client, project: Project
) -> None:
    shutil.move(project.site, project.root / "elsewhere")
    answer = client.get("/en/")
    assert answer.status_code == 503
    assert "make build" in answer.text
    shutil.move(project.root / "elsewhere", project.site)
    assert client.get("/en/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/en/ask/", "/en/ask/received/1/", "/nothing", "/desk", "/en/desk/", "/ask"]
)
def test_every_response_carries_the_security_headers(client: Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    for part in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert "script-src" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_pages_with_a_readers_words_allow_no_inline_style(client: Client) -> None:
    assert "unsafe-inline" not in client.get("/en/ask/").headers["content-security-policy"]


@pytest.mark.parametrize("digits", [10, 25, 5000])
def test_a_number_that_no_question_can_have_is_not_found(client: Client, digits: int) -> None:
    assert client.get(f"/en/ask/received/{'9' * digits}/").status_code == 404
    assert client.get("/en/ask/received/999999999/").status_code == 200
