"""A client for the application, a clock that the test moves, and a reader of forms."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

import httpx


class Clock:
    """A time that the test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Client:
    """Sends requests to the application; keeps cookies unless told otherwise; follows nothing."""

    app: object
    host: str = "127.0.0.1:8000"
    address: str = "127.0.0.1"
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.send("GET", path, headers=_names(headers))

    def post(self, path: str, fields: Mapping[str, object] | bytes, **headers: str) -> httpx.Response:
        body = fields if isinstance(fields, bytes) else urlencode(fields, doseq=True).encode()
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return self.send("POST", path, content=body, headers={**kind, **_names(headers)})

    def send(
        self,
        method: str,
        path: str,
        *,
        content: bytes | AsyncIterator[bytes] = b"",
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        async def run() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=(self.address, 5555))  # type: ignore[arg-type]
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{self.host}") as client:
                sent = {**self.headers, **(headers or {})}
                if self.cookies:
                    sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
                return await client.request(method, path, content=content, headers=sent)

        response = asyncio.run(run())
        self.cookies.update({name: value for name, value in response.cookies.items() if value is not None})
        return response


def _names(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


class Form(HTMLParser):
    """The fields of the page's forms, as a browser would send them untouched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.ids: set[str] = set()
        self.links: list[str] = []
        self._area: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.ids.add(values["id"])
        if tag == "a":
            self.links.append(values.get("href", ""))
        if tag == "input" and "name" in values and values.get("type") not in ("checkbox", "radio"):
            self.fields.setdefault(values["name"], values.get("value", ""))
        if tag == "textarea":
            self._area = values["name"]
            self.fields[self._area] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            # A browser drops the line feed that follows the start tag.
            self.fields[self._area] = self.fields[self._area].removeprefix("\n")
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.fields[self._area] += data


def title_of(response: httpx.Response) -> str:
    found = re.search(r"<title>(.*?)</title>", response.text)
    return found[1] if found else ""
