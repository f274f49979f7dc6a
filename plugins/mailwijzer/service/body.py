"""Reading a posted form without trusting its size, its speed or its encoding."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

import anyio
from starlette.requests import ClientDisconnect, Request

from mailwijzer.errors import MailwijzerError

SECONDS = 30
"""How long a form may take to arrive."""

_MAX_FIELDS = 200
_DRAIN = 4 * 1024 * 1024
"""How much of a body that is too large is read and thrown away, so that the sender sees our answer."""


class Reason(StrEnum):
    """Why a body is not taken; the names are those of the texts that explain it."""

    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    TOO_SLOW = "too_slow"
    MALFORMED = "malformed"


STATUS = {Reason.TOO_LARGE: 413, Reason.UNSUPPORTED: 415, Reason.TOO_SLOW: 408, Reason.MALFORMED: 400}
"""HTTP status of each reason (RFC 9110 15.5)."""


class RefusedBodyError(MailwijzerError):
    """The body was not taken; nothing of it was kept."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.value)


@dataclass(frozen=True)
class Fields:
    """The fields of a form; a field may occur more than once."""

    values: Mapping[str, tuple[str, ...]]
    damaged: bool = False
    """Bytes that are not UTF-8 were replaced by U+FFFD."""

    def one(self, name: str) -> str:
        """The first value of a field, with line ends as LF; empty when it is missing."""
        value = self.values.get(name, ("",))[0]
        return value.replace("\r\n", "\n").replace("\r", "\n")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field."""
        return self.values.get(name, ())


async def read_form(request: Request, limit: int) -> Fields:
    """The fields of an application/x-www-form-urlencoded body of at most `limit` bytes.

    Raises RefusedBodyError for a body that is too large, too slow, of another type, or no form.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise RefusedBodyError(Reason.UNSUPPORTED)
    try:
        with anyio.fail_after(SECONDS):
            body = await _read(request, limit)
    except TimeoutError:
        raise RefusedBodyError(Reason.TOO_SLOW) from None
    except ClientDisconnect:
        raise RefusedBodyError(Reason.MALFORMED) from None
    return parse(body)


async def read_json(request: Request, limit: int) -> Mapping[str, Any]:
    """The object in an application/json body of at most `limit` bytes. Raises RefusedBodyError."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise RefusedBodyError(Reason.UNSUPPORTED)
    try:
        with anyio.fail_after(SECONDS):
            found = json.loads(await _read(request, limit))
    except TimeoutError:
        raise RefusedBodyError(Reason.TOO_SLOW) from None
    except (ClientDisconnect, ValueError, RecursionError):
        raise RefusedBodyError(Reason.MALFORMED) from None
    if not isinstance(found, dict):
        raise RefusedBodyError(Reason.MALFORMED)
    return found


async def _read(request: Request, limit: int) -> bytes:
    body = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            body.clear()
            if size > _DRAIN:
                break
        else:
            body += chunk
    if size > limit:
        raise RefusedBodyError(Reason.TOO_LARGE)
    return bytes(body)


def parse(body: bytes) -> Fields:
    """The fields of a body. Raises RefusedBodyError when it cannot be a form."""
    try:
        return _parse(body, "strict")
    except UnicodeDecodeError:
        return _parse(body, "replace")


def _parse(body: bytes, errors: str) -> Fields:
    values: dict[str, tuple[str, ...]] = {}
    try:
        pairs = parse_qsl(
            body.decode("utf-8", errors), keep_blank_values=True, errors=errors, max_num_fields=_MAX_FIELDS
        )
    except UnicodeDecodeError:
        raise
    except ValueError:
        raise RefusedBodyError(Reason.MALFORMED) from None
    for name, value in pairs:
        values[name] = (*values.get(name, ()), value)
    return Fields(values, damaged=errors == "replace")


def whole(text: str) -> int:
    """The number of a question that a form brings; 0, which no question has, for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else 0
