"""What this computer says of the way out: through which proxy, and whom a file of certificates has it trust.

A setting that can't be used is told by its name and never by its value: a proxy's address may hold a password.
"""

from __future__ import annotations

import os
import socket
import ssl
import sys
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from clockdesk.api.address import is_loopback_url
from clockdesk.api.errors import causes, no_line
from clockdesk.domain.errors import ErrorCode, KnownError

CERTIFICATES = "SSL_CERT_FILE"
NO_ADDRESS = "it is no address such as http://proxy.hotel.example:3128"
NO_SUCH_KIND = "ClockDesk goes through proxies of http:// and https:// only"


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy to go through. `setting`: what says so, in the words of a sentence. `url` may hold a password."""

    url: str = field(repr=False)
    setting: str

    @property
    def host(self) -> str:
        """Its name, without port and without who signs in."""
        return urlsplit(self.url).hostname or ""

    def unusable(self, why: str) -> KnownError:
        """The error for a setting that leads nowhere."""
        return KnownError(ErrorCode.OFFLINE, f"{_capital(self.setting)} can't be used: {why}. Ask IT to correct it.")

    def closed(self, error: BaseException, status: str, *, asked: bool, timed_out: bool) -> KnownError | None:
        """The error for an exchange that ended before this proxy had opened the way; None: the line beyond it broke.

        `asked`: the proxy was reached and asked for the way; `status`: what it answered, empty for nothing sensible.
        """
        behind = list(causes(error))
        if asked:
            if timed_out or status.startswith("5"):
                return None
            what = f"The proxy {self.host} does not let ClockDesk through{f' (it answers {status})' if status else ''}"
            return KnownError(ErrorCode.OFFLINE, f"{what}. Ask IT to correct {self.setting}.")
        if any(isinstance(cause, ssl.SSLError) for cause in behind):
            return no_line(error, self.host, timed_out=timed_out, garbled=False, sent=False)
        if any(isinstance(cause, socket.gaierror) for cause in behind):
            return self.unusable(f"there is no proxy named {self.host}, or no network")
        what = f"No connection to the proxy {self.host}{' in time' if timed_out else ''}"
        step = f"Check the network; if other programs have it, ask IT to correct {self.setting}."
        return KnownError(ErrorCode.TIMED_OUT if timed_out else ErrorCode.OFFLINE, f"{what}. {step}")


def system_proxy(origin: str) -> Proxy | None:
    """The proxy for `https://host:port`, as environment or operating system say; never one for this machine.

    Raises KnownError(OFFLINE) for a setting that can't be used.
    """
    import urllib.request  # noqa: PLC0415 (for a first call)

    parts = urlsplit(origin)
    if is_loopback_url(origin) or urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    proxies = urllib.request.getproxies()
    value = proxies.get(parts.scheme) or proxies.get("all")
    if not value or not (value := value.strip()):
        return None
    name = _variable(value, f"{parts.scheme}_proxy") or _variable(value, "all_proxy")
    if value.lower().startswith("socks") and name.lower() != f"{parts.scheme}_proxy":
        return (
            None  # a desktop's own setting for all programs, of a kind that httpx does not speak: as if there were none
        )
    setting = f"the proxy setting {name} of this computer" if name else "the proxy setting of this computer"
    proxy = Proxy(value if "://" in value else f"http://{value}", setting)
    if why := _fault(proxy.url):
        raise proxy.unusable(why)
    return proxy


def check_certificates() -> None:
    """Raises KnownError(TLS) when `SSL_CERT_FILE` names a file that no certificate can be read from.

    OpenSSL passes over such a file in silence, and then it is not trusted whom IT meant. Windows and macOS have trust
    stores of their own, which the variable does not concern.
    """
    name = os.environ.get(CERTIFICATES)
    if not name or sys.platform in {"win32", "darwin"}:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=name)
    except FileNotFoundError:
        why = "there is no such file"
    except ssl.SSLError:
        why = "it holds no certificate in PEM form"
    except OSError:
        why = "it can't be read"
    else:
        return
    raise KnownError(
        ErrorCode.TLS,
        f"The file of certificates that {CERTIFICATES} names on this computer can't be used: {why}. "
        "Ask IT to correct the setting.",
    )


def _variable(value: str, wanted: str) -> str:
    """The name, as it is written, of the environment's variable that holds this; empty for none."""
    held = (name for name, found in os.environ.items() if name.lower() == wanted and found.strip() == value)
    return next(held, "")


def _fault(url: str) -> str:
    """Why this is no proxy's address; empty when it is one.

    An unescaped `/`, `?` or `#` in a password ends the address early: what is taken for its host then is a secret.
    """
    try:
        parts = urlsplit(url)
        whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return NO_ADDRESS
    if parts.scheme not in {"http", "https"}:
        return NO_SUCH_KIND
    return "" if whole and "@" not in f"{parts.path}{parts.query}{parts.fragment}" else NO_ADDRESS


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
