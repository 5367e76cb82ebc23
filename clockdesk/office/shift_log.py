"""What staff wanted of the time clock, kept in desk.db: who, what, when, and what became of it. Nothing is deleted.

The time clock takes no time from us (time clock facts, 2.14): a wish that could not be recorded stays here, with the
time it was meant for, until a manager has corrected it in the CMS.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from clockdesk.domain.errors import KnownError
from clockdesk.office.sheets import Column, Document, Section, Table
from clockdesk.store.desk import ShiftNote

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from clockdesk.domain.clock import Clock
    from clockdesk.domain.shift import Intention, Person
    from clockdesk.office.sheets import AsOf
    from clockdesk.store.thread import StoreThread

log = logging.getLogger(__name__)

TITLE = "Shift times not recorded"


class Noted(StrEnum):
    """What became of a wish. The value is kept in desk.db."""

    OPEN = "open"
    DONE = "done"
    ALREADY = "already so"
    NOT_RECORDED = "not recorded"
    UNKNOWN = "unknown"
    CORRECTED = "corrected"


UNSETTLED = frozenset({Noted.OPEN, Noted.UNKNOWN})
"""States that a look at the time clock may still settle."""
_COLUMNS = (
    Column("time", "Meant time", 16, strong=True),
    Column("person", "Person", 28, strong=True),
    Column("initials", "By", 8),
    Column("intention", "In or out", 12),
    Column("state", "State", 16),
    Column("words", "What happened", 50),
    Column("corrected", "Corrected in the CMS", 26),
)


class ShiftLog:
    """The notes, in memory and in desk.db; without a store in memory alone."""

    def __init__(self, store: StoreThread | None, clock: Clock) -> None:
        """Empty until `load`."""
        self._store, self._clock = store, clock
        self._notes: dict[int, ShiftNote] = {}
        self._unkept = 0
        self._listeners: list[Callable[[], None]] = []

    async def load(self) -> None:
        """Read what was noted in earlier sessions. Raises KnownError."""
        if self._store is not None:
            kept = await self._store.run(self._store.desk.shift_notes)
            self._notes = {note.id: note for note in kept}
            self._tell()

    @property
    def notes(self) -> tuple[ShiftNote, ...]:
        """Everything, oldest first: who clocked what, when, and how it ended."""
        return tuple(self._notes.values())

    @property
    def for_manager(self) -> tuple[ShiftNote, ...]:
        """What was not recorded, or may not have been, and nobody has corrected yet."""
        return tuple(note for note in self._notes.values() if note.state in {Noted.NOT_RECORDED, Noted.UNKNOWN})

    def unsettled(self, account: str) -> tuple[ShiftNote, ...]:
        """Wishes of this person whose outcome is not known, those of a session that broke off among them."""
        return tuple(note for note in self._notes.values() if note.account == account and note.state in UNSETTLED)

    async def begin(self, person: Person, intention: Intention, at: datetime) -> ShiftNote:
        """Note a wish before anything is sent; `at` is its time. A disk that is full keeps nobody from clocking in."""
        note = ShiftNote(0, person.account, person.name, person.initials, intention, at, Noted.OPEN)
        kept = await self._keep(note)
        self._notes[kept.id] = kept
        self._tell()
        return kept

    async def settle(self, ident: int, state: Noted, words: str) -> None:
        """Note what became of a wish."""
        at = self._clock.now()
        if self._store is not None and ident > 0:
            settle = partial(self._store.desk.settle_shift_note, ident, state, words, at=at)
            try:
                await self._store.run(settle)
            except KnownError as error:
                log.warning("a shift note could not be kept: %s", error.code)
        self._notes[ident] = replace(self._notes[ident], state=state, words=words, finished=at)
        self._tell()

    async def corrected(self, ident: int, by: Person | None) -> None:
        """A manager has entered it in the CMS (or found that it needs nothing)."""
        words = self._notes[ident].words
        who = f"Seen to by {by.name} ({by.initials})" if by is not None else "Seen to"
        await self.settle(ident, Noted.CORRECTED, f"{words} {who}.".strip())

    async def now_here(self, person: Person | None) -> None:
        """Whoever is at this workstation is the author of what is done from now on. Raises KnownError."""
        if (store := self._store) is not None:
            author = "" if person is None else f"{person.name} ({person.initials})"
            await store.run(setattr, store.desk, "author", author)

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Be told when a note was added or settled; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    async def _keep(self, note: ShiftNote) -> ShiftNote:
        if self._store is not None:
            try:
                return await self._store.run(self._store.desk.add_shift_note, note)
            except KnownError as error:
                log.warning("a shift note could not be kept: %s", error.code)
        self._unkept -= 1
        return replace(note, id=self._unkept)

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def shift_document(notes: tuple[ShiftNote, ...], as_of: AsOf) -> Document:
    """The notes for the manager, to be printed, with a place to tick each off."""
    table = Table("shift-times", TITLE, _COLUMNS, tuple(map(_row, notes)), empty="Everything was recorded.")
    return Document(TITLE, as_of, (Section(TITLE, (table,)),))


def _row(note: ShiftNote) -> tuple[datetime | str, ...]:
    return (note.intended, note.person, note.initials, note.intention, note.state, note.words, "")
