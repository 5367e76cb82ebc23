import datetime as dt

import msgspec
import pytest

from clockdesk.api.gate import Lane
from clockdesk.api.service import Service
from clockdesk.domain.errors import ErrorCode, KnownError, UserError
from clockdesk.domain.kinds import Kind
from tests.support.scripted import Reply, Scripted

A, B = dt.date(2026, 11, 21), dt.date(2026, 11, 23)
READS = [
    (lambda s: s.account(lane=Lane.PERSON), "pms_api/111/222", {"id": 222}),
    (lambda s: s.rooms(lane=Lane.PERSON), "pms_api/111/222/rooms", [{"id": 1}]),
    (lambda s: s.rooms(b"name=101", lane=Lane.PERSON), "pms_api/111/222/rooms?name=101", [{"id": 1}]),
    (lambda s: s.room_ids(b"a.eq", lane=Lane.PERSON), "pms_api/111/222/rooms?a.eq", [{"id": 1}]),
    (lambda s: s.room(1, lane=Lane.PERSON), "pms_api/111/222/rooms/1", {"id": 1}),
    (lambda s: s.room_types(lane=Lane.PERSON), "pms_api/111/222/room_types", [{"id": 1}]),
    (lambda s: s.room_statuses(A, B, lane=Lane.PERSON),
     "pms_api/111/222/room_statuses?from=2026-11-21&to=2026-11-23",
     [{"room_type_id": 1, "rooms": [{"id": 2, "available": True}]}]),
    (lambda s: s.room_statuses(A, B, room_type=7, lane=Lane.PERSON),
     "pms_api/111/222/room_statuses?from=2026-11-21&to=2026-11-23&room_type_id=7", []),
    (lambda s: s.room_bookings(1, A, lane=Lane.PERSON), "pms_api/111/222/rooms/1/2026-11-21/bookings", [{"id": 1}]),
    (lambda s: s.occupancy_forecasts(A, B, lane=Lane.PERSON),
     "pms_api/111/222/occupancy_forecasts?from=2026-11-21&to=2026-11-23", {"forecasts": [], "totals": []}),
    (lambda s: s.rates(lane=Lane.PERSON), "pms_api/111/222/rates", [{"id": 1}]),
    (lambda s: s.booking_ids(b"status.eq=expected", lane=Lane.PERSON),
     "pms_api/111/222/bookings?status.eq=expected", [1, 2]),
    (lambda s: s.booking(1, lane=Lane.PERSON), "pms_api/111/222/bookings/1", {"id": 1}),
    (lambda s: s.in_hotel_ids(lane=Lane.PERSON), "pms_api/111/222/bookings/find_in_hotel", [1]),
    (lambda s: s.booking_guests(1, lane=Lane.PERSON), "pms_api/111/222/bookings/1/booking_guests", [{"id": 1}]),
    (lambda s: s.booking_folio_ids(1, lane=Lane.PERSON), "pms_api/111/222/bookings/1/folios", [1]),
    (lambda s: s.guest_ids(lane=Lane.PERSON), "pms_api/111/222/guests", [1]),
    (lambda s: s.guest(1, lane=Lane.PERSON), "pms_api/111/222/guests/1", {"family_id": 1}),
    (lambda s: s.search_guests(" O'Neil, #1 ", lane=Lane.PERSON),
     "pms_api/111/222/guests/search?free_text_search=O%27Neil%2C%20%231", [{"family_id": 1}]),
    (lambda s: s.door_key_ids(b"deleted_at.eq", lane=Lane.PERSON), "pms_api/111/222/door_keys?deleted_at.eq", [1]),
    (lambda s: s.door_key(1, lane=Lane.PERSON), "pms_api/111/222/door_keys/1", {"id": 1}),
    (lambda s: s.folio_ids(b"close_date.eq", lane=Lane.PERSON), "base_api/111/222/folios?close_date.eq", [1]),
    (lambda s: s.folio(1, lane=Lane.PERSON), "base_api/111/222/folios/1", {"id": 1}),
    (lambda s: s.charges(1, lane=Lane.PERSON), "base_api/111/222/folios/1/charges", [{"id": 1}]),
    (lambda s: s.credit_items(1, lane=Lane.PERSON), "base_api/111/222/folios/1/credit_items", [{"id": 1}]),
    (lambda s: s.folio_taxes(1, lane=Lane.PERSON), "base_api/111/222/folios/1/folio_taxes", [{"id": 1}]),
    (lambda s: s.folio_ledger(A, lane=Lane.PERSON),
     "base_api/111/222/folio_ledger?to_date=2026-11-21", {"items": [{"folio_id": 1}]}),
    (lambda s: s.charge_templates(lane=Lane.PERSON), "base_api/111/222/charge_templates", [{"id": 1}]),
    (lambda s: s.document_types(lane=Lane.PERSON), "base_api/111/222/document_types", [{"id": 1}]),
    (lambda s: s.payment_sub_types(lane=Lane.PERSON), "base_api/111/222/payment_sub_types", [{"id": 1}]),
    (lambda s: s.company_ids(lane=Lane.PERSON), "base_api/111/222/companies", [1]),
    (lambda s: s.company(1, lane=Lane.PERSON), "base_api/111/222/companies/1", {"id": 1}),
    (lambda s: s.users(lane=Lane.PERSON), "base_api/111/222/users", [{"id": 1, "authorized_accounts": [3]}]),
]  # fmt: skip


@pytest.mark.parametrize(("call", "target", "body"), READS, ids=[target for _, target, _ in READS])
async def test_each_read_asks_one_question(lines, call, target, body):
    async with Scripted(lambda _: Reply(body=msgspec.json.encode(body))) as server:
        result = await call(Service(lines.to(server)))
    (asked,) = server.asked
    assert (asked.method, asked.target) == ("GET", f"/{target}")
    if isinstance(body, list) and body:
        assert len(result.value) == len(body)
        assert result.skipped == ()


async def test_every_read_is_in_the_table_above(lines):
    reads = {name for name in vars(Service) if not name.startswith(("_", "put_"))}
    asked = {name for name in reads for call, *_ in READS if name in call.__code__.co_names}
    assert asked == reads


async def test_lines_of_a_folio_know_their_folio(lines):
    async with Scripted(lambda _: Reply(body=b'[{"id":4}]')) as server:
        service = Service(lines.to(server))
        for read in (service.charges, service.credit_items, service.folio_taxes):
            assert (await read(9, lane=Lane.SCREEN)).value[0].parent == 9


async def test_a_guest_search_too_short_is_not_sent(lines):
    async with Scripted(lambda _: Reply()) as server:
        with pytest.raises(UserError, match="at least 3"):
            await Service(lines.to(server)).search_guests(" ab ", lane=Lane.PERSON)
    assert server.asked == []


async def test_a_write_sends_only_what_changes(lines):
    answers = iter([{"id": 7, "status": "checked_in"}, {"id": 3, "housekeeping_status": ""}])
    async with Scripted(lambda _: Reply(body=msgspec.json.encode(next(answers)))) as server:
        service = Service(lines.to(server))
        booking = await service.put_booking(7, {"status": "checked_in", "departure": B})
        room = await service.put_room(3, {"housekeeping_status": ""})
    assert (booking.kind, booking.id, room.kind, room.id) == (Kind.BOOKING, 7, Kind.ROOM, 3)
    assert [(asked.method, asked.path, msgspec.json.decode(asked.body)) for asked in server.asked] == [
        ("PUT", "/pms_api/111/222/bookings/7", {"booking": {"status": "checked_in", "departure": "2026-11-23"}}),
        ("PUT", "/pms_api/111/222/rooms/3", {"room": {"housekeeping_status": ""}}),
    ]


@pytest.mark.parametrize("body", [b"", b"<html>Sign in to the hotel's wireless network</html>", b"[]"])
async def test_a_write_answered_with_something_else_may_have_happened(lines, body):
    async with Scripted(lambda _: Reply(body=body)) as server:
        with pytest.raises(KnownError) as caught:
            await Service(lines.to(server)).put_booking(7, {"status": "checked_in"})
    assert caught.value.code is ErrorCode.UNKNOWN_OUTCOME
    assert len(server.asked) == 1
