"""The words for a shift: one line for the header, and the sentence for what a click has come to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from clockdesk.domain.dates import hotel_today, moment_text
from clockdesk.domain.errors import ErrorCode
from clockdesk.domain.shift import Intention, Standing, duration_text

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from clockdesk.domain.errors import KnownError
    from clockdesk.domain.shift import ShiftRow, ShiftState

MINUTE = timedelta(minutes=1)
STALE = timedelta(minutes=3)
"""A reading older than this is told with its age."""

NO_CONNECTION = "NOT recorded - no connection"
CANT_TELL = "ClockDesk can't tell whether"
NO_KINDS = "NOT recorded: the kinds of shift can't be read. Try again."
_REASONS = {
    ErrorCode.OFFLINE: "no connection",
    ErrorCode.TIMED_OUT: "the time clock does not answer",
    ErrorCode.TLS: "no safe connection",
    ErrorCode.LIMITED: "the time clock is busy",
    ErrorCode.SIGNED_OUT: "the time clock does not accept the key",
    ErrorCode.NO_RIGHT: "the time clock refuses this for the community's plan or rights",
    ErrorCode.NOT_FOUND: "the time clock does not know this person's account",
    ErrorCode.BLOCKED: "the time clock's firewall has stopped this computer",
    ErrorCode.SERVER_ERROR: "the time clock failed",
    ErrorCode.BAD_ANSWER: "the time clock's answer can't be read",
    ErrorCode.REFUSED: "the time clock refused it",
}


def time_words(instant: datetime, zone: tzinfo, now: datetime) -> str:
    """`07:58`, with the day when it is another one."""
    return moment_text(instant, zone, hotel_today(now, zone))


def state_words(state: ShiftState, now: datetime, zone: tzinfo) -> str:
    """`In since 07:58 (3 h 12 min)`, `Out`, `Unknown: ...`."""
    if state.standing is Standing.OUT:
        return "Out"
    if state.standing is Standing.UNKNOWN or state.since is None:
        return f"Unknown: {state.reason}" if state.reason else "Unknown"
    elapsed = state.elapsed(now) or timedelta()
    return f"In since {time_words(state.since, zone, now + state.offset)} ({duration_text(elapsed)})"


def age_words(state: ShiftState, now: datetime, zone: tzinfo, trouble: KnownError | None) -> str:
    """`read 11:02, no connection`: said beside a state that is old or could not be read again; else empty."""
    why, age = _why(trouble), state.age(now)
    if age is None:
        return why
    if not why and age < STALE:
        return ""
    ago = f", {duration_text(age)} ago" if age >= MINUTE else ""
    return as_of_words(state, now, zone, trouble, ago)


def as_of_words(state: ShiftState, now: datetime, zone: tzinfo, trouble: KnownError | None, ago: str = "") -> str:
    """`as of 11:02: no connection`: when it was read, and why not since."""
    why = _why(trouble)
    read = f"as of {time_words(state.read or now, zone, now)}{ago}"
    return f"{read}: {why}" if why else read


def _why(trouble: KnownError | None) -> str:
    return "" if trouble is None else _REASONS.get(trouble.code, "it can't be read now")


def done_words(intention: Intention, state: ShiftState, row: ShiftRow | None, now: datetime, zone: tzinfo) -> str:
    """It is recorded."""
    if intention is Intention.IN:
        since = state.since or (row.start if row else None)
        return f"Clocked in at {time_words(since, zone, now + state.offset)}." if since else "Clocked in."
    if row is None or row.end is None:
        return "Clocked out."
    length = f" after {duration_text(row.length)}" if row.length is not None else ""
    return f"Clocked out at {time_words(row.end, zone, now + state.offset)}{length}."


def already_words(intention: Intention, state: ShiftState, now: datetime, zone: tzinfo) -> str:
    """It was so before."""
    if intention is Intention.IN:
        since = f", since {time_words(state.since, zone, now + state.offset)}" if state.since else ""
        return f"Already clocked in{since}. Nothing was changed."
    return "Already clocked out. Nothing was changed."


def reason_words(error: KnownError) -> str:
    """Why in a few words."""
    return _REASONS.get(error.code, "the time clock refused it")


def not_recorded_words(error: KnownError, intended: datetime, now: datetime, zone: tzinfo) -> str:
    """It is certain that nothing was recorded."""
    told = "" if error.code in {ErrorCode.OFFLINE, ErrorCode.LIMITED} else f" {error}"
    kept = f" {time_words(intended, zone, now)} is noted here for the manager."
    return f"NOT recorded - {reason_words(error)}.{told}{kept} Try again."


def unreadable_words(reason: str, intended: datetime, now: datetime, zone: tzinfo) -> str:
    """Nothing was sent, because nobody knows how the person stands."""
    at = time_words(intended, zone, now)
    return f"NOT recorded - {reason}. {at} is noted here for the manager. Clock in the CMS itself this time."


def unknown_words(intention: Intention) -> str:
    """It may or may not be recorded."""
    return (
        f"It is not known whether clocking {intention} was recorded. ClockDesk looks it up as soon as the time clock "
        "answers, and says so here."
    )


def settled_words(intention: Intention, at: str, happened: bool | None) -> str:  # noqa: FBT001 (what was found)
    """What a later look found of a press whose outcome was not known; None: nothing."""
    if happened is None:
        return f"{CANT_TELL} clocking {intention} at {at} was recorded; look in the CMS."
    what = "was recorded after all" if happened else "was NOT recorded; its time is noted here for the manager"
    return f"Clocking {intention} at {at} {what}."


def busy_words(seconds: float) -> str:
    """The time clock said "too many"."""
    return f"The time clock is busy, trying again in {max(1, round(seconds))} s."
