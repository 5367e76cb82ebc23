"""One exchange with a server, as it is: for the time clock and the update feed, which have rules of their own."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from clockdesk.api.route import Route
from clockdesk.api.transport import Client
from clockdesk.api.wire import Answer, Passage, Patience, quiet_libraries

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from clockdesk.domain.clock import Clock


class Single:
    """Sends what it is given on a connection made for it, signs nothing, judges nothing: for another service's API."""

    def __init__(
        self,
        origin: str,
        clock: Clock,
        patience: Patience | None = None,
        tls: ssl.SSLContext | None = None,
        route: Route | None = None,
    ) -> None:
        """For one origin (`https://host:port`); connects to nothing yet. `route` as a `Line`'s."""
        quiet_libraries()
        self._clock, self._patience = clock, patience or Patience()
        self._origin, self._route = origin, route or Route()
        self._tls = tls or self._route.tls()

    @cached_property
    def _client(self) -> Client:
        return Client(self._route, self._origin, self._tls, self._patience, keep_for=None)

    async def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, way: Passage) -> Answer:
        """One exchange, whatever the status; redirects are answers too. `way` tells how far it got.

        Raises KnownError for what the line did. Run it in a task that nobody cancels (see the module's first words).
        """
        trace = {"trace": way.trace}
        request = self._client.request(method, url, headers=headers, content=body, extensions=trace)
        response, whole = await self._client.exchange(request, way, self._clock, self._patience)
        stamp = way.stamp(response.headers.get("date"))
        return Answer(response.status_code, dict(response.headers.items()), whole, stamp, request.url.path)

    async def close(self) -> None:
        """Throw the connections away."""
        if "_client" in self.__dict__:  # made for a call
            await self._client.aclose()
