"""One press of the button, from the wish to a sentence that is true.

Current state first; one call with the explicit intention; an unclear answer is looked up, and the call repeated only
when the state shows that nothing happened, and only once. Nothing is queued (time clock facts, 14; design, law 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.shift import Intention, ShiftRow, ShiftState, Standing
from clockdesk.office import shift_words as words

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from clockdesk.api.timeclock import Clocked
    from clockdesk.domain.clock import Clock

_NOT_OK = 300
LONGEST_WAIT = 60.0
"""Seconds a press waits after "too many calls" before it gives up."""


class Ending(StrEnum):
    """How a press ended. UNKNOWN: it is looked up later."""

    DONE = "done"
    ALREADY = "already"
    NOT_RECORDED = "not_recorded"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a press: what was wanted and when, what came of it, and the sentence to show.

    `retry`: pressing again makes sense; `error` for NOT_RECORDED and UNKNOWN, where there is one.
    """

    ending: Ending
    intention: Intention
    intended: datetime
    sentence: str
    error: KnownError | None = None

    @property
    def retry(self) -> bool:
        """Whether to offer the same press again."""
        return self.ending in {Ending.NOT_RECORDED, Ending.UNKNOWN}


class OnePersonsClock(Protocol):
    """What a press needs of the person's clock; `office.shift.Shift` is it."""

    async def read_current(self) -> ShiftState:
        """How the person stands now, shown too. Raises KnownError."""

    async def send(self, intention: Intention, shift_type: str) -> Clocked:
        """The one call. Raises KnownError."""

    def clocked(self, answer: Clocked) -> ShiftState:
        """Show what the answer's row says."""

    def say(self, busy: str, until: datetime | None = None) -> None:
        """Show what is being done."""


class Press:
    """One press. `run` never raises KnownError."""

    def __init__(self, person: OnePersonsClock, intention: Intention, clock: Clock, zone: tzinfo) -> None:
        """The intended time is now."""
        self._person, self._intention, self._type = person, intention, ""
        self._unread: KnownError | None = None
        self._clock, self._zone = clock, zone
        self.intended = clock.now()
        self._repeated = False
        self._row: ShiftRow | None = None

    async def run(self, shift_type: str, unread: KnownError | None = None) -> Outcome:
        """Do it; after "too many calls" once more, from the beginning, when the wait is short.

        `unread`: why the kinds of shift could not be read; then nothing is sent: the shift would have none.
        """
        self._type, self._unread = shift_type, unread
        try:
            return await self._attempt()
        except KnownError as error:
            if not await self._waited_for(error):
                return self._not_recorded(error)
        try:
            return await self._attempt()
        except KnownError as error:
            return self._not_recorded(error)

    async def _attempt(self) -> Outcome:
        """Raises KnownError when it is certain that nothing was recorded."""
        self._person.say(f"Clocking {self._intention}...")
        fresh = await self._person.read_current()
        if fresh.standing is Standing.UNKNOWN:
            text = words.unreadable_words(fresh.reason, self.intended, self._clock.now(), self._zone)
            return self._end(Ending.NOT_RECORDED, text)
        if fresh.is_as(self._intention):
            return self._already(fresh)
        return await self._send()

    async def _send(self) -> Outcome:
        if self._unread is not None:
            return self._end(Ending.NOT_RECORDED, words.NO_KINDS, self._unread)
        try:
            answer = await self._person.send(self._intention, self._type)
        except KnownError as error:
            if error.code is ErrorCode.UNKNOWN_OUTCOME:
                return await self._look_up(error)
            if error.status is not None and error.status < _NOT_OK:  # a failure inside a success: which one is true?
                return await self._look_after(error)
            raise
        if answer.row is None:
            return await self._was_already_so()
        state = self._person.clocked(answer)
        self._row = answer.row
        if state.is_as(self._intention):
            return self._done(state)
        unclear = KnownError(ErrorCode.UNKNOWN_OUTCOME, "The time clock's row says something else than was asked.")
        return await self._look_up(unclear)

    async def _was_already_so(self) -> Outcome:
        """`true` in the row's place: no new row was needed (time clock facts, 2.9). Look how things stand."""
        try:
            fresh = await self._person.read_current()
        except KnownError as error:
            return self._unknown(error)
        if fresh.is_as(self._intention):
            return self._already(fresh)
        return self._unknown(None)

    async def _look_up(self, error: KnownError) -> Outcome:
        """Did it happen? Only when it did not is it sent again, and only once."""
        self._person.say("Checking what happened...")
        try:
            fresh = await self._read_patiently()
        except KnownError:
            return self._unknown(error)
        if fresh.standing is Standing.UNKNOWN:
            return self._unknown(error)
        if fresh.is_as(self._intention):
            return self._done(fresh)
        if self._repeated:
            silent = KnownError(ErrorCode.SERVER_ERROR, "It was tried twice without a clear answer.")
            return self._not_recorded(silent)
        self._repeated = True
        return await self._send()

    async def _look_after(self, error: KnownError) -> Outcome:
        """It was refused, in a strange way: look whether it happened all the same. Raises the refusal."""
        try:
            fresh = await self._read_patiently()
        except KnownError:
            return self._unknown(error)
        if fresh.is_as(self._intention):
            return self._done(fresh)
        raise error

    async def _read_patiently(self) -> ShiftState:
        try:
            return await self._person.read_current()
        except KnownError as error:
            if not await self._waited_for(error):
                raise
        return await self._person.read_current()

    async def _waited_for(self, error: KnownError) -> bool:
        """Wait as long as the time clock asks; False when it did not ask, or asks too much."""
        if error.code is not ErrorCode.LIMITED or error.until is None:
            return False
        seconds = (error.until - self._clock.now()).total_seconds()
        if seconds > LONGEST_WAIT:
            return False
        self._person.say(words.busy_words(seconds), error.until)
        await self._clock.sleep(max(0.0, seconds))
        return True

    # Endings

    def _done(self, state: ShiftState) -> Outcome:
        now = self._clock.now()
        return self._end(Ending.DONE, words.done_words(self._intention, state, self._row, now, self._zone))

    def _already(self, state: ShiftState) -> Outcome:
        now = self._clock.now()
        return self._end(Ending.ALREADY, words.already_words(self._intention, state, now, self._zone))

    def _not_recorded(self, error: KnownError) -> Outcome:
        text = words.not_recorded_words(error, self.intended, self._clock.now(), self._zone)
        return self._end(Ending.NOT_RECORDED, text, error)

    def _unknown(self, error: KnownError | None) -> Outcome:
        return self._end(Ending.UNKNOWN, words.unknown_words(self._intention), error)

    def _end(self, ending: Ending, sentence: str, error: KnownError | None = None) -> Outcome:
        return Outcome(ending, self._intention, self.intended, sentence, error)
