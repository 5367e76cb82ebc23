"""Lists and reports the service computes: who is in a room, free rooms, the forecast, the ledger, searches.

Assumptions where the facts are silent: a booking is in a room on a date from its arrival to its departure, both
included, in the room of the night that begins then (on the day it leaves: of the night before); canceled and no-show
bookings are nowhere. An overdue guest is past that range, as for `find_in_hotel`, whose words are "whose stay
includes today".
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from clockdesk.hotel.core import Core, Refused, Row
from clockdesk.hotel.render import money, room_on

if TYPE_CHECKING:
    from collections.abc import Iterator

_STAYING = "('expected', 'checked_in', 'checked_out')"
_SHORT_SEARCH = "Free text search is too short (minimum is 3 characters)"
_LEDGER: Final = (
    "charges",
    "charges_from_deposit_folios",
    "payments",
    "debts",
    "debts_open_folios",
    "debts_closed_folios",
    "deposits",
    "deposits_in_consumption",
    "deposits_in_advance",
    "deposits_in_advance_from_deposit_folios",
    "deposits_in_advance_from_non_deposit_folios",
)


def days(first: date, last: date) -> Iterator[str]:
    """The dates from first to last, both included."""
    for step in range((last - first).days + 1):
        yield (first + timedelta(days=step)).isoformat()


def room_bookings(core: Core, room: int, day: date) -> list[int]:
    """The bookings in a room on a date (see the module's assumptions), room changes taken into account."""
    sql = f"""SELECT id, arrival, departure, arrival_room_id FROM bookings WHERE arrival <= ? AND departure >= ?
        AND status IN {_STAYING} AND (arrival_room_id = ?
        OR id IN (SELECT booking_id FROM room_changes WHERE room_id = ?)) ORDER BY id"""  # noqa: S608  our own words
    text = day.isoformat()
    before = (day - timedelta(days=1)).isoformat()
    found = []
    for booking in core.rows(sql, text, text, room, room):
        moves = core.rows("SELECT * FROM room_changes WHERE booking_id = ? ORDER BY from_date, id", booking["id"])
        if room_on(booking, moves, before if text == booking["departure"] else text) == room:
            found.append(booking["id"])
    return found


def nights_taken(core: Core, first: date, last: date) -> dict[str, dict[int, list[int]]]:
    """Night -> room -> bookings (expected or checked in) that sleep there; bookings without a room stand under 0."""
    taken: dict[str, dict[int, list[int]]] = {night: {} for night in days(first, last)}
    sql = """SELECT id, arrival, departure, arrival_room_id FROM bookings WHERE arrival <= ? AND departure > ?
        AND status IN ('expected', 'checked_in')"""
    moves: dict[int, list[Row]] = {}
    for move in core.rows("SELECT * FROM room_changes ORDER BY from_date, id"):
        moves.setdefault(move["booking_id"], []).append(move)
    for booking in core.rows(sql, last.isoformat(), first.isoformat()):
        start = max(first, date.fromisoformat(booking["arrival"]))
        end = min(last, date.fromisoformat(booking["departure"]) - timedelta(days=1))
        for night in days(start, end):
            room = room_on(booking, moves.get(booking["id"], []), night) or 0
            taken[night].setdefault(room, []).append(booking["id"])
    return taken


def room_statuses(core: Core, first: date, last: date, room_type: int | None = None) -> list[Row]:
    """Rooms by type with their housekeeping status and whether they are free in every night of the range."""
    busy = {room for rooms in nights_taken(core, first, last).values() for room in rooms}
    sql = "SELECT room_id FROM room_periods WHERE from_date <= ? AND to_date >= ?"
    busy |= set(core.ids(sql, last.isoformat(), first.isoformat()))
    result: list[Row] = []
    for kind in core.rows("SELECT id, name FROM room_types ORDER BY sort_order"):
        if room_type not in {None, kind["id"]}:
            continue
        rooms = core.rows("SELECT * FROM rooms WHERE room_type_id = ? ORDER BY sort_order", kind["id"])
        listed = [
            {
                "id": room["id"],
                "number": room["name"],
                "available": room["id"] not in busy,
                "housekeeping_status": room["housekeeping_status"],
                "housekeeping_notes": room["housekeeping_warning"] or "",
            }
            for room in rooms
        ]
        result.append({"room_type_id": kind["id"], "room_type": kind["name"], "rooms": listed})
    return result


def occupancy_forecasts(core: Core, first: date, last: date) -> Row:
    """Occupied and free rooms by type and day, and the totals; `results` is an assumption (one block a day)."""
    capacity = dict(core.db.execute("SELECT room_type_id, count(*) FROM rooms GROUP BY 1").fetchall())
    grid: dict[tuple[str, int], list[int]] = {}
    sql = """SELECT arrival_room_type_id, arrival, departure, adults, children FROM bookings
        WHERE arrival <= ? AND departure > ? AND status IN ('expected', 'checked_in')"""
    for kind, arrival, departure, adults, children in core.db.execute(sql, (last.isoformat(), first.isoformat())):
        start, end = (
            max(first, date.fromisoformat(arrival)),
            min(last, date.fromisoformat(departure) - timedelta(days=1)),
        )
        for day in days(start, end):
            cell = grid.setdefault((day, kind), [0, 0, 0])
            cell[0] += 1
            cell[1] += adults
            cell[2] += children
    shut: dict[tuple[str, int], int] = {}
    sql = """SELECT r.room_type_id, p.from_date, p.to_date FROM room_periods p JOIN rooms r ON r.id = p.room_id
        WHERE p.from_date <= ? AND p.to_date >= ?"""
    for kind, from_date, to_date in core.db.execute(sql, (last.isoformat(), first.isoformat())):
        for day in days(max(first, date.fromisoformat(from_date)), min(last, date.fromisoformat(to_date))):
            shut[day, kind] = shut.get((day, kind), 0) + 1
    forecasts = []
    for kind in core.rows("SELECT id, name FROM room_types ORDER BY sort_order"):
        key = kind["id"]
        results = [
            _forecast(day, grid.get((day, key), [0, 0, 0]), shut.get((day, key), 0), capacity.get(key, 0))
            for day in days(first, last)
        ]
        forecasts.append({"room_type": kind["name"], "room_type_id": key, "results": results})
    totals = []
    for day in days(first, last):
        cells = [cell for (date_, _), cell in grid.items() if date_ == day]
        total = _forecast(
            day,
            [sum(cell[place] for cell in cells) for place in range(3)],
            sum(count for (date_, _), count in shut.items() if date_ == day),
            sum(capacity.values()),
        )
        totals.append({"date": day} | {f"total_{name}": value for name, value in total.items() if name != "date"})
    return {"forecasts": forecasts, "totals": totals}


def _forecast(day: str, cell: list[int], shut: int, capacity: int) -> Row:
    taken, adults, children = cell
    free = capacity - taken - shut
    percent = round(100 * taken / capacity, 2) if capacity else 0
    return {
        "date": day,
        "occupied": taken,
        "free": free,
        "occupied_percentage": percent,
        "booking_adults": adults,
        "booking_children": children,
        "adjustment": 0,
        "room_statuses": shut,
        "bookings": taken,
        "blocks": 0,
        "capacity": capacity,
        "occupied_with_virtual": taken,
        "free_with_virtual": free,
    }


def find_in_hotel(core: Core) -> list[int]:
    """Checked-in bookings whose stay includes today (the restaurant's search)."""
    today = core.clock.today().isoformat()
    sql = "SELECT id FROM bookings WHERE status = 'checked_in' AND arrival <= ? AND departure >= ? ORDER BY id"
    return core.ids(sql, today, today)


def search_guests(core: Core, term: str) -> list[int]:
    """Guests whose name, e-mail or phone holds every word of the term. Refused 500 under three characters."""
    if len(term.strip()) < 3:
        raise Refused(500, _SHORT_SEARCH)
    words = term.casefold().split()
    return [key for key, text in _haystacks(core).items() if all(word in text for word in words)]


def guests_text_match(core: Core, term: str) -> list[int]:
    """Bookings of which one guest matches every word (`main_guest_free_text_search` looks at all guests)."""
    words = term.casefold().split()
    guests = {key for key, text in _haystacks(core).items() if all(word in text for word in words)}
    sql = "SELECT booking_id, guest_id FROM booking_guests ORDER BY booking_id"
    return list(dict.fromkeys(booking for booking, guest in core.db.execute(sql) if guest in guests))


def _haystacks(core: Core) -> dict[int, str]:
    sql = "SELECT id, first_name, middle_name, last_name, e_mail, phone_number FROM guests ORDER BY id"
    return {row[0]: " ".join(part for part in row[1:] if part).casefold() for row in core.db.execute(sql)}


def folio_ledger(core: Core, to_date: date) -> dict[str, Any]:
    """The money of every folio that moved on the date or has a balance by its end (our reading of which are listed).

    Amounts count by revenue date. `previous` is before the date, `date` that day, `end_of_date` both together.
    """
    day = to_date.isoformat()
    sql = """SELECT f.id, f.currency, f.deposit, f.close_date IS NOT NULL, old_gross, new_gross, old_paid, new_paid
        FROM folios f JOIN (SELECT folio_id, sum(old_gross) AS old_gross, sum(new_gross) AS new_gross,
            sum(old_paid) AS old_paid, sum(new_paid) AS new_paid FROM (
            SELECT folio_id, iif(revenue_date < ?1, gross_value_cents, 0) AS old_gross,
                iif(revenue_date = ?1, gross_value_cents, 0) AS new_gross, 0 AS old_paid, 0 AS new_paid FROM charges
                WHERE revenue_date <= ?1 AND voided_at IS NULL AND archived_at IS NULL
            UNION ALL SELECT folio_id, 0, 0, iif(revenue_date < ?1, fixed_value_cents, 0),
                iif(revenue_date = ?1, fixed_value_cents, 0) FROM credit_items
                WHERE revenue_date <= ?1 AND voided_at IS NULL AND archived_at IS NULL) GROUP BY folio_id) m
        ON m.folio_id = f.id WHERE f.voided_at IS NULL ORDER BY f.id"""
    items: list[Row] = []
    totals: dict[str, dict[str, dict[str, int]]] = {"previous": {}, "date": {}, "end_of_date": {}}
    for folio, currency, deposit, closed, old_gross, new_gross, old_paid, new_paid in core.db.execute(sql, (day,)):
        if not (new_gross or new_paid or old_gross + new_gross != old_paid + new_paid):
            continue
        blocks = {
            "previous": _ledger_block(old_gross, old_paid, deposit=deposit, closed=closed),
            "date": _ledger_block(new_gross, new_paid, deposit=deposit, closed=closed),
            "end_of_date": _ledger_block(old_gross + new_gross, old_paid + new_paid, deposit=deposit, closed=closed),
        }
        item: Row = {"folio_id": folio}
        for name, block in blocks.items():
            item[name] = {member: money(cents, currency) for member, cents in block.items()}
            sums = totals[name].setdefault(currency, dict.fromkeys(_LEDGER, 0))
            for member, cents in block.items():
                sums[member] += cents
        items.append(item)
    result: dict[str, Any] = {"items": items}
    for name, by_currency in totals.items():
        result[f"{name}_totals"] = {
            member: [money(sums[member], currency) for currency, sums in sorted(by_currency.items())]
            for member in _LEDGER
        }
    return result


def _ledger_block(gross: int, paid: int, *, deposit: int, closed: int) -> dict[str, int]:
    debt, ahead = max(0, gross - paid), max(0, paid - gross)
    return dict.fromkeys(_LEDGER, 0) | {
        "charges": 0 if deposit else gross,
        "charges_from_deposit_folios": gross if deposit else 0,
        "payments": paid,
        "debts": debt,
        "debts_open_folios": 0 if closed else debt,
        "debts_closed_folios": debt if closed else 0,
        "deposits": ahead,
        "deposits_in_advance": ahead,
        "deposits_in_advance_from_deposit_folios": ahead if deposit else 0,
        "deposits_in_advance_from_non_deposit_folios": 0 if deposit else ahead,
    }
