"""The message broker: one long-poll channel per event, with a backlog walked by two cursor headers (facts, section 9).

Which broker the service runs is not known. Two that are likely are imitated as measured: nchan (one message an answer)
and push-stream (all pending messages in one body, without a separator).
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

EVENTS: Final = (
    "folio_close",
    "folio_update",
    "folio_void",
    "fiscal_request",
    "folio_fiscalize",
    "housekeeping_changed",
    "booking_new",
    "booking_update",
    "booking_expected",
    "booking_checked_in",
    "booking_checked_out",
    "booking_canceled",
    "booking_no_show",
    "confirmation_send",
    "door_key_new",
    "door_key_update",
    "pos_order_new",
    "booking_guests_update",
)
_SUBJECT: Final = {"fiscal_request": "folio_fiscalize"}
_NAMESPACE: Final = uuid.UUID("7b0a6f0e-53a1-4b6d-9f35-0a6c1f0d2e11")

_LAST_OF_SECOND: Final = 2**31

Cursor = tuple[int, int]
"""Second of the message and its number within that second, from 0. push-stream writes the number one higher."""


@dataclass(slots=True)
class Style:
    """How the broker behaves; all of it can be changed while it runs.

    `first`: what a poll without a cursor gets: the `newest` (it waits) or the `oldest` stored message. `body`: the
    message bare, in an SNS wrapper, or in a JSON list. `backlog`: messages kept per channel. `idle_status`: 304, or
    nchan's 408.
    """

    first: Literal["newest", "oldest"] = "newest"
    body: Literal["bare", "sns", "list"] = "bare"
    push_stream: bool = False
    backlog: int = 100
    idle_seconds: float = 30.0
    idle_status: int = 304

    def change(self, members: Mapping[str, Any]) -> None:
        """Take over these members. ValueError for an unknown one."""
        for name, value in members.items():
            if name not in self.__slots__:
                raise ValueError(f"a channel has no setting {name}")
            setattr(self, name, value)


@dataclass(frozen=True, slots=True)
class Message:
    """One stored message."""

    cursor: Cursor
    body: bytes


@dataclass(slots=True)
class Answer:
    """What a poll gets. Status 0: the line is cut without an answer."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Channel:
    """One event's messages and those who wait for the next."""

    def __init__(self) -> None:
        """Empty."""
        self.messages: deque[Message] = deque()
        self.waiting: set[asyncio.Future[bool]] = set()

    def after(self, cursor: Cursor) -> list[Message]:
        """Stored messages behind the cursor; one older than the backlog silently continues at its start."""
        return [message for message in self.messages if message.cursor > cursor]

    def wake(self, *, alive: bool) -> None:
        """Let everybody who waits look again, or (not alive) be cut off."""
        for waiter in self.waiting:
            if not waiter.done():
                waiter.set_result(alive)


class Channels:
    """All channels of one account."""

    def __init__(self, account: int, seed: int, now: Callable[[], datetime], style: Style | None = None) -> None:
        """`now` is the hotel's clock; the addresses follow from account and seed."""
        self._account = account
        self._secret = uuid.uuid5(_NAMESPACE, f"{account}:{seed}")
        self._now = now
        self._channels = {event: Channel() for event in EVENTS}
        self._last: Cursor = (0, -1)
        self.style = style or Style()

    def path(self, event: str) -> str:
        """The path of an event's channel: `/sub/<uuid>-<account>-<event>`."""
        return f"/sub/{self._secret}-{self._account}-{event}"

    def event_at(self, path: str) -> str | None:
        """The event whose channel has this path."""
        head = f"/sub/{self._secret}-{self._account}-"
        event = path.removeprefix(head)
        return event if path.startswith(head) and event in self._channels else None

    @property
    def open_polls(self) -> dict[str, int]:
        """How many wait per event, where any do."""
        return {event: len(channel.waiting) for event, channel in self._channels.items() if channel.waiting}

    def publish(self, event: str, payload: Mapping[str, Any]) -> None:
        """Store a message and wake who waits for it."""
        channel = self._channels[event]
        second = max(int(self._now().timestamp()), self._last[0])
        self._last = (second, self._last[1] + 1 if second == self._last[0] else 0)
        channel.messages.append(Message(self._last, self._body(event, payload)))
        while len(channel.messages) > max(self.style.backlog, 0):
            channel.messages.popleft()
        channel.wake(alive=True)

    def restart(self) -> None:
        """The broker starts anew: open polls are cut, stored messages are gone. Nobody is told."""
        for channel in self._channels.values():
            channel.messages.clear()
            channel.wake(alive=False)

    async def poll(self, event: str, headers: Mapping[str, str]) -> Answer:
        """Answer one long poll: at once when a message is due, else when one comes or the idle time is over."""
        channel = self._channels[event]
        try:
            cursor = self._cursor(headers)
        except ValueError:
            return Answer(400, {"content-type": "text/plain"}, b"Message ID invalid\n")
        if cursor is None:
            cursor = (-1, 0) if self.style.first == "oldest" or not channel.messages else channel.messages[-1].cursor
        deadline = asyncio.get_running_loop().time() + self.style.idle_seconds
        while not (due := channel.after(cursor)):
            alive = await self._next(channel, deadline)
            if alive is None:
                return self._idle(headers)
            if not alive:
                return Answer(0)
        return self._found(due)

    async def _next(self, channel: Channel, deadline: float) -> bool | None:
        """True: something was published; False: the broker restarted; None: nothing came in time."""
        waiter: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        channel.waiting.add(waiter)
        try:
            async with asyncio.timeout_at(deadline):
                return await waiter
        except TimeoutError:
            return None
        finally:
            channel.waiting.discard(waiter)

    def _cursor(self, headers: Mapping[str, str]) -> Cursor | None:
        since, tag = headers.get("if-modified-since"), headers.get("if-none-match")
        if since is None:
            return None
        second = int(parsedate_to_datetime(since).timestamp())
        if tag is not None:
            return second, int(tag.removeprefix("W/")) - self.style.push_stream
        if not self.style.push_stream:
            raise ValueError("nchan wants both")
        return second, _LAST_OF_SECOND

    def _found(self, due: list[Message]) -> Answer:
        taken = due if self.style.push_stream else due[:1]
        headers = self._cursor_headers(taken[-1].cursor) | {"content-type": "application/json"}
        return Answer(200, headers, b"".join(message.body for message in taken))

    def _idle(self, headers: Mapping[str, str]) -> Answer:
        if self.style.push_stream:
            second = int(self._now().timestamp())
            return Answer(self.style.idle_status, self._cursor_headers(max(self._last, (second, -1))))
        echoed = {"last-modified": headers.get("if-modified-since"), "etag": headers.get("if-none-match")}
        return Answer(self.style.idle_status, {name: value for name, value in echoed.items() if value is not None})

    def _cursor_headers(self, cursor: Cursor) -> dict[str, str]:
        tag = f"W/{cursor[1] + 1}" if self.style.push_stream else str(cursor[1])
        return {"last-modified": format_datetime(datetime.fromtimestamp(cursor[0], UTC), usegmt=True), "etag": tag}

    def _body(self, event: str, payload: Mapping[str, Any]) -> bytes:
        bare = json.dumps(payload, separators=(",", ":"), ensure_ascii=False)
        if self.style.body == "bare":
            return bare.encode()
        if self.style.body == "list":
            return f"[{bare}]".encode()
        subject = _SUBJECT.get(event, event)
        return json.dumps(
            {
                "Type": "Notification",
                "MessageId": str(uuid.uuid5(self._secret, f"{event}:{self._last}")),
                "TopicArn": f"arn:aws:sns:eu-west-1:006467213368:PUSH_{self._account}_{event.upper()}",
                "Subject": subject,
                "Message": bare,
                "Timestamp": self._now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
                "SignatureVersion": "1",
            }
        ).encode()
