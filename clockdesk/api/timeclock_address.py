"""Where the time clock is, and the key that opens it: read from what a person types."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from clockdesk.api.address import is_host, is_loopback_url
from clockdesk.domain.errors import UserError

DEFAULT = "https://api.sonorancms.com"
"""The service itself (time clock facts, 1.1); a hotel's own proxy is better (1.8)."""
_LETTERS = re.compile(r"[\w.~%:@!$&'()*+,;=/-]*", re.ASCII)
_PATH = re.compile(r"/v2(/community)?/*$")


def clock_base(text: str) -> str:
    """The base address without a trailing slash; empty is the service itself.

    A path in front (a proxy's) is kept, `/v2...` at the end is taken off. Raises UserError: plain http is for this
    computer alone, because the key goes with every call.
    """
    text = text.strip() or DEFAULT
    try:
        is_here = is_loopback_url(text if "://" in text else f"//{text}")
        parts = urlsplit(text if "://" in text else f"{'http' if is_here else 'https'}://{text}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise UserError(f"The time clock's address can't be read; it looks like {DEFAULT}.") from None
    if "@" in parts.netloc:
        raise UserError("Leave user and password out of the time clock's address; the key has a field of its own.")
    if parts.scheme.lower() not in {"http", "https"} or not is_host(host):
        raise UserError(f"The time clock's address looks like {DEFAULT}.")
    if parts.query or parts.fragment or not _LETTERS.fullmatch(parts.path):
        raise UserError(f"Leave out everything after ? or # in the time clock's address; it looks like {DEFAULT}.")
    if parts.scheme.lower() == "http" and not is_here:
        raise UserError("The time clock's key would travel unprotected: start the address with https://.")
    shown = f"[{host}]" if ":" in host else host
    path = _PATH.sub("", parts.path.rstrip("/"))
    return f"{parts.scheme.lower()}://{shown}{f':{port}' if port else ''}{path}".rstrip("/")


def clock_key(text: str) -> str:
    """The key as it goes into the header; its form is not checked further (time clock facts, 1.4). Raises UserError."""
    key = text.strip().removeprefix("Bearer ").strip()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise UserError("Paste the API key of the time clock as the CMS shows it (Administrative Panel, API).")
    return key
