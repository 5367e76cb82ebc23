"""What a person typed into the manual log, read into an entry or refused with the field and the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from clockdesk.domain.dates import hotel_time
from clockdesk.domain.errors import UserError
from clockdesk.domain.kinds import Kind
from clockdesk.domain.money import parse_money
from clockdesk.office.lines import BookingLine
from clockdesk.office.log_entry import Entry, What

if TYPE_CHECKING:
    from datetime import tzinfo

    from clockdesk.domain.values import Room
    from clockdesk.office.house import House

LONGEST_INITIALS = 12
AHEAD = timedelta(minutes=10)
"""A time of day later than this from now was meant for yesterday."""

_TIME = re.compile(r"(\d{1,2})[:.h ]?(\d{2})?")


class DraftError(UserError):
    """What is wrong, and in which field of the draft."""

    def __init__(self, field: str, sentence: str) -> None:
        """`field` is a member of `Draft`."""
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Draft:
    """The fields as typed. `booking` is the one that was chosen from the list, if any; `guest` the words."""

    what: What = What.ARRIVED
    by: str = ""
    time: str = ""
    room: str = ""
    guest: str = ""
    booking: int | None = None
    status: str | None = None
    amount: str = ""
    currency: str = ""
    method: str = ""
    text: str = ""


def read_draft(draft: Draft, house: House, now: datetime, zone: tzinfo) -> Entry:
    """The entry a draft stands for, with what the copy says now as what the person saw. Raises DraftError."""
    by = " ".join(draft.by.split())
    if not by or len(by) > LONGEST_INITIALS:
        raise DraftError("by", "Type your initials.")
    happened = read_time(draft.time, now, zone)
    room = _room(draft.room, house)
    reader = {
        What.ARRIVED: _arrived,
        What.DEPARTED: _departed,
        What.MONEY: _money,
        What.ROOM_STATUS: _room_status,
        What.NOTE: _note,
    }[draft.what]
    return reader(draft, house, room, Entry(what=draft.what, by=by, happened=happened, text=draft.text.strip()))


def read_time(text: str, now: datetime, zone: tzinfo) -> datetime:
    """`14:05`, `1405`, `14.05` or `9` on the hotel's clock, the last such time; nothing typed is now.

    Raises DraftError.
    """
    if not text.strip():
        return now
    match = _TIME.fullmatch(text.strip())
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 99)
    if hour > 23 or minute > 59:  # noqa: PLR2004 (of a day)
        raise DraftError("time", "Type a time such as 14:05.")
    made = hotel_time(now, zone).replace(hour=hour, minute=minute, second=0, microsecond=0)
    if made > hotel_time(now, zone) + AHEAD:
        made -= timedelta(days=1)
    return made.astimezone(now.tzinfo)


def guest_words(line: BookingLine) -> str:
    """How a booking is named in the log: `Smith, John (17136)`."""
    return f"{line.guest} ({line.number})" if line.guest else f"Booking {line.number}"


def _room(text: str, house: House) -> Room | None:
    wanted = text.strip().casefold()
    if not wanted:
        return None
    found = [room for room in house.rooms.values() if (room.name or "").casefold() == wanted]
    if not found:
        raise DraftError("room", f"There is no room {text.strip()} in the copy of this hotel.")
    return found[0]


def _arrived(draft: Draft, house: House, room: Room | None, entry: Entry) -> Entry:
    """A booking that was chosen, or the one expected into the room, or (a walk-in) words alone."""
    line = _line(draft.booking, house)
    if line is None and not draft.guest.strip():
        line = _only(house, room, "expected", "Who arrived? Choose the booking or type a name.")
    if line is None and room is None:
        raise DraftError("room", "Type the room that was given.")
    return _with(entry, draft, line, room if room is not None else _assigned(line, house))


def _departed(draft: Draft, house: House, room: Room | None, entry: Entry) -> Entry:
    line = _line(draft.booking, house)
    if line is None:
        line = _only(house, room, "checked_in", "Who left? Type the room or choose the booking.")
    return _with(entry, draft, line, room if room is not None else _assigned(line, house))


def _money(draft: Draft, house: House, room: Room | None, entry: Entry) -> Entry:
    line = _line(draft.booking, house)
    if line is None and room is not None and not draft.guest.strip():
        staying = _in_room(house, room, "checked_in")
        line = staying[0] if len(staying) == 1 else None
    if line is None and room is None and not draft.guest.strip() and not entry.text:
        raise DraftError("guest", "From whom? Choose the booking, type the room, or write a note.")
    if not draft.currency:
        raise DraftError("currency", "Choose the currency.")
    try:
        amount = parse_money(draft.amount, draft.currency)
    except UserError as error:
        raise DraftError("amount", str(error)) from error
    if amount.minor <= 0:
        raise DraftError("amount", "Type the amount that was taken.")
    if not draft.method:
        raise DraftError("method", "Choose how it was paid.")
    made = _with(entry, draft, line, room if room is not None else _assigned(line, house))
    return _replace(made, amount=amount, method=draft.method)


def _room_status(draft: Draft, _house: House, room: Room | None, entry: Entry) -> Entry:
    if room is None:
        raise DraftError("room", "Type the room.")
    if draft.status is None:
        raise DraftError("status", "Choose what the room is now.")
    return _replace(
        entry, room=room.id, room_name=room.name or str(room.id), status=draft.status, seen=room.housekeeping_status
    )


def _note(draft: Draft, house: House, room: Room | None, entry: Entry) -> Entry:
    if not entry.text:
        raise DraftError("text", "Write what happened.")
    return _with(entry, draft, _line(draft.booking, house), room)


def _with(entry: Entry, draft: Draft, line: BookingLine | None, room: Room | None) -> Entry:
    """The entry with its guest and room, and what the copy said of the booking."""
    told = {"room": room.id, "room_name": room.name or str(room.id)} if room is not None else {}
    if line is None:
        return _replace(entry, guest=" ".join(draft.guest.split()), **told)
    seen = {"booking": line.id, "guest": guest_words(line), "seen": line.status, "seen_room": line.room_id}
    return _replace(entry, **seen, **told)


def _replace(entry: Entry, **members: object) -> Entry:
    return Entry(**({name: getattr(entry, name) for name in entry.__struct_fields__} | members))


def _line(booking: int | None, house: House) -> BookingLine | None:
    line = house.line(Kind.BOOKING, booking) if booking is not None else None
    return line if isinstance(line, BookingLine) else None


def _assigned(line: BookingLine | None, house: House) -> Room | None:
    return house.rooms.get(line.room_id) if line is not None and line.room_id is not None else None


def _in_room(house: House, room: Room, status: str) -> list[BookingLine]:
    lines = (_line(ident, house) for ident in house.bookings)
    found = [line for line in lines if line is not None and line.room_id == room.id and line.status == status]
    if status == "expected":
        found = [line for line in found if line.arrival is not None and line.arrival <= house.today]
    return found


def _only(house: House, room: Room | None, status: str, question: str) -> BookingLine:
    """The one booking of this status in the room; raises DraftError when there is none, or more than one."""
    found = _in_room(house, room, status) if room is not None else []
    if len(found) == 1:
        return found[0]
    if room is not None and len(found) > 1:
        raise DraftError("guest", f"More than one booking is in room {room.name}: choose the guest.")
    raise DraftError("guest", question)
