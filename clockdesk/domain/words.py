"""The words for states and errors, made once and used by the screens and the command line alike.

A code nobody has met yet is shown as it came, tidied a little; it is never hidden behind a known word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clockdesk.domain.dates import moment_text
from clockdesk.domain.errors import ErrorCode
from clockdesk.domain.freshness import Trust

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, tzinfo

    from clockdesk.domain.errors import KnownError
    from clockdesk.domain.freshness import Freshness

BOOKING_STATUSES = {
    "expected": "Expected",
    "checked_in": "In house",
    "checked_out": "Checked out",
    "canceled": "Canceled",
    "no_show": "No-show",
}
FOLIO_STATES = {"open": "Open", "closed": "Closed", "voided": "Void"}
_PAYMENT_TYPES = {
    "on-line": "Online",
    "vaucher": "Voucher",  # the service's own spelling
    "transfer": "Transfer (in-house)",
    "cross_account_transfer": "Transfer (other account)",
}


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """A room's state for the eye: a letter for the tile, a word for the reader, and whether we know the code at all."""

    letter: str
    word: str
    known: bool = True


HOUSEKEEPING = {
    "": Housekeeping("C", "Clean"),
    "inspect": Housekeeping("I", "Inspect"),
    "progress": Housekeeping("P", "In progress"),
    "checked_out": Housekeeping("D", "Dirty"),
}
HOUSEKEEPING_CODES = tuple(HOUSEKEEPING)
"""The codes that may be written (facts, section 7); a hotel may show others."""


_TRUST = {
    Trust.STARTING: "Starting",
    Trust.LIVE: "Live",
    Trust.CATCHING_UP: "Catching up",
    Trust.DELAYED: "Delayed",
    Trust.LIMITED: "Limited",
    Trust.OFFLINE: "Offline",
    Trust.SIGNED_OUT: "Signed out",
    Trust.NO_RIGHT: "No right",
    Trust.BLOCKED: "Blocked",
}


def tidy(code: str) -> str:
    """A code of the service as a word: `cross_account` -> `Cross account`."""
    return code.replace("_", " ").strip().capitalize()


def booking_status(status: str | None) -> str:
    """`checked_in` -> `In house`."""
    return BOOKING_STATUSES.get(status or "") or tidy(status or "") or "Not told"


def folio_state(state: str) -> str:
    """`Folio.state` as a word."""
    return FOLIO_STATES.get(state) or tidy(state)


def payment_type(code: str | None) -> str:
    """A payment type of the service (facts, section 8) as a word."""
    return _PAYMENT_TYPES.get(code or "") or tidy(code or "") or "Not told"


def housekeeping(code: str | None) -> Housekeeping:
    """A room's housekeeping code; "" is clean, None means that the service did not tell."""
    if code is None:
        return Housekeeping("?", "Not told", known=False)
    return HOUSEKEEPING.get(code) or Housekeeping("?", code, known=False)


WORTH_SAYING = 10.0
"""Seconds from which a wait is told (response-time anchors: beyond ten, attention goes elsewhere)."""


def wait_words(seconds: float) -> str:
    """A wait in round words: `about 40 s`, `about 4 min`; empty for a short one."""
    if seconds < WORTH_SAYING:
        return ""
    if seconds < 100:  # noqa: PLR2004 (up to "about 90 s")
        return f"about {round(seconds / 10) * 10} s"
    return f"about {round(seconds / 60)} min"


def freshness_words(freshness: Freshness, zone: tzinfo, today: date | None = None) -> str:
    """The state of the copy in a few words: `Live`, `Catching up (12 left)`, `Offline since 14:02` (design, law 4).

    With `today` (the hotel's date), a time on another day carries its date.
    """
    word = _TRUST[freshness.trust]
    match freshness.trust:
        case Trust.CATCHING_UP if freshness.left:
            wait = wait_words(freshness.seconds_left)
            return f"{word} ({freshness.left} left{f', {wait}' if wait else ''})"
        case Trust.LIVE:
            return " · ".join((word, *_but(freshness)))
        case Trust.DELAYED:
            return f"{word}: {(freshness.cause or 'polling').split('. ', 1)[0].removesuffix('.')}"
        case Trust.NO_RIGHT if freshness.cause:
            return f"{word} to read {freshness.cause}"
        case Trust.OFFLINE if freshness.since is not None:
            return f"{word} since {moment_text(freshness.since, zone, today)}"
        case Trust.LIMITED | Trust.BLOCKED if freshness.until is not None:
            return f"{word} until {moment_text(freshness.until, zone, today)}"
    return word


def _but(freshness: Freshness) -> Iterator[str]:
    """What is to be known although the copy is live."""
    if freshness.missed:
        yield f"{freshness.missed} {'change' if freshness.missed == 1 else 'changes'} while away"
    if freshness.unread:
        yield f"{freshness.unread} not readable"
    if freshness.unwatched:
        yield "balances may be late"


def freshness_facts(freshness: Freshness, zone: tzinfo, today: date | None = None) -> tuple[str, ...]:
    """What stands behind the words: the cause, since and until when, and the last complete sweep; one sentence each."""
    facts = [freshness.cause.removesuffix(".")] if freshness.cause else []
    if freshness.unread:
        which = (
            "1 booking, room or folio is"
            if freshness.unread == 1
            else f"{freshness.unread} bookings, rooms or folios are"
        )
        facts.append(f"{which} shown as last read: the service answers with an error; it is asked again at every look")
    if freshness.unwatched:
        facts.append("the folio ledger can't be read, so a balance may be old until its folio is opened")
    for word, instant in (("Since", freshness.since), ("Until", freshness.until)):
        facts += [f"{word} {moment_text(instant, zone, today, seconds=True)}"] if instant is not None else []
    checked = checked_words(freshness, zone, today)
    return tuple(f"{fact[:1].upper()}{fact[1:]}." for fact in (*facts, checked))


def checked_words(freshness: Freshness, zone: tzinfo, today: date | None = None) -> str:
    """`checked 14:02:10`: the last complete sweep, for F5 and for tooltips."""
    if freshness.checked is None:
        return "not checked yet"
    return f"checked {moment_text(freshness.checked, zone, today, seconds=True)}"


_ERRORS: dict[ErrorCode, tuple[str, str]] = {
    ErrorCode.OFFLINE: (
        "The service cannot be reached.",
        "Check the network cable or Wi-Fi. What is on screen stays readable; ClockDesk tries again by itself.",
    ),
    ErrorCode.TIMED_OUT: (
        "The service did not answer in time.",
        "Try again in a moment. If it stays slow, tell whoever looks after the network.",
    ),
    ErrorCode.TLS: (
        "The connection to the service is not secure.",
        "Check this computer's date and time, then ask whoever looks after the network about a proxy.",
    ),
    ErrorCode.SIGNED_OUT: (
        "The service does not accept this user and key.",
        "Open the connection dialog and type the API user and key again; Clock issues them.",
    ),
    ErrorCode.NO_RIGHT: (
        "The API user lacks a right for this.",
        "Ask the hotel's administrator to give the API user this right in Clock; the rest goes on.",
    ),
    ErrorCode.BLOCKED: (
        "The service's firewall has blocked this address.",
        "ClockDesk makes no call until the block is over. Find out what else calls the service from here first.",
    ),
    ErrorCode.LIMITED: (
        "The service says there were too many calls.",
        "ClockDesk slows down by itself. If it stays so, another program uses the same API user.",
    ),
    ErrorCode.NOT_FOUND: (
        "The service does not know this.",
        "It may have been removed: press F5. At sign-in, check region, subscription and account.",
    ),
    ErrorCode.REFUSED: (
        "The service refused this.",
        "Read its reason, change the entry and send it again. Nothing was changed.",
    ),
    ErrorCode.STALE: (
        "Somebody else changed this meanwhile.",
        "Look at both versions and choose. Nothing was overwritten.",
    ),
    ErrorCode.EXPIRED: (
        "The account's trial or subscription is over.",
        "Ask Clock to renew it. The copy on this computer stays readable.",
    ),
    ErrorCode.SERVER_ERROR: (
        "The service had a fault of its own; try again later.",
        "If it happens again, send Clock the time it happened.",
    ),
    ErrorCode.BAD_ANSWER: (
        "The answer was not what the service should send.",
        "Check the address in the connection dialog; a hotel Wi-Fi's sign-in page may be in between.",
    ),
    ErrorCode.UNKNOWN_OUTCOME: (
        "It is not known whether the change arrived.",
        "Do not repeat it. ClockDesk looks up what happened and says so.",
    ),
    ErrorCode.STORE_LOCKED: (
        "Another program holds ClockDesk's files.",
        "Close the other ClockDesk, or the backup that is running, and start again.",
    ),
    ErrorCode.STORE_CORRUPT: (
        "ClockDesk's copy of the hotel is damaged.",
        "It is set aside and read from the service anew; nothing of the hotel is lost.",
    ),
    ErrorCode.STORE_WRONG_KEY: (
        "ClockDesk's files were made with another key.",
        "Use the key they were made with, or another store folder.",
    ),
    ErrorCode.STORE_TOO_NEW: (
        "ClockDesk's files come from a newer version.",
        "Start the newer ClockDesk, or use another store folder.",
    ),
    ErrorCode.DISK: (
        "The disk cannot be written.",
        "Free some space or check the folder's rights, then start again.",
    ),
    ErrorCode.KEYRING: (
        "The system's key store does not answer.",
        "Unlock it and try again; until then nothing is kept on this computer.",
    ),
    ErrorCode.ALREADY_RUNNING: (
        "ClockDesk is already running here.",
        "Use the window that is open.",
    ),
}


def what_happened(code: ErrorCode) -> str:
    """One plain sentence for a code, where the error itself brought none."""
    return _ERRORS[code][0]


def next_step(code: ErrorCode) -> str:
    """What the person can do about it now."""
    return _ERRORS[code][1]


def explain(error: KnownError) -> str:
    """What happened and the next step, as two sentences."""
    said = str(error).strip() or what_happened(error.code)
    return f"{said}{'' if said.endswith(('.', '!', '?', '…')) else '.'} {next_step(error.code)}"
