"""Compares a line of the manual log with what the service has now: what to say, and what could be done about it.

Nothing is asked and nothing is sent here: who calls has just read the objects anew (`to_read` names them).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from clockdesk.domain.dates import moment_text
from clockdesk.domain.kinds import Kind
from clockdesk.domain.money import format_money
from clockdesk.domain.words import booking_status, housekeeping
from clockdesk.office.lines import BookingLine, RoomLine
from clockdesk.office.log_entry import METHODS, What

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, tzinfo

    from clockdesk.domain.folios import CreditItem
    from clockdesk.domain.money import Money
    from clockdesk.office.house import House
    from clockdesk.office.log_entry import Entry
    from clockdesk.office.manual_log import Line


class Verdict(StrEnum):
    """How a line stands to the service."""

    READY = "ready"
    ALREADY = "already"
    DIFFERS = "differs"
    BY_HAND = "by_hand"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying a line would send: members of an object, and what the person has just been shown of them."""

    kind: Kind
    ident: int
    members: dict[str, Any]
    seen: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for a line. `says`: what the service has now; `step`: what can be done; `verb` does `plan`."""

    line: int
    verdict: Verdict
    says: str
    step: str = ""
    verb: str = ""
    plan: Plan | None = None


def to_read(entry: Entry, house: House) -> list[tuple[Kind, int]]:
    """What has to be read anew before a line can be compared; for money besides the folios that Clock lists."""
    found: list[tuple[Kind, int]] = []
    if entry.what is What.ROOM_STATUS:
        return [(Kind.ROOM, entry.room)] if entry.room is not None else []
    if entry.booking is not None and entry.what is not What.NOTE:
        found.append((Kind.BOOKING, entry.booking))
    if entry.what is What.ARRIVED and entry.room is not None:
        others = [b.id for b in house.bookings.values() if b.room_id == entry.room and b.status == "checked_in"]
        found += [(Kind.BOOKING, ident) for ident in others if ident != entry.booking]
    return found


class Comparison:
    """One line against the copy that has just been read."""

    def __init__(
        self, house: House, zone: tzinfo, payments: Iterable[CreditItem] = (), *, all_seen: bool = True
    ) -> None:
        """`payments`: those on the folios of the line's booking; `all_seen`: whether none may be hidden from us."""
        self._house, self._zone, self._payments, self._all_seen = house, zone, tuple(payments), all_seen

    def finding(self, line: Line, overtaken: Line | None = None) -> Finding:
        """What to say of a line; `overtaken`: a later line about the same room."""
        match line.entry.what:
            case What.ARRIVED:
                return self._arrived(line)
            case What.DEPARTED:
                return self._departed(line)
            case What.MONEY:
                return self._money(line)
            case What.ROOM_STATUS if overtaken is not None:
                word = housekeeping(overtaken.entry.status).word
                return Finding(
                    line.id, Verdict.ALREADY, f"A later line says that the room is {word}.", "Tick this off."
                )
            case What.ROOM_STATUS:
                return self._room_status(line)
        return Finding(line.id, Verdict.BY_HAND, "A note has nothing to be compared with.", "Tick it off when done.")

    # Arrivals and departures

    def _arrived(self, line: Line) -> Finding:
        entry = line.entry
        if entry.booking is None:
            step = "Make the booking and check it in on Clock's own screen, then tick this off."
            return Finding(line.id, Verdict.BY_HAND, "This guest came without a booking in the copy.", step)
        booking = self._house.line(Kind.BOOKING, entry.booking)
        if not isinstance(booking, BookingLine):
            return _gone(line, "booking")
        if booking.status == "checked_in":
            return self._in_house(line, booking)
        if booking.status != "expected":
            says = f"Clock has this booking as {booking_status(booking.status)}."
            return Finding(line.id, Verdict.DIFFERS, says, "See to it on Clock's own screen, then tick this off.")
        return self._expected(line, booking)

    def _in_house(self, line: Line, booking: BookingLine) -> Finding:
        entry = line.entry
        where = f" in room {booking.room}" if booking.room else ""
        if entry.room is None or booking.room_id == entry.room:
            return Finding(line.id, Verdict.ALREADY, f"Clock has the guest in house{where} already.", "Tick this off.")
        says = f"Clock has the guest in house{where}; the log says room {entry.room_name}."
        return Finding(line.id, Verdict.DIFFERS, says, "A guest in house is moved on Clock's own screen.")

    def _expected(self, line: Line, booking: BookingLine) -> Finding:
        entry, house = line.entry, self._house
        assigned = f"room {booking.room}" if booking.room else "no room"
        says = f"Clock still expects the guest, with {assigned}."
        if entry.room is None:
            if booking.room_id is None:
                return Finding(line.id, Verdict.DIFFERS, says, "Give the booking a room first, then check again.")
            return self._ready_to_check_in(line, booking, says)
        room = house.line(Kind.ROOM, entry.room)
        if not isinstance(room, RoomLine):
            return _gone(line, "room")
        inside = [guest for guest in self._guests_in(entry.room) if guest.id != booking.id]
        if inside:
            others = ", ".join(guest.guest or f"booking {guest.number}" for guest in inside)
            step = "Two desks may have given out one room: find out who is in it before anything else."
            return Finding(line.id, Verdict.DIFFERS, f"{says} In Clock, {others} is in room {room.name}.", step)
        if room.out_of_service:
            says += f" Room {room.name} is out of service in Clock."
        return self._ready_to_check_in(line, booking, says)

    def _ready_to_check_in(self, line: Line, booking: BookingLine, says: str) -> Finding:
        """Check in; into the room of the log where Clock has another one (with its type: facts, section 6)."""
        entry, members, seen = line.entry, {"status": "checked_in"}, {"status": "expected"}
        step = f"Check in, room {entry.room_name or booking.room}."
        plan = Plan(Kind.BOOKING, booking.id, dict[str, Any](members), dict[str, Any](seen))
        if entry.room is not None and entry.room != booking.room_id:
            value, room = self._house.bookings[booking.id], self._house.rooms[entry.room]
            plan.members["arrival_room_id"], plan.seen["arrival_room_id"] = entry.room, value.arrival_room_id
            if room.room_type_id != value.arrival_room_type_id:
                plan.members["arrival_room_type_id"] = room.room_type_id
                plan.seen["arrival_room_type_id"] = value.arrival_room_type_id
                step += " This is another room type, so the price may change: look at the folio afterwards."
        return Finding(line.id, Verdict.READY, says, step, "Check in", plan)

    def _guests_in(self, room: int) -> list[BookingLine]:
        found = [
            self._house.line(Kind.BOOKING, booking.id)
            for booking in self._house.bookings.values()
            if booking.room_id == room and booking.status == "checked_in"
        ]
        return [line for line in found if isinstance(line, BookingLine)]

    def _departed(self, line: Line) -> Finding:
        entry = line.entry
        booking = self._house.line(Kind.BOOKING, entry.booking) if entry.booking is not None else None
        if not isinstance(booking, BookingLine):
            return _gone(line, "booking")
        if booking.status == "checked_out":
            return Finding(line.id, Verdict.ALREADY, "Clock has the guest checked out already.", "Tick this off.")
        if booking.status != "checked_in":
            says = f"Clock has this booking as {booking_status(booking.status)}."
            return Finding(line.id, Verdict.DIFFERS, says, "See to it on Clock's own screen, then tick this off.")
        if booking.balance is None or booking.balance:
            balance = format_money(booking.balance) if booking.balance is not None else "not told"
            says = f"Clock has the guest in house; the balance is {balance}."
            step = "Post payments and close the folio on Clock's own screen first, then check again."
            return Finding(line.id, Verdict.DIFFERS, says, step)
        says = "Clock has the guest in house, and nothing is owed."
        plan = Plan(Kind.BOOKING, booking.id, {"status": "checked_out"}, {"status": "checked_in"})
        return Finding(line.id, Verdict.READY, says, "Check out. An open folio stays open.", "Check out", plan)

    # Money

    def _money(self, line: Line) -> Finding:
        """Only ever said, never posted."""
        entry = line.entry
        amount = format_money(entry.amount) if entry.amount is not None else "the amount"
        how = METHODS.get(entry.method, entry.method).lower()
        booking = self._house.line(Kind.BOOKING, entry.booking) if entry.booking is not None else None
        if not isinstance(booking, BookingLine):
            says = "The log names no booking that Clock has."
            step = f"Post {amount} ({how}) on Clock's own screen where it belongs, then tick this off."
            return Finding(line.id, Verdict.BY_HAND, says, step)
        balance = format_money(booking.balance) if booking.balance is not None else "not told"
        folios = [f for f in self._house.folios_of(booking.id) if _is_open(self._house, f)]
        numbers = ", ".join(self._house.folios[ident].number or str(ident) for ident in folios)
        says = f"Clock shows a balance of {balance} for booking {booking.number}"
        says += f" (open folio {numbers})." if numbers else " (no open folio)." if self._all_seen else "."
        where = f"booking {booking.number}, its folio, Payment"
        step = f"Post {amount} ({how}) on Clock's own screen: {where}; tick this off."
        if not self._all_seen:
            says += " This API user may not read all of its folios and payments."
            step = f"See on Clock's own screen whether {amount} ({how}) is posted already; if not, post it: {where}."
        if (same := self._same_payment(entry)) is not None:
            says += f" A payment of {amount} is on it since {same}."
            step = "It may be this one: compare before posting. If it is, tick this off."
        return Finding(line.id, Verdict.BY_HAND, says, step)

    def _same_payment(self, entry: Entry) -> str | None:
        """When a payment of the same amount was made since the entry; None when none was."""
        for item in self._payments:
            if item.voided_at is None and entry.amount is not None and _is_amount(item, entry.amount):
                made = item.created_at
                if made is not None and made >= entry.happened:
                    return moment_text(made, self._zone, self._house.today)
        return None

    # Rooms

    def _room_status(self, line: Line) -> Finding:
        entry = line.entry
        room = self._house.rooms.get(entry.room) if entry.room is not None else None
        if room is None:
            return _gone(line, "room")
        theirs, wanted, seen = (
            housekeeping(code).word for code in (room.housekeeping_status, entry.status, entry.seen)
        )
        if room.housekeeping_status == entry.status:
            return Finding(line.id, Verdict.ALREADY, f"Clock has the room as {theirs} already.", "Tick this off.")
        plan = Plan(
            Kind.ROOM,
            room.id,
            {"housekeeping_status": entry.status},
            {"housekeeping_status": room.housekeeping_status},
        )
        verb = f"Set to {wanted}"
        if room.housekeeping_status != entry.seen:
            says = f"Clock has the room as {theirs}; when this was written, the screen said {seen}."
            return Finding(line.id, Verdict.DIFFERS, says, f"Find out what is true. The log says {wanted}.", verb, plan)
        if self._set_since(room.housekeeping_changed_at, entry):
            at = moment_text(room.housekeeping_changed_at or entry.happened, self._zone, self._house.today)
            says = f"Clock has the room as {theirs}, set anew at {at}, after this was written."
            return Finding(line.id, Verdict.DIFFERS, says, f"Find out what is true. The log says {wanted}.", verb, plan)
        says = f"Clock still has the room as {theirs}, as the screen said."
        return Finding(line.id, Verdict.READY, says, f"Set it to {wanted}.", verb, plan)

    @staticmethod
    def _set_since(changed: datetime | None, entry: Entry) -> bool:
        """Within one millisecond it counts as later: the service tells no more, and a person looks then."""
        written = entry.happened
        return changed is not None and changed >= written.replace(microsecond=written.microsecond // 1000 * 1000)


def _gone(line: Line, what: str) -> Finding:
    says = f"Clock gives no such {what} any more, or this API user may not see it."
    return Finding(line.id, Verdict.DIFFERS, says, "See to it on Clock's own screen, then tick this off or dismiss it.")


def _is_open(house: House, folio: int) -> bool:
    value = house.folios.get(folio)
    return value is not None and value.state == "open"


def _is_amount(item: CreditItem, amount: Money) -> bool:
    return item.currency == amount.currency and abs(item.value_cents or 0) == amount.minor
