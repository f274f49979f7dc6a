"""Where a request comes from: our own pages, this machine, or elsewhere."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.requests import Request

_LOCAL_NAMES = {"127.0.0.1", "localhost", "::1"}
_PROXY_HEADERS = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def is_foreign(request: Request, site_url: str = "") -> bool:
    """Whether a browser says that another site made it send this request.

    Sec-Fetch-Site is what browsers say of themselves and a proxy does not change it; older ones send
    only Origin, which has to name us. A client that sends neither is no browser that could be misled.
    """
    fetch_site = request.headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return False
    ours = {request.headers.get("host", "").lower(), urlsplit(site_url).netloc.lower()}
    return urlsplit(origin).netloc.lower() not in ours - {""}


def is_exposed(request: Request, origin: str) -> bool:
    """Whether a request came for the name under which the desk may be entered from outside."""
    if not origin:
        return False
    wanted = urlsplit(origin)
    try:
        asked = urlsplit(f"//{request.headers.get('host', '')}")
        port = asked.port
    except ValueError:
        return False
    # A proxy may pass the name on without the port.
    return asked.hostname == wanted.hostname and port in (None, wanted.port, 443)


def is_local(request: Request) -> bool:
    """Whether the request comes from this machine, for a name of this machine, and not by a proxy.

    The Host header is checked against DNS rebinding: a foreign name may resolve to 127.0.0.1.
    """
    if any(name in request.headers for name in _PROXY_HEADERS):
        return False
    try:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname
        address = ipaddress.ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    return address.is_loopback and host in _LOCAL_NAMES
