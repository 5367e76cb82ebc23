"""A status as it is shown everywhere: a letter, a shape, a tone and a word. Colour is never alone."""

from __future__ import annotations

from dataclasses import dataclass

from clockdesk.domain import words
from clockdesk.ui.theme.marks import Mark


@dataclass(frozen=True, slots=True)
class Status:
    """How one status looks. `tone` names a field of `tokens.Tones`."""

    word: str
    letter: str
    mark: Mark
    tone: str


_BOOKING = {
    "expected": ("E", Mark.EXPECTED, "expected"),
    "checked_in": ("I", Mark.IN_HOUSE, "in_house"),
    "checked_out": ("O", Mark.CHECKED_OUT, "checked_out"),
    "canceled": ("X", Mark.CANCELED, "canceled"),
    "no_show": ("N", Mark.NO_SHOW, "no_show"),
}
_HOUSEKEEPING = {
    "": (Mark.CLEAN, "clean"),
    "inspect": (Mark.INSPECT, "inspect"),
    "progress": (Mark.PROGRESS, "progress"),
    "checked_out": (Mark.DIRTY, "dirty"),
}
_FOLIO = {
    "open": ("O", Mark.OPEN, "info"),
    "closed": ("C", Mark.CLOSED, "neutral"),
    "voided": ("V", Mark.VOIDED, "canceled"),
}
_UNKNOWN = ("?", Mark.UNKNOWN, "neutral")

OUT_OF_SERVICE = Status("Out of service", "S", Mark.OUT_OF_SERVICE, "out_of_service")
DEPOSIT = Status("Deposit", "D", Mark.DEPOSIT, "inspect")


def booking_status(code: str | None) -> Status:
    """The look of a booking's status; a code we do not know is shown as it is."""
    return Status(words.booking_status(code), *_BOOKING.get(code or "", _UNKNOWN))


def housekeeping_status(code: str | None) -> Status:
    """The look of a room's housekeeping status by the service's code; None (not told) is unknown, not clean."""
    said = words.housekeeping(code)
    mark, tone = _UNKNOWN[1:] if code is None else _HOUSEKEEPING.get(code, _UNKNOWN[1:])
    return Status(said.word, said.letter, mark, tone)


def folio_status(state: str) -> Status:
    """The look of a folio's state."""
    return Status(words.folio_state(state), *_FOLIO.get(state, _UNKNOWN))
