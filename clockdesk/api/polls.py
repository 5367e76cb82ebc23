"""Long polls: one question each, whose answer is what came on a message channel."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clockdesk.api.call import CLOSING, LARGEST_MESSAGE
from clockdesk.api.errors import bad_answer
from clockdesk.api.wire import Passage, Patience, PollAnswer
from clockdesk.domain.errors import ErrorCode, KnownError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clockdesk.api.transport import Client
    from clockdesk.domain.clock import Clock


class Polls:
    """The client for long polls: other hosts, no credentials, its own pool. Thrown away as a whole when it ends."""

    def __init__(self, clock: Clock, patience: Patience, connect: Callable[[str], Client]) -> None:
        """`connect` makes a client for `https://host:port`; it raises KnownError."""
        self._clock, self._patience, self._connect = clock, patience, connect
        self._clients: dict[str, Client] = {}
        self._closed = False

    async def poll(self, url: str, cursor: Mapping[str, str], wait: float) -> PollAnswer | None:
        """Ask once; None when nothing came within `wait` seconds. `cursor` goes out byte for byte.

        Raises KnownError; a poll that was cut is not repeated in silence, because a broker that restarts forgets
        messages. Cancel it only when the whole object is closed right after.
        """
        if self._closed:
            raise KnownError(ErrorCode.OFFLINE, CLOSING)
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in cursor.items()]
        patience = replace(self._patience, whole=self._patience.whole + wait, largest=LARGEST_MESSAGE)
        way = Passage(self._clock)
        try:
            client = self._client_at("/".join(url.split("/", 3)[:3]))
            extensions = {"trace": way.trace}
            request = client.request(
                "GET", url, headers=headers, timeout=self._patience.each(wait), extensions=extensions
            )
        except ValueError:
            raise bad_answer("The message channel has an address that can't be asked.") from None
        try:
            response, body = await client.exchange(request, way, self._clock, patience, cut=True)
        except KnownError as error:
            if error.code is ErrorCode.TIMED_OUT and way.sent:
                return None
            raise
        raw = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers.raw}
        return PollAnswer(response.status_code, raw, body)

    def _client_at(self, origin: str) -> Client:
        if origin not in self._clients:
            self._clients[origin] = self._connect(origin)
        return self._clients[origin]

    async def close(self) -> None:
        """Throw the connections away. A second call does nothing."""
        self._closed = True
        for client in self._clients.values():
            await client.aclose()
