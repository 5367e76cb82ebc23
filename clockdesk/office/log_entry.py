"""One entry of the manual log: what happened at the desk while the service could not be told, and the words for it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from clockdesk.domain.money import Money, format_money
from clockdesk.domain.words import housekeeping


class What(StrEnum):
    """What can be written down."""

    ARRIVED = "arrived"
    DEPARTED = "departed"
    MONEY = "money"
    ROOM_STATUS = "room_status"
    NOTE = "note"


WHAT_WORDS = {
    What.ARRIVED: "Arrived",
    What.DEPARTED: "Left",
    What.MONEY: "Money taken",
    What.ROOM_STATUS: "Room status",
    What.NOTE: "Note",
}
METHODS = {"cash": "Cash", "card": "Card", "bank": "Bank transfer", "other": "Other"}
"""How money was taken. The service's own payment types are chosen when it is posted there."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry. `happened` is an instant, `by` are initials.

    `guest` and `room_name` are kept in words too: the line must still be readable when the copy is gone. `seen` is what
    the person's screen said then: the booking's status, or the room's housekeeping status; `seen_room` the booking's
    room.
    """

    what: What
    by: str
    happened: datetime
    booking: int | None = None
    guest: str = ""
    room: int | None = None
    room_name: str = ""
    status: str | None = None
    seen: str | None = None
    seen_room: int | None = None
    amount: Money | None = None
    method: str = ""
    text: str = ""

    @property
    def sentence(self) -> str:
        """What happened, in a line without the time and the initials."""
        match self.what:
            case What.ARRIVED:
                said = self._arrived()
            case What.DEPARTED:
                said = self._departed()
            case What.MONEY:
                said = self._money()
            case What.ROOM_STATUS:
                said = self._room_status()
            case What.NOTE:
                said = ""
        return ". ".join(part for part in (said, self.text) if part)

    def _arrived(self) -> str:
        return f"{self.guest or 'A guest'} arrived{f', room {self.room_name}' if self.room_name else ''}"

    def _departed(self) -> str:
        return f"{self.guest or 'The guest'} left{f' room {self.room_name}' if self.room_name else ''}"

    def _money(self) -> str:
        amount = format_money(self.amount) if self.amount is not None else "Money"
        how = METHODS.get(self.method, self.method).lower()
        who = self.guest or (f"room {self.room_name}" if self.room_name else "")
        return f"{amount} taken{f' ({how})' if how else ''}{f' from {who}' if who else ''}"

    def _room_status(self) -> str:
        before = f" (was {housekeeping(self.seen).word})" if self.seen is not None else ""
        return f"Room {self.room_name} is {housekeeping(self.status).word} now{before}"


def members_of(entry: Entry) -> dict[str, Any]:
    """The entry as it is kept."""
    members = msgspec.to_builtins(entry)
    assert isinstance(members, dict)  # noqa: S101 (a struct becomes one)
    return members


def entry_of(what: str, members: dict[str, Any], written: datetime) -> Entry:
    """The entry as it was kept; one that a newer version wrote is shown as a note with all that it says."""
    try:
        return msgspec.convert(members, Entry)
    except msgspec.ValidationError:
        text = msgspec.json.encode(members).decode()
        return Entry(what=What.NOTE, by=str(members.get("by", "?")), happened=written, text=f"{what}: {text}")
