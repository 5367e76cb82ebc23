"""The message channels: one long poll per event name, each in its own task, none blocking another.

Facts, section 9; engineering, section 4 (what brokers do, and what is lost without the cursor). A message is a hint:
it may come twice, late or never. Channel addresses carry no credentials; the id in them is the secret, so they are
never logged.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import random
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from clockdesk.api.address import is_loopback_url
from clockdesk.api.messages import read_messages
from clockdesk.api.wire import http_date
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import EventName, Hint

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping

    from clockdesk.api.polls import Polls
    from clockdesk.api.transport import Line
    from clockdesk.api.wire import PollAnswer
    from clockdesk.domain.clock import Clock
    from clockdesk.domain.tasks import Tasks

log = logging.getLogger(__name__)

HOLD = 30.0
"""Seconds for which the broker keeps a poll without a message (service's introduction, "Pull")."""

HELD = 6.0
"""Seconds after which an unanswered poll is one that the broker holds: connecting gets five, and TLS five more."""

MARGIN = 15.0
"""Seconds beyond the hold after which a poll is asked again."""

SLOWEST = 30.0
"""Seconds between two tries of a channel that does not answer."""

HASTY = 1.0
"""Seconds. Three answers in a row that bring nothing new faster than this make us wait as long: no hot loop."""

PATIENT_WITH_HASTE = 3

_IDLE = frozenset({304, 408})
_ANY_URL = re.compile(r"(?:https?:)?//[^\s\"'<>]+|[\w.-]+\.[\w.-]+(?::\d+)?/sub/[^\s\"'<>]+")
_ENDING = re.compile(
    r"[-/.]("
    + "|".join([*sorted((name.value for name in EventName), key=len, reverse=True), "folio_request"])
    + r")/?$"
)
_HOST = re.compile(r"(?:[\w-]{1,63}(?:\.[\w-]{1,63})*\.?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?", re.ASCII)
_LARGEST_ROOT = 2**20
_CURSOR = {"last-modified": "If-Modified-Since", "etag": "If-None-Match"}


def channel_addresses(root: bytes) -> dict[EventName, str]:
    """The channel of each event, wherever it stands in the root answer: the member that holds them is undocumented.

    An address is known by the event name it ends in, in either spelling of the fiscal request; else by the name of
    its member, or by an event name beside it in the same object. One that no server can have, or that carries a
    sign-in, is none. Empty when there is none, no JSON, or more of it than any account has.
    """
    if len(root) > _LARGEST_ROOT:
        return {}
    try:
        tree = msgspec.json.decode(root)
        named = [*_by_ending(tree), *_by_name(tree)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    found: dict[EventName, str] = {}
    for url, name in named:
        if name not in found or (url.startswith("https:") and not found[name].startswith("https:")):
            found[name] = url
    return {name: found[name] for name in EventName if name in found}


def _by_ending(tree: Any) -> Iterator[tuple[str, EventName]]:
    for text in _texts(tree):
        for url in _ANY_URL.findall(text):
            ending = _ENDING.search(_path(url))
            if ending is not None and (name := EventName.read(ending[1])) is not None:
                yield _whole(url), name


def _by_name(tree: Any) -> Iterator[tuple[str, EventName]]:
    """Addresses that do not say their event: `{"booking_new": URL}`, `{"event": "booking_new", "url": URL}`."""
    if isinstance(tree, list):
        for element in tree:
            yield from _by_name(element)
    if not isinstance(tree, dict):
        return
    addresses = {key: value for key, value in tree.items() if isinstance(value, str) and _is_unnamed(value)}
    for key, url in addresses.items():
        if (name := EventName.read(key)) is not None:
            yield _whole(url), name
    names = {name for value in tree.values() if isinstance(value, str) and (name := EventName.read(value)) is not None}
    beside = [url for url in addresses.values() if "/sub/" in url]
    if len(names) == 1 and len(beside) == 1:
        yield _whole(beside[0]), names.pop()
    for value in tree.values():
        yield from _by_name(value)


def _texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, list):
        for element in tree:
            yield from _texts(element)
    elif isinstance(tree, dict):
        for key, value in tree.items():
            yield key
            yield from _texts(value)


def _is_unnamed(text: str) -> bool:
    path = _path(text) if _ANY_URL.fullmatch(text) else ""
    return path != "" and _ENDING.search(path) is None


def _path(url: str) -> str:
    """The path of an address that can be asked; empty for one that no server can have or that carries a sign-in."""
    whole = _whole(url)
    try:
        parts = urlsplit(whole)
        can_be = bool(_HOST.fullmatch(parts.netloc)) and parts.port != 0 and whole.isascii() and whole.isprintable()
    except ValueError:
        return ""
    return parts.path if can_be else ""


def _whole(url: str) -> str:
    if url.startswith("//"):
        return f"http:{url}"
    return url if "://" in url else f"http://{url}"


@dataclass(slots=True)
class ChannelState:
    """How one channel does. `ok` is None until the first answer; `since` = when it became so.

    `answered` and `brought` are monotonic seconds of the last answer and of the last message (None: none yet);
    a channel that has not answered for `HOLD + MARGIN` seconds is silent. `gaps` counts returns after which
    messages may be missing: whoever keeps a copy then asks what changed.
    """

    event: EventName
    since: dt.datetime
    ok: bool | None = None
    answered: float | None = None
    brought: float | None = None
    messages: int = 0
    gaps: int = 0
    trouble: str = ""


@dataclass(slots=True)
class _Channel:
    url: str
    state: ChannelState
    cursor: dict[str, str] = field(default_factory=dict)
    failures: int = 0
    hasty: int = 0
    last: tuple[str, bytes] | None = None


class Channels:
    """Follows one account's channels until stopped."""

    def __init__(
        self,
        line: Line,
        addresses: Mapping[EventName, str],
        clock: Clock,
        tasks: Tasks,
        *,
        on_hint: Callable[[Hint, dt.datetime | None], None],
        on_state: Callable[[], None] | None = None,
        hold: float = HOLD,
        held: float = HELD,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`on_hint` gets each hint the moment it comes, and when the broker says it was published (UTC, if it says).

        Several messages of one answer bear the time of the last. `on_state` is called when a channel begins or ceases
        to answer, and when a poll's time is over without a sign; see `states` and `trouble`. `hold` is the broker's, in
        seconds; `held` see HELD.
        """
        self._line, self._clock, self._tasks = line, clock, tasks
        self._on_hint, self._on_state = on_hint, on_state
        self._hold, self._held, self._jitter = hold, held, jitter
        now = clock.now()
        self._channels = {name: _Channel(url, ChannelState(name, now)) for name, url in addresses.items()}
        self._running: list[asyncio.Task[None]] = []
        self._polls: Polls | None = None
        self._answers_by: dict[str, str] = {}
        self._doubted: set[str] = set()

    def start(self) -> None:
        """Begin to poll. Raises RuntimeError when it polls already."""
        if self._running:
            raise RuntimeError("the channels are followed already")
        self._polls = self._line.open_polls()
        self._running = [
            self._tasks.spawn(self._follow(channel), f"channel {name}") for name, channel in self._channels.items()
        ]

    async def stop(self) -> None:
        """Cancel the polls and throw their client away."""
        running, self._running = self._running, []
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if self._polls is not None:
            await self._polls.close()

    @property
    def states(self) -> dict[EventName, ChannelState]:
        """A copy of each channel's state."""
        return {name: dataclasses.replace(channel.state) for name, channel in self._channels.items()}

    @property
    def trouble(self) -> str:
        """One sentence when channels do not answer, empty when all do (or none was asked for long enough to know)."""
        bad = [channel.state for channel in self._channels.values() if channel.state.ok is False]
        if not bad:
            return ""
        if len(bad) == len(self._channels):
            return f"No message channel answers. {bad[0].trouble}"
        return f"{len(bad)} of {len(self._channels)} message channels do not answer. {bad[0].trouble}"

    async def _follow(self, channel: _Channel) -> None:
        while True:
            began = self._clock.monotonic()
            try:
                answer = await self._ask(channel)
            except KnownError as error:
                await self._back_off(channel, str(error))
                continue
            if answer is None:  # its time is over without a sign: somebody may want to call it silent
                self._tell()
                continue
            now = self._clock.monotonic()
            brought_news = self._take(channel, answer, now)
            channel.failures = 0
            self._mark(channel, ok=True)
            channel.hasty = 0 if brought_news or now - began >= HASTY else channel.hasty + 1
            if channel.hasty >= PATIENT_WITH_HASTE:
                await self._clock.sleep(HASTY)

    async def _poll(self, channel: _Channel, url: str) -> PollAnswer | None:
        """One poll one way; once it has been out longer than this way takes to connect, the broker holds it."""
        assert self._polls is not None  # noqa: S101 (`start` made it)
        steps = 2 if urlsplit(url).scheme == "https" else 1  # each has its own five seconds
        held = asyncio.get_running_loop().call_later(self._held * steps, self._is_held, channel)
        try:
            return await self._polls.poll(url, channel.cursor, self._hold + MARGIN)
        finally:
            held.cancel()

    def _is_held(self, channel: _Channel) -> None:
        """It works again, as far as one can see: only an answer proves it and lets the next failure wait less."""
        if channel.state.ok is False:
            self._mark(channel, ok=True)

    async def _ask(self, channel: _Channel) -> PollAnswer | None:
        """One poll, by https where that is answered. None: nothing came. Raises KnownError."""
        host = urlsplit(channel.url).netloc
        failure: KnownError | None = None
        for url in self._ways(channel.url, host):
            scheme = urlsplit(url).scheme
            try:
                answer = await self._poll(channel, url)
            except KnownError as error:
                failure = failure or error
                continue
            if answer is None:
                if host not in self._answers_by and scheme == "https":
                    self._doubted.add(host)
                return None
            if answer.status == 200 or answer.status in _IDLE:  # noqa: PLR2004
                self._answers_by[host] = scheme
                return answer
            if answer.status == 400 and channel.cursor:  # noqa: PLR2004 (nchan: a cursor it does not know any more)
                channel.cursor = {}
                channel.state.gaps += 1
            failure = KnownError(
                ErrorCode.BAD_ANSWER, f"The message channel answered {answer.status}.", status=answer.status
            )
        assert failure is not None  # noqa: S101 (there is always a way)
        raise failure

    def _ways(self, url: str, host: str) -> tuple[str, ...]:
        """The URLs to try. Plain http is documented; https goes first unless http is known to be the one answered."""
        if url.startswith("https:") or is_loopback_url(url):
            return (url,)
        secure = "https" + url.removeprefix("http")
        if (scheme := self._answers_by.get(host)) is not None:
            return (secure,) if scheme == "https" else (url,)
        return (url, secure) if host in self._doubted else (secure, url)

    def _take(self, channel: _Channel, answer: PollAnswer, now: float) -> bool:
        """Keep the cursor, pass on the hints. Whether the answer brought anything that the last one had not."""
        state = channel.state
        state.answered = now
        self._keep_cursor(channel, answer.headers)
        if answer.status != 200:  # noqa: PLR2004
            return False
        messages = read_messages(answer.body, state.event)
        if messages.rubbish:
            log.warning("channel %s: ignored %d pieces that are no message", state.event, messages.rubbish)
        published = http_date(answer.headers.get("last-modified"))
        for hint in messages.hints:
            state.messages += 1
            state.brought = now
            self._on_hint(hint, published)
        this = (repr(channel.cursor), answer.body)
        is_new = this != channel.last
        channel.last = this
        return bool(messages.hints) and is_new

    @staticmethod
    def _keep_cursor(channel: _Channel, headers: Mapping[str, str]) -> None:
        """Both headers, byte for byte, and both of one answer: half a new cursor would skip messages."""
        fresh = {ask: headers[name] for name, ask in _CURSOR.items() if name in headers}
        if fresh.keys() >= channel.cursor.keys():
            channel.cursor = fresh or channel.cursor

    def _mark(self, channel: _Channel, *, ok: bool, trouble: str = "") -> None:
        state = channel.state
        state.trouble = trouble
        if state.ok is ok:
            return
        if ok and state.ok is False:
            state.gaps += 1
        state.ok, state.since = ok, self._clock.now()
        log.info("channel %s %s", state.event, "answers" if ok else f"does not answer: {trouble}")
        self._tell()

    def _tell(self) -> None:
        if self._on_state is not None:
            self._on_state()

    async def _back_off(self, channel: _Channel, trouble: str) -> None:
        channel.failures += 1
        self._mark(channel, ok=False, trouble=trouble)
        longest = min(SLOWEST, 2.0 ** min(channel.failures - 1, 10))
        await self._clock.sleep(longest * (0.5 + self._jitter() / 2))
