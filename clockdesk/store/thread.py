"""Both files for the asyncio side: every write in one thread, in order, and a connection for small reads elsewhere."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from enum import Enum
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.store.batch import SLICE, Batch
from clockdesk.store.changes import Changes
from clockdesk.store.desk import Desk, open_desk
from clockdesk.store.files import Place, discard, is_damaged, remove
from clockdesk.store.hold import HOLD_FILE, Hold
from clockdesk.store.mirror import Mirror, open_mirror

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime
    from pathlib import Path

    from clockdesk.domain.kinds import Kind
    from clockdesk.domain.records import ChangeSet, Record
    from clockdesk.store.mirror_reads import MirrorReader

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

MIRROR_FILE = "mirror.db"
DESK_FILE = "desk.db"


class StoreThread:
    """The store of one account.

    `reader` is a read-only connection for the thread that made this object (the UI's): for small indexed reads. `desk`
    and the mirror's write side are used inside `run` only.
    """

    def __init__(self, mirror: Mirror, desk: Desk, hold: Hold | None = None, notices: tuple[str, ...] = ()) -> None:
        """Take over both files; `close` closes them and gives the hold back. Raises KnownError.

        `notices`: a sentence for the person for each file that was unreadable and has been set aside.
        """
        self.desk = desk
        self.notices = notices
        self._hold = hold
        self.reader: MirrorReader = mirror.reader()
        self._mirror = mirror
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="clockdesk-store")
        self._lock = Lock()
        self._closing = False
        self._closed: Future[None] | None = None
        self._untold: list[ChangeSet] = []

    async def apply(self, batch: Batch) -> tuple[ChangeSet, ...]:
        """Write a batch, in slices when it is large; returns what changed.

        A caller that is cancelled merely leaves: the batch is written to its end. Changes that nobody was told of (its
        own, or those of the slices before a failure) come with the next answer. Raises KnownError as `Mirror.apply`.
        """
        outcome: Future[tuple[ChangeSet, ...]] = Future()
        slices = list(batch.slices())
        self._thread.submit(self._write, slices, [], outcome)
        try:
            return await asyncio.shield(asyncio.wrap_future(outcome))
        except asyncio.CancelledError:
            outcome.add_done_callback(self._keep_untold)
            raise

    async def read(self, ask: Callable[[MirrorReader], T]) -> T:
        """Ask the mirror something in the store's thread; all batches applied before are seen."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, ask, self._mirror)

    async def slices(self, kind: Kind, size: int = SLICE) -> AsyncIterator[list[Record]]:
        """Every object of a kind by id, `size` at a time; other work comes in between."""
        ids = sorted(await self.read(lambda mirror: mirror.ids(kind)))
        for start in range(0, len(ids), size):
            part = ids[start : start + size]
            yield await self.run(self._mirror.records, kind, part)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do anything else in the store's thread, for example `run(store.desk.filters)`."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(work, *args, **kwargs))

    async def write(self, work: Callable[[Mirror], T]) -> T:
        """Do something with the mirror's write side in the store's thread (trim its history, wipe it)."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._mirror)

    async def close(self) -> None:
        """Finish what was begun and close both files. Nothing may be asked of the store afterwards.

        Who is cancelled here merely leaves; a second call waits for the same end.
        """
        with self._lock:
            self._closing = True
            if self._closed is None:
                self._closed = self._thread.submit(self._close)
        await asyncio.shield(asyncio.wrap_future(self._closed))
        self._thread.shutdown()

    def _write(self, slices: list[Batch], done: list[ChangeSet], outcome: Future[tuple[ChangeSet, ...]]) -> None:
        """Write the next slice and line up behind whoever came in the meantime; when closing, write all."""
        try:
            done += self._mirror.apply(slices[0])
        except BaseException as error:  # noqa: BLE001 (goes to the one who waits)
            with self._lock:
                self._untold += done
            outcome.set_exception(error)
            return
        rest = slices[1:]
        if rest:
            with self._lock:
                if not self._closing:
                    self._thread.submit(self._write, rest, done, outcome)
                    return
            self._write(rest, done, outcome)
            return
        with self._lock:
            earlier, self._untold = self._untold, []
        outcome.set_result((*earlier, *_merged(done)))

    def _keep_untold(self, outcome: Future[tuple[ChangeSet, ...]]) -> None:
        if outcome.exception() is None:
            with self._lock:
                self._untold += outcome.result()

    def _close(self) -> None:
        self.reader.close()
        self._mirror.close()
        self.desk.close()
        if self._hold is not None:
            self._hold.release()


class Use(Enum):
    """What a process wants with the files of a copy."""

    KEEP = "keep it true: alone, and with the right to set damaged files aside"
    BESIDE = "write a fact or two beside whoever keeps it"
    READ = "read only; files that are not there are not made"


def open_store(
    folder: Path | None, key: bytes | None, *, at: datetime, replace_wrong_key: bool = False, use: Use = Use.KEEP
) -> StoreThread:
    """Open the store of one account in its folder; without a folder (no keyring) in memory only. Blocks for some ms.

    Whoever keeps the copy gets a new mirror for one that can't be read, and a new desk for a damaged one: see
    `StoreThread.notices`. Raises KnownError: STORE_LOCKED, STORE_TOO_NEW, STORE_WRONG_KEY (the desk's), DISK; with KEEP
    also ALREADY_RUNNING, else also STORE_CORRUPT and STORE_WRONG_KEY (either file's); with READ also NOT_FOUND.
    """
    with ExitStack() as undo:
        hold = None
        if folder is not None and use is Use.KEEP:
            hold = Hold(folder)
            undo.callback(hold.release)
        desk = _desk(folder, key, at, use, replace_wrong_key=replace_wrong_key)
        undo.callback(desk.close)
        mirror, notice = _mirror(folder, key, at, use)
        undo.callback(mirror.close)
        store = StoreThread(mirror, desk, hold, tuple(filter(None, (desk.notice, notice))))
        undo.pop_all()
    return store


def has_store(folder: Path) -> bool:
    """Whether there is a store in a folder."""
    return any((folder / name).exists() for name in (MIRROR_FILE, DESK_FILE))


def remove_store(folder: Path) -> None:
    """Delete a closed store: for one that was made a moment ago and came to nothing. What can't be deleted stays."""
    for name in (MIRROR_FILE, DESK_FILE):
        remove(folder / name)
    with suppress(OSError):
        (folder / HOLD_FILE).unlink(missing_ok=True)
        folder.rmdir()


def _desk(folder: Path | None, key: bytes | None, at: datetime, use: Use, *, replace_wrong_key: bool) -> Desk:
    """Opened first: when it opens, the key is the right one, and a mirror that does not open is to blame itself."""
    if folder is None or (use is Use.READ and not (folder / DESK_FILE).exists()):
        return open_desk(Place(), at=at)
    place = Place(folder / DESK_FILE, key)
    return open_desk(place, at=at, replace_wrong_key=replace_wrong_key, mend=use is Use.KEEP)


def _mirror(folder: Path | None, key: bytes | None, at: datetime, use: Use) -> tuple[Mirror, str]:
    """The mirror, and what is to be said when it had to be begun anew."""
    if folder is None:
        return open_mirror(Place()), ""
    path = folder / MIRROR_FILE
    if use is Use.READ and not path.exists():
        raise KnownError(ErrorCode.NOT_FOUND, f"There is no copy of the hotel in {folder} yet.")
    place = Place(path, key)
    if use is not Use.KEEP:
        return open_mirror(place, read_only=use is Use.READ), ""
    if not is_damaged(path):
        try:
            return open_mirror(place), ""
        except KnownError as error:
            if error.code not in {ErrorCode.STORE_CORRUPT, ErrorCode.STORE_WRONG_KEY}:
                raise
    try:
        aside = discard(path, at)
    except OSError as failure:
        text = f"The damaged copy can't be moved out of the way: check the rights of {folder}."
        raise KnownError(ErrorCode.DISK, text, detail=str(failure)) from failure
    log.info("the copy could not be read: set aside as %s, it is read anew", aside.name)
    notice = f"The copy of the hotel could not be read. It is kept as {aside.name} in {folder} and is read anew."
    return open_mirror(place), notice


def _merged(sets: list[ChangeSet]) -> tuple[ChangeSet, ...]:
    if not sets:
        return ()
    changes = Changes()
    changes.follow(sets)
    return changes.sets(sets[0].origin)
