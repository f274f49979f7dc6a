"""The two ceremonies of passkeys (W3C WebAuthn), by py_webauthn; read only where the desk is exposed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from mailwijzer.errors import MailwijzerError

_MILLISECONDS = 120_000


class RefusedError(MailwijzerError):
    """A browser's answer that proves nothing."""


@dataclass(frozen=True)
class Registered:
    """A new credential."""

    id: str
    public_key: bytes
    sign_count: int


def checked_origin(text: str) -> str:
    """An origin that passkeys can be bound to, "" for none; raises MailwijzerError."""
    if not text:
        return ""
    parts = urlsplit(text)
    host = parts.hostname or ""
    whole = f"{parts.scheme}://{parts.netloc}" == text.rstrip("/") and "@" not in parts.netloc
    secure = parts.scheme == "https" or (parts.scheme == "http" and host == "localhost")
    if not (host and whole and secure) or _is_address(host):
        raise MailwijzerError(
            f"MAILWIJZER_DESK_ORIGIN is '{text}'; write the desk's address as https://www.example.org, "
            "with a name and without a path: passkeys work nowhere else"
        )
    if find_spec("webauthn") is None:
        raise MailwijzerError(
            "MAILWIJZER_DESK_ORIGIN is set, but the package webauthn is missing; "
            "install mailwijzer[passkeys], or unset it: the desk then opens on this machine only"
        )
    return text.rstrip("/").lower()


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def party(origin: str) -> str:
    """The name that passkeys of an origin are bound to."""
    return urlsplit(origin).hostname or ""


def creation(origin: str, site: str, name: str, challenge: str) -> Mapping[str, Any]:
    """What a browser is asked for a new passkey: one that it finds by itself, and that verifies its user."""
    import webauthn
    from webauthn.helpers import structs

    made = webauthn.generate_registration_options(
        rp_id=party(origin),
        rp_name=site,
        user_name=name,
        challenge=_bytes(challenge),
        timeout=_MILLISECONDS,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
    )
    return dict(json.loads(webauthn.options_to_json(made)))


def request(origin: str, challenge: str) -> Mapping[str, Any]:
    """What a browser is asked at the door. It names no credential: nobody learns which there are."""
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    made = webauthn.generate_authentication_options(
        rp_id=party(origin),
        challenge=_bytes(challenge),
        timeout=_MILLISECONDS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(json.loads(webauthn.options_to_json(made)))


def registered(origin: str, challenge: str, credential: Mapping[str, Any]) -> Registered:
    """The credential that a browser made for a challenge; raises RefusedError."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = webauthn.verify_registration_response(
            credential=dict(credential),
            expected_challenge=_bytes(challenge),
            expected_rp_id=party(origin),
            expected_origin=origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise RefusedError(str(error)) from None
    ident = webauthn.helpers.bytes_to_base64url(found.credential_id)
    return Registered(ident, found.credential_public_key, found.sign_count)


def counted(
    origin: str, challenge: str, credential: Mapping[str, Any], public_key: bytes, sign_count: int
) -> int:
    """The sign count of a login by this key; raises RefusedError, for a count that did not rise too."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = webauthn.verify_authentication_response(
            credential=dict(credential),
            expected_challenge=_bytes(challenge),
            expected_rp_id=party(origin),
            expected_origin=origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise RefusedError(str(error)) from None
    return found.new_sign_count


def _bytes(text: str) -> bytes:
    from webauthn.helpers import base64url_to_bytes

    return base64url_to_bytes(text)
