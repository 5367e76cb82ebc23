"""Whether there is a newer ClockDesk: a signed feed is asked once a day at most. Nothing is ever fetched or installed.

The feed is a small text: the signature (base64 of 64 bytes, Ed25519) on the first line, after it the signed bytes, a
JSON object with `version` (1.2.3), `page` (https, where a person can read and download) and `words` (one sentence). It
is made with OpenSSL: `openssl pkeyutl -sign -rawin -inkey release.pem -in release.json | base64 -w0` gives the line.
"""

from __future__ import annotations

import base64
import binascii
import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import msgspec

from clockdesk import __version__
from clockdesk.api.single import Single
from clockdesk.api.wire import Passage, Patience
from clockdesk.app.ed25519 import is_signed
from clockdesk.domain.errors import KnownError

if TYPE_CHECKING:
    from collections.abc import Callable

    from clockdesk.api.route import Route
    from clockdesk.domain.clock import Clock
    from clockdesk.store.thread import StoreThread

log = logging.getLogger(__name__)

RELEASE_KEY: Final = ""
"""The public key of whoever made this build: base64 of its 32 bytes. Empty: nobody is asked unless IT names a key.

`openssl pkey -in release.pem -pubout -outform DER | tail -c 32 | base64` prints it.
"""

EVERY = timedelta(days=1)
AGAIN = 3600.0
"""Seconds between two looks at whether a day has passed."""
PATIENCE = Patience(whole=30.0, largest=65_536)
_LOOKED, _FOUND, _PUT_AWAY = "update_looked", "update_found", "update_put_away"
_VERSION = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,5}){1,3}")
_OK = 200


class _Said(msgspec.Struct):
    version: str
    page: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """A version there is. `page` starts with https://."""

    version: str
    page: str
    words: str = ""

    @property
    def is_newer(self) -> bool:
        """Newer than this program."""
        return _numbers(self.version) > _numbers(__version__)


def read_feed(body: bytes, key: str) -> Release:
    """The release a feed tells of. Raises ValueError for one not signed with `key`, or that says nothing sensible."""
    line, _, signed = body.partition(b"\n")
    try:
        signature, public = base64.b64decode(line.strip(), validate=True), base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("no signature") from None
    if not is_signed(public, signed, signature):
        raise ValueError("not signed with the key that is wanted here")
    try:
        said = msgspec.json.decode(signed, type=_Said)
    except (msgspec.MsgspecError, RecursionError):
        raise ValueError("signed, but not a release") from None
    parts = urlsplit(said.page)
    if not _VERSION.fullmatch(said.version) or parts.scheme != "https" or not parts.hostname:
        raise ValueError("signed, but not a release")
    return Release(said.version, said.page, said.words)


class Updates:
    """Looks, and tells once of each version until a person has put it away. Runs until its task is ended."""

    def __init__(
        self,
        url: str,
        route: Route,
        store: StoreThread,
        clock: Clock,
        tell: Callable[[Release], None],
        key: str = "",
    ) -> None:
        """Asks nothing yet. What was seen last, and when, is kept in `store`.

        `key`: whose signature the feed needs, base64; without one that of this build.
        """
        self._url, self._route, self._store, self._clock, self._tell = url, route, store, clock, tell
        self._key = key or RELEASE_KEY

    async def run(self) -> None:
        """For ever; nothing here may trouble anybody at the desk."""
        while self._key and self._url:
            try:
                await self.look()
            except KnownError as error:
                log.info("no look for updates: %s", error.code)
            await self._clock.sleep(AGAIN)

    async def look(self) -> None:
        """Ask if a day has passed, and tell of what there is. Raises KnownError."""
        looked = await self._fact(_LOOKED)
        now = self._clock.now()
        if looked is None or not timedelta() <= now - datetime.fromisoformat(looked) < EVERY:
            await self._keep(_LOOKED, now.isoformat())  # first: a feed that fails is not asked again today
            if (found := await self._ask()) is not None:
                await self._keep(_FOUND, [found.version, found.page, found.words, self._key])
        known = await self._fact(_FOUND)
        ours = known is not None and known[3:] == [self._key]  # a key that is replaced may have got about
        release = Release(*known[:3]) if ours else None
        if release is not None and release.is_newer and await self._fact(_PUT_AWAY) != release.version:
            self._tell(release)

    async def put_away(self, release: Release) -> None:
        """A person has seen it: it is not told again. Raises KnownError."""
        await self._keep(_PUT_AWAY, release.version)

    async def _ask(self) -> Release | None:
        parts = urlsplit(self._url)
        single = Single(f"{parts.scheme}://{parts.netloc}", self._clock, PATIENCE, route=self._route)
        try:
            answer = await single.send("GET", self._url, {}, None, Passage(self._clock))
        finally:
            await single.close()
        if answer.status != _OK:
            log.info("the update feed answered %d", answer.status)
            return None
        try:
            return read_feed(answer.body, self._key)
        except ValueError as error:
            log.warning("the update feed is not heeded: %s", error)
            return None

    async def _fact(self, name: str) -> Any:
        return await self._store.run(self._store.desk.fact, name)

    async def _keep(self, name: str, value: object) -> None:
        await self._store.run(self._store.desk.set_fact, name, value)


def _numbers(version: str) -> tuple[int, ...]:
    """For comparing; `1.2` is `1.2.0`."""
    found = _VERSION.match(version)
    numbers = [int(part) for part in found[0].split(".")] if found else []
    return tuple(numbers + [0] * (4 - len(numbers)))
