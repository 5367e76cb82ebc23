"""Which rooms are free, and who is in a room now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockdesk.hotel.render import room_on
from clockdesk.hotel.reports import nights_taken

if TYPE_CHECKING:
    from datetime import date

    from clockdesk.hotel.core import Core, Row


def occupants(core: Core, room: int) -> list[Row]:
    """The checked-in bookings that are in a room now, overdue ones too."""
    today = core.clock.today().isoformat()
    sql = """SELECT * FROM bookings WHERE status = 'checked_in' AND (arrival_room_id = ?
        OR id IN (SELECT booking_id FROM room_changes WHERE room_id = ?)) ORDER BY id"""
    found = []
    for booking in core.rows(sql, room, room):
        moves = core.rows("SELECT * FROM room_changes WHERE booking_id = ? ORDER BY from_date, id", booking["id"])
        if room_on(booking, moves, min(today, booking["departure"])) == room:
            found.append(booking)
    return found


def free_rooms(core: Core, first: date, last: date, kind: int | None, *, leaving: int | None = None) -> list[int]:
    """Rooms nobody has in the nights first to last, that are in service, and empty if the first night is today's.

    Args:
        core: the hotel.
        first: the first night.
        last: the last night.
        kind: only rooms of this type; None: of any.
        leaving: a booking whose own nights do not count.
    """
    busy = {
        room
        for rooms in nights_taken(core, first, last).values()
        for room, bookings in rooms.items()
        if set(bookings) != {leaving}
    }
    sql = "SELECT room_id FROM room_periods WHERE from_date <= ? AND to_date >= ?"
    busy |= set(core.ids(sql, last.isoformat(), first.isoformat()))
    if first <= core.clock.today():
        busy |= {room for room in _in_use(core) if any(other["id"] != leaving for other in occupants(core, room))}
    sql = "SELECT id FROM rooms WHERE (?1 IS NULL OR room_type_id = ?1) AND is_virtual = 0 ORDER BY sort_order"
    return [room for room in core.ids(sql, kind) if room not in busy]


def _in_use(core: Core) -> list[int]:
    sql = """SELECT arrival_room_id FROM bookings WHERE status = 'checked_in' AND arrival_room_id IS NOT NULL UNION
        SELECT c.room_id FROM room_changes c JOIN bookings b ON b.id = c.booking_id WHERE b.status = 'checked_in'"""
    return core.ids(sql)
