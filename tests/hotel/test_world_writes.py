"""What is written at the hotel: which rows change, which stamps, which events, and in which order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clockdesk.hotel.clock import HotelClock
from clockdesk.hotel.world import Refused, World

TODAY = date(2026, 11, 21)
SOFIA = ZoneInfo("Europe/Sofia")
NIGHT = timedelta(days=1)


class Hotel:
    """A small hotel whose clock ticks a second at each look, and the events it sent."""

    def __init__(self):
        self.moment = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
        self.world = World(rooms=40, bookings=400, clock=HotelClock(SOFIA, source=self._tick))
        self.sent: list[tuple[str, dict[str, object], float]] = []
        self.world.subscribe(lambda *event: self.sent.append(event))

    def _tick(self):
        self.moment += timedelta(seconds=1)
        return self.moment

    def booking(self, where: str) -> int:
        sql = f"SELECT id FROM bookings WHERE {where} ORDER BY id"  # noqa: S608
        found: int = self.world.core.one(sql)
        return found

    def events(self):
        sent = [(name, payload) for name, payload, _ in self.sent]
        self.sent.clear()
        return sent


@pytest.fixture
def hotel():
    made = Hotel()
    yield made
    made.world.close()


EXPECTED = "status = 'expected' AND arrival_room_id IS NOT NULL AND manual_currency IS NULL AND arrival > '2026-11-22'"
IN_HOUSE = "status = 'checked_in' AND departure > '2026-11-22' AND manual_currency IS NULL"


def test_only_the_members_sent_change(hotel):
    key = hotel.booking(EXPECTED)
    before = hotel.world.render("bookings", key)
    after = hotel.world.put_booking(key, {"arrival_time": "16:30", "no_such_member": 5})
    differing = {name for name in after if after[name] != before[name]}
    assert differing == {"arrival_time", "updated_at", "lock_version"}
    assert after["lock_version"] == before["lock_version"] + 1
    assert after["updated_at"] > before["updated_at"]
    assert hotel.events() == [("booking_update", {"booking_id": key})]


def test_the_same_value_again_changes_nothing(hotel):
    key = hotel.booking(EXPECTED)
    before = hotel.world.render("bookings", key)
    assert hotel.world.put_booking(key, {"arrival": before["arrival"], "adults": str(before["adults"])}) == before
    assert hotel.events() == []


def test_a_blank_string_overwrites(hotel):
    key = hotel.booking("transfer_arrival IS NOT NULL AND status = 'expected'")
    assert hotel.world.put_booking(key, {"transfer_arrival": ""})["transfer_arrival"] == ""


def test_a_stale_lock_is_refused_and_a_current_one_taken(hotel):
    key = hotel.booking(EXPECTED)
    lock = hotel.world.render("bookings", key)["lock_version"]
    hotel.world.put_booking(key, {"adults": 3, "lock_version": lock})
    hotel.events()
    with pytest.raises(Refused) as refused:
        hotel.world.put_booking(key, {"adults": 1, "lock_version": lock})
    assert (refused.value.status, refused.value.text) == (500, "Attempted to update a stale object: Booking")
    assert hotel.world.render("bookings", key)["adults"] == 3
    assert hotel.events() == []


@pytest.mark.parametrize(
    "members",
    [
        {"status": "sleeping"},
        {"arrival": "tomorrow"},
        {"arrival": "2026-12-09", "departure": "2026-12-08"},
        {"adults": "two"},
        {"arrival_room_id": 1},
        {"rate_id": 1},
        {"active_notes": "not a list"},
    ],
)
def test_what_the_hotel_does_not_accept_is_refused_whole(hotel, members):
    key = hotel.booking(EXPECTED)
    before = hotel.world.render("bookings", key)
    with pytest.raises(Refused) as refused:
        hotel.world.put_booking(key, {"calendar_color": "#123456"} | members)
    assert refused.value.status == 400
    assert hotel.world.render("bookings", key) == before
    assert hotel.events() == []


def test_a_refusal_after_the_first_write_leaves_no_trace(hotel):
    key = hotel.booking(EXPECTED)
    before = hotel.world.render("bookings", key)
    with pytest.raises(Refused):
        hotel.world.put_booking(key, {"adults": 2, "calendar_color": "#1", "guest_person_title_id": "no number"})
    assert hotel.world.render("bookings", key) == before
    assert hotel.events() == []


def test_unknown_objects_answer_404(hotel):
    for write in (hotel.world.put_booking, hotel.world.put_room):
        with pytest.raises(Refused) as refused:
            write(1, {})
        assert refused.value.status == 404


def test_check_in_and_check_out_tell_in_order(hotel):
    key = hotel.booking("status = 'expected' AND arrival = '2026-11-21' AND arrival_room_id IS NOT NULL")
    room = hotel.world.render("bookings", key)["arrival_room_id"]
    hotel.world.put_room(room, {"housekeeping_status": ""})
    hotel.events()
    inside = hotel.world.put_booking(key, {"status": "checked_in"})
    assert hotel.events() == [("booking_update", {"booking_id": key}), ("booking_checked_in", {"booking_id": key})]
    assert inside["current_room_id"] == room
    assert inside["status_changed_at"] > inside["created_at"]
    hotel.world.put_booking(key, {"status": "checked_out"})
    assert hotel.events() == [
        ("booking_update", {"booking_id": key}),
        ("booking_checked_out", {"booking_id": key}),
        ("housekeeping_changed", {"room_id": room}),
    ]
    after = hotel.world.render("rooms", room)
    assert after["housekeeping_status"] == "checked_out"
    assert after["housekeeping_changed_at"] == max(after["housekeeping_changed_at"], inside["updated_at"])


@pytest.mark.parametrize(("status", "event"), [("canceled", "booking_canceled"), ("no_show", "booking_no_show")])
def test_a_booking_that_falls_through_loses_its_nights_and_can_come_back(hotel, status, event):
    key = hotel.booking(EXPECTED + " AND guarantee_policy_id IS NULL AND source_of_business_company_id IS NULL")
    value = hotel.world.render("bookings", key)["total_booking_value"]
    assert value["cents"] > 0
    gone = hotel.world.put_booking(key, {"status": status})
    assert hotel.events() == [("booking_update", {"booking_id": key}), (event, {"booking_id": key})]
    assert gone["total_booking_value"]["cents"] == 0
    back = hotel.world.put_booking(key, {"status": "expected"})
    assert hotel.events()[-1] == ("booking_expected", {"booking_id": key})
    assert back["total_booking_value"] == value


def test_a_policy_posts_its_fee(hotel):
    key = hotel.booking(EXPECTED + " AND guarantee_policy_id IS NULL")
    hotel.world.put_booking(key, {"guarantee_policy_id": 2102})
    night = hotel.world.render("bookings", key)["rate_calculation"][0]["cents"]
    assert hotel.world.put_booking(key, {"status": "canceled"})["total_booking_value"]["cents"] == night


def test_new_dates_move_the_nights_and_the_money(hotel):
    key = hotel.booking(IN_HOUSE)
    before = hotel.world.render("bookings", key)
    longer = (date.fromisoformat(before["departure"]) + 2 * NIGHT).isoformat()
    after = hotel.world.put_booking(key, {"departure": longer})
    assert after["rate_calculation"][: len(before["rate_calculation"])] == before["rate_calculation"]
    assert len(after["rate_calculation"]) == len(before["rate_calculation"]) + 2
    added = sum(night["cents"] for night in after["rate_calculation"][-2:]) + 2 * 90 * before["adults"]
    assert after["balance"]["cents"] == before["balance"]["cents"] + added
    shorter = hotel.world.put_booking(key, {"departure": before["departure"]})
    assert shorter["balance"] == before["balance"]
    assert {name for name, _ in hotel.events()} == {"booking_update"}


def test_a_rate_of_another_type_needs_its_type(hotel):
    key = hotel.booking(EXPECTED)
    booking = hotel.world.render("bookings", key)
    other = hotel.world.core.one("SELECT min(id) FROM rates WHERE bookable_id <> ?", booking["arrival_room_type_id"])
    with pytest.raises(Refused, match="not available for the selected rate"):
        hotel.world.put_booking(key, {"rate_id": other})
    kind = hotel.world.core.one("SELECT bookable_id FROM rates WHERE id = ?", other)
    moved = hotel.world.put_booking(key, {"rate_id": other, "arrival_room_type_id": kind, "arrival_room_id": None})
    assert moved["rate_id"] == other


def test_no_other_room_after_check_in(hotel):
    key = hotel.booking(IN_HOUSE)
    kind = hotel.world.render("bookings", key)["arrival_room_type_id"]
    rooms = hotel.world.core.ids("SELECT id FROM rooms WHERE room_type_id = ?", kind)
    other = next(room for room in rooms if room != hotel.world.render("bookings", key)["arrival_room_id"])
    with pytest.raises(Refused, match="check-in"):
        hotel.world.put_booking(key, {"arrival_room_id": other})


def test_guest_members_change_the_main_guest_and_tell_so(hotel):
    key = hotel.booking(EXPECTED)
    before = hotel.world.render("bookings", key)
    after = hotel.world.put_booking(key, {"guest_last_name": "Ångström", "guest_country": "SE"})
    assert (after["guest_last_name"], after["guest_country"]) == ("Ångström", "SE")
    assert after["guest_first_name"] == before["guest_first_name"]
    assert (after["lock_version"], after["updated_at"]) == (before["lock_version"], before["updated_at"])
    assert ("booking_guests_update", {"booking_id": key}) in hotel.events()
    main = after["main_booking_guest"]["guest_id"]
    assert hotel.world.render("guests", main)["last_name"] == "Ångström"
    assert key in hotel.world.guests_text_match("ångstr")


def test_notes_and_requests_add_up_without_an_event(hotel):
    key = hotel.booking(EXPECTED)
    before = hotel.world.render("bookings", key)
    after = hotel.world.put_booking(key, {"note": "Cake at eight", "client_request": "Candles"})
    assert len(after["active_notes"]) == len(before["active_notes"]) + 1
    assert after["active_client_requests"][-1]["text"] == "Candles"
    assert after["updated_at"] > before["updated_at"]
    assert hotel.events() == []


def test_a_new_booking_comes_before_its_guests(hotel):
    kind = hotel.world.core.one("SELECT id FROM room_types WHERE name = 'Double'")
    made = hotel.world.post_booking(
        {
            "arrival": "2026-12-01",
            "departure": "2026-12-04",
            "arrival_room_type_id": kind,
            "adults": 2,
            "guest_last_name": "Новак",
        }
    )
    assert hotel.sent == [
        ("booking_new", {"booking_id": made["id"]}, 0.0),
        ("booking_guests_update", {"booking_id": made["id"]}, 2.0),
    ]
    assert (made["lock_version"], made["status"], made["guest_last_name"]) == (0, "expected", "Новак")
    assert made["balance"]["cents"] == sum(night["cents"] for night in made["rate_calculation"]) + 6 * 90
    assert len(hotel.world.booking_folio_ids(made["id"])) == 1
    assert made["id"] > hotel.world.core.one("SELECT min(id) FROM bookings") > 36_570_000


def test_a_new_booking_needs_dates_and_a_type(hotel):
    for members in ({}, {"arrival": "2026-12-01", "departure": "2026-12-02"}):
        with pytest.raises(Refused) as refused:
            hotel.world.post_booking(members)
        assert refused.value.status == 400
    assert hotel.world.core.one("SELECT count(*) FROM bookings") == 400


def test_housekeeping_tells_only_of_the_status(hotel):
    room = hotel.world.core.one("SELECT id FROM rooms WHERE housekeeping_status = ''")
    hotel.world.put_room(room, {"housekeeping_warning": "Broken lamp", "common_door_codes_text": "11, 22"})
    assert hotel.events() == []
    after = hotel.world.put_room(room, {"housekeeping_status": "inspect"})
    assert hotel.events() == [("housekeeping_changed", {"room_id": room})]
    assert (after["housekeeping_warning"], after["common_door_codes"]) == ("Broken lamp", ["11", "22"])
    assert after["housekeeping_changed_at"] <= after["updated_at"]
    with pytest.raises(Refused, match="not included"):
        hotel.world.put_room(room, {"housekeeping_status": "clean"})


def rows(hotel, table, skip=()):
    found = hotel.world.core.rows(f"SELECT * FROM {table}")  # noqa: S608
    return {row["id"]: {name: value for name, value in row.items() if name not in skip} for row in found}


@pytest.mark.parametrize("what", ["charge", "payment", "void_charge"])
def test_money_moves_balances_in_silence(hotel, what):
    hotel.world.happen("charge", booking_id=hotel.booking(IN_HOUSE))
    bookings, folios = rows(hotel, "bookings"), rows(hotel, "folios", skip={"payed"})
    balances = {row["id"]: row["balance"] for row in hotel.world.render_many("folios", folios)}
    done = hotel.world.happen(what)
    assert hotel.events() == []
    assert rows(hotel, "bookings") == bookings
    assert rows(hotel, "folios", skip={"payed"}) == folios
    changed = [key for key, was in balances.items() if hotel.world.render("folios", key)["balance"] != was]
    assert changed == [done["id"]]


def test_closing_tells_update_then_close(hotel):
    key = hotel.booking(IN_HOUSE)
    folio = hotel.world.happen("charge", booking_id=key)["id"]
    hotel.world.happen("close_folio", folio_id=folio)
    assert hotel.events() == [("folio_update", {"folio_id": folio}), ("folio_close", {"folio_id": folio})]
    closed = hotel.world.render("folios", folio)
    assert closed["close_date"] == TODAY.isoformat()
    assert closed["updated_at"] >= closed["closed_at"]
    others = hotel.world.core.one("SELECT max(invoice_number) FROM folios WHERE id <> ?", folio)
    assert closed["invoice_number"] > others
    with pytest.raises(Refused):
        hotel.world.happen("charge", folio_id=folio)
    hotel.world.happen("payment", folio_id=folio, cents=100)


@pytest.mark.parametrize("closed", [True, False])
def test_voiding_says_whether_the_folio_was_closed(hotel, closed):
    folio = hotel.world.happen("new_folio")["id"]
    if closed:
        hotel.world.happen("close_folio", folio_id=folio)
    hotel.events()
    hotel.world.happen("void_folio", folio_id=folio, reason="wrong guest")
    assert hotel.events() == [
        ("folio_update", {"folio_id": folio}),
        ("folio_void", {"folio_id": folio, "closed": closed}),
    ]
    with pytest.raises(Refused):
        hotel.world.happen("void_folio", folio_id=folio)


def test_a_deposit_counts_until_it_is_closed_as_an_advance(hotel):
    none_yet = "id NOT IN (SELECT payer_id FROM folios WHERE deposit = 1)"
    key = hotel.booking(" AND ".join((EXPECTED, none_yet)))
    full = hotel.world.render("bookings", key)["balance"]["cents"]
    folio = hotel.world.happen("deposit", booking_id=key, cents=5000)["id"]
    assert hotel.world.render("folios", folio)["balance"]["cents"] == -5000
    assert hotel.world.render("bookings", key)["balance"]["cents"] == full - 5000
    hotel.world.happen("close_folio", folio_id=folio)
    assert hotel.world.render("folios", folio)["balance"]["cents"] == 0
    assert hotel.world.render("bookings", key)["balance"]["cents"] == full
