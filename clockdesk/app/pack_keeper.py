"""Keeps the downtime pack fresh while the hotel changes, so that it is there when the line is not."""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from clockdesk.app.pack_files import (
    PASSING,
    clear_left_behind,
    clear_unfinished,
    drop_old,
    make_private,
    passing_folder,
    read_packs,
    write_pack,
)
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.freshness import Trust
from clockdesk.domain.kinds import Kind
from clockdesk.office.house import HELD
from clockdesk.office.slices import in_slices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clockdesk.domain.clock import Clock
    from clockdesk.domain.freshness import Freshness
    from clockdesk.domain.records import ChangeSet
    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.office import Office
    from clockdesk.office.pack_keeping import KeptPack
    from clockdesk.office.sheets import Document
    from clockdesk.store.thread import StoreThread
    from clockdesk.sync.hub import Hub

log = logging.getLogger(__name__)

KEEP = 6
"""How many packs are kept."""
LEFT = "The account was left before its downtime pack was made. Open the account once more and make one."


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds from a change to the next pack.

    `quiet`: without another change; `most`: however many follow, and `first` where there is no pack of lately;
    `refresh`: how old a pack may get while sweeps find that nothing has changed.
    """

    quiet: float = 15.0
    most: float = 120.0
    first: float = 5.0
    refresh: float = 240.0


class PackKeeper:
    """The packs of one running account. Without a folder they live as long as the program, in a private place."""

    def __init__(
        self,
        office: Office,
        store: StoreThread,
        changes: Hub[ChangeSet],
        folder: Path | None,
        clock: Clock,
        tasks: Tasks,
        pace: Pace | None = None,
    ) -> None:
        """Nothing is made, and no file touched, until `start` or until somebody asks."""
        self._office, self._store, self._clock, self._tasks = office, store, clock, tasks
        self._pace = pace or Pace()
        self._folder = folder
        self._passing: tempfile.TemporaryDirectory[str] | None = None
        self._packs: tuple[KeptPack, ...] = ()
        self._problem = ""
        self._making = 0
        self._writing: asyncio.Future[KeptPack] | None = None
        self._closed = False
        self._one_at_a_time = asyncio.Lock()
        self._first_change: float | None = None
        self._last_change = 0.0
        self._listeners: list[Callable[[], None]] = []
        self._changes = changes
        self._ends: list[Callable[[], None]] = []

    # What the screen asks

    @property
    def packs(self) -> tuple[KeptPack, ...]:
        """Those kept, latest first."""
        return self._packs

    @property
    def making(self) -> bool:
        """Whether one is being made."""
        return self._making > 0

    @property
    def problem(self) -> str:
        """Why the last one could not be made; empty when it could."""
        return self._problem

    @property
    def lasting(self) -> bool:
        """Whether packs outlive the program."""
        return self._folder is not None

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Be told when any of these changes; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    async def make_now(self) -> KeptPack:
        """Make one at once. Raises KnownError(DISK)."""
        async with self._one_at_a_time:
            self._first_change = None  # what changes from here on is not in it
            try:
                self._refuse_if_closed()
                below = await self._place()
                pack = await self._make(below)
            except KnownError as error:
                self._problem = str(error)
                raise
            finally:
                self._tell()
            self._problem = ""
            self._packs = tuple(await asyncio.to_thread(drop_old, below, KEEP))
            self._tell()
            return pack

    async def save_to(self, folder: Path) -> KeptPack:
        """Make one at once, into a folder of its own below `folder`; the last few are not touched.

        Raises KnownError(DISK).
        """
        async with self._one_at_a_time:
            try:
                return await self._make(folder)
            finally:
                self._tell()

    # Life

    async def start(self) -> None:
        """Look what is there from earlier sessions, and follow the hotel from now on."""
        if self._folder is not None:
            self._packs = tuple(await asyncio.to_thread(_tidy_up, self._folder))
        self._ends = [
            self._changes.subscribe(self._on_change),
            self._office.freshness_news.subscribe(self._on_freshness),
        ]
        self._on_freshness(self._office.freshness)
        self._tell()

    async def close(self) -> None:
        """Follow nothing more; packs that were to pass are gone, and one that is only being laid out is not written."""
        self._closed = True
        for end in self._ends:
            end()
        self._ends = []
        if (
            self._writing is not None and not self._writing.done()
        ):  # else the thread might write where the folder has just been removed
            await asyncio.wait([self._writing])
            async with self._one_at_a_time:  # and whoever asked has tidied up
                pass
        if self._passing is not None:
            await asyncio.to_thread(self._passing.cleanup)
            self._passing = None

    # When

    def _on_change(self, change: ChangeSet) -> None:
        if change.ids and (change.kind in HELD or change.kind is Kind.ACCOUNT):
            self._changed()

    def _on_freshness(self, freshness: Freshness) -> None:
        """A sweep has confirmed the copy: a pack whose time is long past would look older than it is."""
        last = self._packs[0].made if self._packs else None
        if not self._has_recent and freshness.checked is not None and (last is None or freshness.checked > last):
            self._changed()

    @property
    def _has_recent(self) -> bool:
        """Whether there is a pack that is not old yet."""
        return bool(self._packs) and ((self._clock.now() - self._packs[0].made).total_seconds() < self._pace.refresh)

    def _changed(self) -> None:
        self._last_change = self._clock.monotonic()
        if self._first_change is None:
            self._first_change = self._last_change
            self._tasks.spawn(self._make_soon(), "downtime pack")

    async def _make_soon(self) -> None:
        """Wait for some quiet, then make one."""
        while (wait := self._wait()) > 0:
            await self._clock.sleep(wait)
        if self._first_change is None:
            return  # somebody asked for one meanwhile
        try:
            await self.make_now()
        except KnownError as error:
            if not self._closed:
                log.warning("no downtime pack: %s", error.code)

    def _wait(self) -> float:
        """Seconds still to wait. While the copy is first read it is no picture of the hotel."""
        if self._first_change is None:
            return 0.0
        now, trust = self._clock.monotonic(), self._office.freshness.trust
        quiet = self._last_change + self._pace.quiet - now
        if trust is Trust.STARTING:
            return max(quiet, self._pace.quiet)
        longest = self._first_change + self._pace.most - now
        if trust is Trust.CATCHING_UP and longest > 0:
            return max(min(quiet, longest), min(self._pace.quiet, longest))
        return min(quiet, longest if self._has_recent else self._first_change + self._pace.first - now)

    # How

    async def _make(self, below: Path) -> KeptPack:
        """Everything between two turns of the loop but the writing, which is done in a thread."""
        from clockdesk.office.pack import PackMaking, as_of  # noqa: PLC0415 (the first pack is due after the start)
        from clockdesk.ui.print.pdf import PdfMaking  # noqa: PLC0415 (and this takes 20 ms)

        self._refuse_if_closed()
        self._making += 1
        self._tell()
        try:
            swept = await self._store.read(lambda mirror: mirror.cursor(Kind.BOOKING))
            making = PackMaking(self._office, as_of(self._office, self._clock.now(), swept))
            await in_slices(making.steps(), self._clock)
            document = making.document
            files: dict[str, bytes] = {}
            pdf = PdfMaking(document)
            await in_slices(pdf.steps(), self._clock)
            await in_slices(_add_csv(files, document), self._clock)
            self._refuse_if_closed()
            write = partial(write_pack, below, document.as_of, files, pdf.data, pdf.pages)
            self._writing = asyncio.get_running_loop().run_in_executor(None, write)
            return await asyncio.shield(self._writing)  # whoever asked may go: the thread writes on, and is waited for
        finally:
            self._making -= 1

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise KnownError(ErrorCode.REFUSED, LEFT)

    async def _place(self) -> Path:
        """Where packs are kept. Raises KnownError(DISK)."""
        if self._folder is not None:
            await asyncio.to_thread(make_private, self._folder)
            return self._folder
        if self._passing is None:
            self._passing = await asyncio.to_thread(_passing_place)
        return Path(self._passing.name)

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def _add_csv(files: dict[str, bytes], document: Document) -> Iterator[None]:
    """One file a step."""
    from clockdesk.office.pack_csv import csv_files  # noqa: PLC0415 (the first pack is due after the start)

    for name, data in csv_files(document.tables, document.as_of):
        files[name] = data
        yield


def _tidy_up(folder: Path) -> list[KeptPack]:
    """What there is, without what a killed program left half made."""
    clear_unfinished(folder)
    return read_packs(folder)


def _passing_place() -> tempfile.TemporaryDirectory[str]:
    """For a program that keeps nothing: in memory where the system has such a place (gone when this user signs out)."""
    below = passing_folder()
    clear_left_behind(below)
    prefix = f"{PASSING}{os.getpid()}-"
    return tempfile.TemporaryDirectory(prefix=prefix, dir=below, ignore_cleanup_errors=True)
