"""Where an account lives: read from what a person types, written for each api type."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from clockdesk.domain.errors import UserError

API_TYPES = ("base_api", "pms_api", "pos_api")
_EXAMPLE = "https://sky-eu1.clock-software.com/11111/22222"
_REGION = re.compile(r"[a-z0-9][a-z0-9-]*")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")
_STEP = re.compile(r"[\w.~%:@!$&'()*+,;=-]+", re.ASCII)
_NUMBERS = re.compile(r"[0-9.]+|[^%]*:[^%]*")


@dataclass(frozen=True, slots=True)
class BaseUrl:
    """One account of the service: `{origin}{prefix}/{api}/{subscription}/{account}` (facts, section 1).

    `origin` is scheme, host and port; `prefix` is empty at the service itself and a path behind a reverse proxy.
    """

    origin: str
    subscription: str
    account: str
    prefix: str = ""

    @classmethod
    def of(cls, region: str, subscription: str, account: str) -> BaseUrl:
        """The account in a region (`sky-eu1`), or on the host a person typed in the region's place.

        Raises UserError with the next step when a part is not what it should be.
        """
        region, subscription, account = region.strip(), subscription.strip(), account.strip()
        if not region:
            raise UserError("Type the region, for example sky-eu1.")
        for name, number in (("subscription", subscription), ("account", account)):
            if not _is_number(number):
                raise UserError(f"The {name} is a number, for example 11111.")
        if _REGION.fullmatch(region.lower()) and region.lower() != "localhost":
            region = f"{region.lower()}.clock-software.com"
        return cls.parse(f"{region.rstrip('/')}/{subscription}/{account}")

    @classmethod
    def parse(cls, text: str) -> BaseUrl:
        """The account behind a URL that ends in `/{subscription}/{account}`.

        The api type, a trailing slash and the scheme may be there or not; without a scheme it is https (http for
        this machine). Raises UserError with the next step.
        """
        text = text.strip()
        if not text:
            raise UserError(f"Type the address of the account, for example {_EXAMPLE}.")
        try:
            parts = urlsplit(text if "://" in text else f"//{text}")
        except ValueError:  # half an IPv6 address, or letters that turn into others
            raise UserError(f"The address can't be read; it looks like {_EXAMPLE}.") from None
        host, port = _host_and_port(parts.netloc)
        scheme = parts.scheme.lower() or ("http" if _is_loopback(host) else "https")
        if parts.query or parts.fragment:
            raise UserError(f"Leave out everything after ? or # in the address; it looks like {_EXAMPLE}.")
        if scheme not in {"http", "https"}:
            raise UserError(f"The address starts with https://, not {scheme}://.")
        if scheme == "http" and not _is_loopback(host):
            raise UserError("The key would travel unprotected: start the address with https://.")
        steps = [step for step in parts.path.split("/") if step]
        if len(steps) < 2 or not (_is_number(steps[-2]) and _is_number(steps[-1])):  # noqa: PLR2004 (two numbers)
            raise UserError(f"The address must end in /subscription/account, two numbers: {_EXAMPLE}.")
        *before, subscription, account = steps
        while before and before[-1] in API_TYPES:
            before.pop()
        if not all(_STEP.fullmatch(step) for step in before):
            raise UserError(f"There are letters in the address that no server's address has; it looks like {_EXAMPLE}.")
        shown = f"[{host}]" if ":" in host else host
        origin = f"{scheme}://{shown}" + (f":{port}" if port else "")
        return cls(origin, subscription, account, "".join(f"/{step}" for step in before))

    def for_api(self, api: str) -> str:
        """The account's root URL for one api type, without a trailing slash. Raises ValueError for another type."""
        if api not in API_TYPES:
            msg = f"{api} is no api type"
            raise ValueError(msg)
        return f"{self.origin}{self.prefix}/{api}/{self.subscription}/{self.account}"

    @property
    def host(self) -> str:
        """The host name alone; the gate's limit counts per host and API user."""
        return urlsplit(self.origin).hostname or ""

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine (the embedded hotel, a test)."""
        return _is_loopback(self.host)

    @property
    def text(self) -> str:
        """The canonical address, without the api type."""
        return f"{self.origin}{self.prefix}/{self.subscription}/{self.account}"


def is_loopback_url(url: str) -> bool:
    """Whether a URL points at this machine."""
    return _is_loopback(urlsplit(url).hostname or "")


def _host_and_port(netloc: str) -> tuple[str, int | None]:
    if "@" in netloc:
        raise UserError("Leave user and password out of the address; they have fields of their own.")
    parts = urlsplit(f"//{netloc}")
    try:
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise UserError("The port in the address is not a number up to 65535.") from None
    if not is_host(host):
        raise UserError(f"There is no host name in the address; it looks like {_EXAMPLE}.")
    return host, port


def is_host(host: str) -> bool:
    """Whether a server can have this name (small letters) or number."""
    if _NUMBERS.fullmatch(host):
        try:
            return bool(ipaddress.ip_address(host))
        except ValueError:
            return False
    return _HOST.fullmatch(host) is not None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
