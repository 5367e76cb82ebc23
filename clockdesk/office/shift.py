"""The shift of one person at this workstation: what a panel shows of it, and its one button. No Qt, no HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from clockdesk.api.timeclock_errors import is_not_passed_on
from clockdesk.domain.errors import ErrorCode, KnownError, UserError
from clockdesk.domain.shift import NEVER_READ, Intention, ShiftRow, ShiftState, ShiftType, Standing
from clockdesk.office import shift_words as words
from clockdesk.office.shift_clocking import Ending, Outcome, Press
from clockdesk.office.shift_log import Noted
from clockdesk.office.shift_settle import NOT_TOLD, was_recorded

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo

    from clockdesk.api.timeclock import Clocked, Shifts, TimeClock
    from clockdesk.domain.clock import Clock
    from clockdesk.domain.shift import Person
    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.shift_log import ShiftLog
    from clockdesk.store.desk import ShiftNote

EVERY = 60.0
"""Seconds between two looks while shown: the limit is shared by all desks with the key (time clock facts, 9)."""
EVERY_OFFLINE = 20.0
"""The same while there is no connection (such a look costs nobody a call) or it is not known what a press came to."""
JITTER = 0.15
FRESH = timedelta(seconds=15)
"""A reading younger than this is not repeated because a panel was opened."""

_OFFLINE = frozenset({ErrorCode.OFFLINE, ErrorCode.TIMED_OUT, ErrorCode.TLS})
_HOPELESS = frozenset({ErrorCode.SIGNED_OUT, ErrorCode.NO_RIGHT, ErrorCode.NOT_FOUND, ErrorCode.BLOCKED})
"""Refusals that looking again every minute does not mend."""
_HOPELESS_EVERY = 900.0
_NOTED = {
    Ending.DONE: Noted.DONE,
    Ending.ALREADY: Noted.ALREADY,
    Ending.NOT_RECORDED: Noted.NOT_RECORDED,
    Ending.UNKNOWN: Noted.UNKNOWN,
}
_KINDS_FOR, _REFUSAL_FOR = 86_400.0, 900.0
"""Seconds for which the kinds of shift are good, and for which a refusal to tell them is."""
_SETTLED = {True: Noted.DONE, False: Noted.NOT_RECORDED, None: Noted.UNKNOWN}


class ShiftTypes:
    """The community's kinds of shift, asked once a day: none = none is sent, one = it is, several = one is chosen."""

    def __init__(self, time_clock: TimeClock) -> None:
        """Nothing is asked yet."""
        self._time_clock = time_clock
        self._known: tuple[ShiftType, ...] | None = None
        self._until, self._doubted = 0.0, False

    @property
    def known(self) -> tuple[ShiftType, ...]:
        """Those known so far; more than one makes a menu."""
        return self._known or ()

    def doubt(self) -> None:
        """The service refused a press: perhaps for its kind. Do not go on without asking again."""
        self._doubted = True

    async def read(self, now: float) -> tuple[ShiftType, ...]:
        """All of them, at `now` of the monotonic clock. Raises KnownError.

        Where there is no such call (a proxy's 404 or 403) there are none to send.
        """
        known = None if self._doubted else self._known
        if known is not None and now < self._until:
            return known
        try:
            found, good_for = await self._time_clock.shift_types(), _KINDS_FOR
        except KnownError as error:
            if is_not_passed_on(error):
                found, good_for = known or (), _REFUSAL_FOR
            elif known is not None:
                return known
            else:
                raise
        self._known, self._until, self._doubted = found, now + good_for, False
        return found


class Shift:
    """One person's shift. Listeners are called without arguments whenever anything below has changed."""

    def __init__(
        self,
        person: Person,
        time_clock: TimeClock,
        types: ShiftTypes,
        log: ShiftLog,
        clock: Clock,
        tasks: Tasks,
        zone: Callable[[], tzinfo],
    ) -> None:
        """Nothing is asked until `shown` or `look`."""
        self.person = person
        self.state: ShiftState = NEVER_READ
        self.last_shifts: tuple[ShiftRow, ...] = ()
        self.busy = ""
        self.busy_until: datetime | None = None
        self.outcome: Outcome | None = None
        self.trouble: KnownError | None = None
        self.news = ""
        self._time_clock, self._types, self._log = time_clock, types, log
        self._clock, self._tasks, self._zone = clock, tasks, zone
        self._listeners: list[Callable[[], None]] = []
        self._press: asyncio.Task[Outcome] | None = None
        self._polling: asyncio.Task[None] | None = None
        self._ticket = itertools.count(1)
        self._applied = 0
        self._tried: datetime | None = None
        self._told: Shifts | None = None
        self._rows_refused = False
        self._undecided: set[int] = set()

    # What is shown

    @property
    def is_busy(self) -> bool:
        """Whether the button is to be disabled; `busy` says what is being done, `busy_until` until when it waits."""
        return self._press is not None

    @property
    def words(self) -> str:
        """`In since 07:58 (3 h 12 min)`, `Out`, `Unknown: ...`, as of now."""
        return words.state_words(self.state, self._clock.now(), self._zone())

    @property
    def age_words(self) -> str:
        """How old the state is and why it could not be read again; empty while it is fresh."""
        return words.age_words(self.state, self._clock.now(), self._zone(), self.trouble)

    @property
    def elapsed(self) -> timedelta | None:
        """How long the open shift has lasted, corrected by the service's clock."""
        return self.state.elapsed(self._clock.now())

    @property
    def sentence(self) -> str:
        """What to say: what is being done, else what the last press came to (or what a later look found of it)."""
        return self.busy or self.news or (self.outcome.sentence if self.outcome is not None else "")

    @property
    def next_intention(self) -> Intention | None:
        """What the one big button does; None while the state is UNKNOWN (then it looks again)."""
        if self.state.standing is Standing.UNKNOWN:
            return None
        return Intention.OUT if self.state.standing is Standing.IN else Intention.IN

    @property
    def types(self) -> tuple[ShiftType, ...]:
        """The kinds of shift to choose from before clocking in; a menu is needed for more than one."""
        return self._types.known

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Be told of every change; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    # Looking

    def shown(self, on: bool) -> None:  # noqa: FBT001 (a switch, and named after what it says)
        """The shift is (not) on the screen: only then is it looked at, about once a minute."""
        if on and self._polling is None:
            self._polling = self._tasks.spawn(self._poll(), "shift clock")
        elif not on and self._polling is not None:
            self._polling.cancel()
            self._polling = None

    def came_back(self) -> None:
        """Somebody is at the window again (time clock facts, 14): an old reading is not waited out.

        Counted by the calendar: a computer that slept may have stopped its steady clock. A refusal stays one.
        """
        now, age = self._clock.now(), self.state.age(self._clock.now())
        tried_just_now = self._tried is not None and abs(now - self._tried) < FRESH
        hopeless = self.trouble is not None and self.trouble.code in _HOPELESS
        if self._polling is None or self.is_busy or tried_just_now or hopeless or (age is not None and age < FRESH):
            return
        self._polling.cancel()
        self._polling = self._tasks.spawn(self._poll(), "shift clock")

    async def look(self) -> ShiftState:
        """Look now, because a person asked. Never raises: what went wrong is in `trouble`."""
        await self._look(urgent=True)
        return self.state

    def _look_sooner(self) -> None:
        """A press ended badly: the pause that runs was chosen when all was well."""
        if self._polling is not None:
            self._polling.cancel()
            self._polling = self._tasks.spawn(self._poll(self._pause()), "shift clock")

    async def _poll(self, first: float | None = None) -> None:
        age = self.state.age(self._clock.now())
        if first is not None:
            await self._clock.sleep(first)
        elif age is not None and age < FRESH:
            await self._clock.sleep((FRESH - age).total_seconds())
        while True:
            if not self.is_busy:
                await self._look(urgent=False)
            await self._clock.sleep(self._pause())

    def _pause(self) -> float:
        """Seconds until the next look, with jitter, so that desks started together do not ask together."""
        spread = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 (no secret)
        if self.trouble is None:
            return EVERY * spread
        if self.trouble.code in _OFFLINE | {ErrorCode.UNKNOWN_OUTCOME}:
            return EVERY_OFFLINE * spread
        if self.trouble.until is not None:
            left = (self.trouble.until - self._clock.now()).total_seconds()
            return max(EVERY * spread, left + spread)
        return (_HOPELESS_EVERY if self.trouble.code in _HOPELESS else EVERY) * spread

    async def _look(self, *, urgent: bool) -> None:
        ticket, self._tried = next(self._ticket), self._clock.now()
        try:
            state = await self._time_clock.current(self.person.account, urgent=urgent)
        except KnownError as error:
            self._troubled(error)
            return
        before = self.state
        if not self._take(state, ticket):
            return
        moved = (before.standing, before.since) != (state.standing, state.since)
        unsettled, known = self._unsettled(), self.last_shifts or self._rows_refused
        if (moved or not known or unsettled) and await self._read_last_shifts() and unsettled:
            await self._settle_unknown()
        with contextlib.suppress(KnownError):  # a press asks again, and tells
            await self._types.read(self._clock.monotonic())
            self._tell()

    async def _read_last_shifts(self) -> bool:
        """The newest shifts, beside the state. What goes wrong here is not worth a word.

        False when asking again may help; a refusal is an answer.
        """
        try:
            told = await self._time_clock.latest(self.person.account)
        except KnownError as error:
            self._told, self._rows_refused = None, error.code in NOT_TOLD
            return self._rows_refused
        self._told, self._rows_refused, self.last_shifts = told, False, told.rows
        self._tell()
        return True

    def _take(self, state: ShiftState, ticket: int) -> bool:
        """Show a reading, unless something asked later is shown already."""
        if ticket < self._applied:
            return False
        self._applied = ticket
        if state.standing is not Standing.IN and self.state.standing is Standing.IN:
            self._close_open_row()
        self.state, self.trouble = state, None
        self._tell()
        return True

    def _close_open_row(self) -> None:
        """The open row of the last shifts is out of date until they are read again."""
        self.last_shifts = tuple(row for row in self.last_shifts if not row.open)

    def _troubled(self, error: KnownError) -> None:
        self.trouble = error
        self._tell()

    # The button

    async def clock(self, intention: Intention, shift_type: str = "") -> Outcome:
        """Clock in or out; a press while another one runs joins it and gets its outcome (one call, not two).

        `shift_type`: the id chosen where `types` are several; otherwise left out. Raises UserError when it is missing.
        """
        if self._press is None:
            self.outcome, self.news = None, ""
            self._press = self._tasks.spawn(self._run(intention, shift_type), "press of the shift clock", awaited=True)
        return await asyncio.shield(self._press)

    async def _run(self, intention: Intention, shift_type: str) -> Outcome:
        press = Press(self, intention, self._clock, self._zone())
        try:
            self.say(f"Clocking {intention}...")
            chosen, unread = await self._type_for(intention, shift_type)
            note = await self._log.begin(self.person, intention, press.intended)
            outcome = await press.run(chosen, unread)
            await self._log.settle(note.id, _NOTED[outcome.ending], outcome.sentence)
            self.outcome = outcome
            if outcome.error is not None:
                self.trouble = outcome.error
                if outcome.error.code is ErrorCode.REFUSED:
                    self._types.doubt()
        finally:
            self._press, self.busy, self.busy_until = None, "", None
            self._tell()
        if outcome.ending in {Ending.DONE, Ending.ALREADY}:
            self._tasks.spawn(self._read_last_shifts(), "last shifts")
        else:
            self._look_sooner()
        return outcome

    async def _type_for(self, intention: Intention, chosen: str) -> tuple[str, KnownError | None]:
        """The kind of shift to send, or why it is not known whether one is needed. Raises UserError."""
        if intention is Intention.OUT:
            return "", None
        try:
            types = await self._types.read(self._clock.monotonic())
        except KnownError as error:
            return chosen, None if chosen else error
        if chosen and chosen not in {one.id for one in types}:
            raise UserError("This kind of shift is no longer there. Choose another one.")
        if not chosen and len(types) > 1:
            raise UserError("Choose the kind of shift first.")
        return chosen or (types[0].id if types else ""), None

    async def read_current(self) -> ShiftState:
        """How the person stands now, shown too. Raises KnownError."""
        ticket = next(self._ticket)
        state = await self._time_clock.current(self.person.account, urgent=True)
        self._take(state, ticket)
        return state

    async def send(self, intention: Intention, shift_type: str) -> Clocked:
        """The one call of a press. Raises KnownError."""
        return await self._time_clock.clock(self.person.account, intention, shift_type)

    def clocked(self, answer: Clocked) -> ShiftState:
        """Show what the row of a clock call says."""
        row = answer.row
        if row is None or row.start is None:
            state = ShiftState(Standing.UNKNOWN, reason="the time clock's row has no start")
        elif row.open:
            state = ShiftState(Standing.IN, row.start, row.type)
        else:
            state = ShiftState(Standing.OUT)
        state = replace(state, read=answer.read, offset=answer.offset)
        self._take(state, next(self._ticket))
        return state

    def say(self, busy: str, until: datetime | None = None) -> None:
        """Show what a press is doing."""
        self.busy, self.busy_until = busy, until
        self._tell()

    # Wishes whose outcome was not known

    def _unsettled(self) -> list[ShiftNote]:
        """Those that a look may still settle; one that can't be told is looked up once, and at the next start."""
        return [note for note in self._log.unsettled(self.person.account) if note.id not in self._undecided]

    async def _settle_unknown(self) -> None:
        """Now that the time clock answers: was it recorded?"""
        if self.is_busy or self.state.standing is Standing.UNKNOWN:
            return
        state, told = self.state, self._told
        for note in self._unsettled():
            intention = Intention(note.intention)
            happened = was_recorded(intention, note.intended + state.offset, state, told)
            at = words.time_words(note.intended, self._zone(), self._clock.now())
            self.news = words.settled_words(intention, at, happened)
            await self._log.settle(note.id, _SETTLED[happened], self.news)
            if happened is None:
                self._undecided.add(note.id)
            self._tell()

    async def ended(self, seconds: float) -> None:
        """Give a press that runs this long to end."""
        if self._press is not None:
            await asyncio.wait([self._press], timeout=seconds)

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()
