"""How this workstation reaches the services: through which proxy, and which certificates it trusts too."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from clockdesk.api.address import is_loopback_url
from clockdesk.api.environment import Proxy, system_proxy
from clockdesk.api.wire import make_tls
from clockdesk.domain.errors import UserError

if TYPE_CHECKING:
    from typing import Self

SYSTEM, NONE = "system", "none"
SETTING = "the `proxy` of ClockDesk's settings"
_FORMS = '"system", "none" or an address such as "http://proxy.hotel.example:3128"'


@dataclass(frozen=True, slots=True)
class Route:
    """`proxy`: "system", "none" or `http://host:port`; `ca_file`: a PEM file of authorities trusted too, or empty."""

    proxy: str = SYSTEM
    ca_file: str = ""

    def checked(self) -> Self:
        """The route itself when it can be used. Raises UserError with the next step."""
        if self.proxy not in {SYSTEM, NONE}:
            try:
                parts = urlsplit(self.proxy)
                fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port is not None
            except ValueError:
                fine = False
            if not fine or parts.path.strip("/") or parts.query or parts.fragment:
                raise UserError(f"`proxy` is {_FORMS}.")
            if "@" in parts.netloc:
                raise UserError("`proxy` holds a name or a password: they have no place in a file. Leave them out.")
        if self.ca_file:
            self.tls()
        return self

    def proxy_for(self, origin: str) -> Proxy | None:
        """The proxy for `https://host:port`; never one for this machine.

        Raises KnownError(OFFLINE) for a setting of this computer that can't be used.
        """
        if self.proxy == SYSTEM:
            return system_proxy(origin)
        return None if self.proxy == NONE or is_loopback_url(origin) else Proxy(self.proxy, SETTING)

    def tls(self) -> ssl.SSLContext:
        """The system's trust, and the authorities of `ca_file`. Costs about 20 ms. Raises UserError."""
        context = make_tls()
        if self.ca_file:
            try:
                context.load_verify_locations(cafile=self.ca_file)
            except (OSError, ssl.SSLError):
                name = Path(self.ca_file).name
                raise UserError(f"`ca_file` ({name}) can't be read, or holds no certificate in PEM form.") from None
        return context
