import datetime as dt
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockdesk.api import decode
from clockdesk.api.reports import ChargeTemplate, LedgerItem, OccupancyForecast, Rate
from clockdesk.api.wire import Answer
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.folios import Charge
from clockdesk.domain.kinds import Kind
from clockdesk.domain.money import Money
from clockdesk.domain.records import Stamp
from clockdesk.domain.values import Booking, BookingGuest, Guest, Room

STAMP = Stamp(dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC))


def answer(body: bytes | object) -> Answer:
    return Answer(200, {}, body if isinstance(body, bytes) else msgspec.json.encode(body), STAMP, "x")


def test_an_object_with_its_own_json():
    raw = (
        b'{"id":7,"number":"A-7","status":"expected","arrival":"2026-11-21","odd":[1,{"x":null}],'
        b'"updated_at":"2026-11-21T09:00:00.616+02:00",'
        b'"balance":{"cents":-8000,"currency":"JPY"},"lock_version":3}'
    )
    record = decode.one(Kind.BOOKING, answer(raw))
    assert (record.kind, record.id, record.raw, record.stamp, record.parent) == (Kind.BOOKING, 7, raw, STAMP, None)
    booking = record.value
    assert isinstance(booking, Booking)
    assert booking.updated_at == dt.datetime(2026, 11, 21, 7, 0, 0, 616000, dt.UTC)
    assert (booking.balance, booking.guest_last_name) == (Money(-8000, "JPY"), None)


def test_decimals_stay_exact():
    (record,) = decode.many(Kind.CHARGE, answer(b'[{"id":1,"qty":0.3333,"tax_rate":"20.0000"}]'), parent=9).value
    assert isinstance(record.value, Charge)
    assert (record.value.qty, record.value.tax_rate, record.parent) == (Decimal("0.3333"), Decimal("20.0000"), 9)


@pytest.mark.logs("left out")
def test_one_wrong_object_stops_nothing(caplog):
    body = (
        b'[{"id":1,"name":"101"},{"id":2,"name":102},{"id":3,"name":"103","active_from":"soon"},"nonsense",'
        b'{"name":"no id"},{"id":99999999999999999999},{"id":4,"name":"104","unknown":{}}]'
    )
    reading = decode.many(Kind.ROOM, answer(body))
    assert [record.id for record in reading.value] == [1, 4]
    assert len(reading.skipped) == 5
    assert reading.skipped[0] == "room 2: Expected `str | null`, got `int` - at `$.name`"
    assert "active_from" in reading.skipped[1]
    assert reading.skipped[2].startswith("room ?:")
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert all(reason in logged for reason in reading.skipped)
    assert "soon" not in logged
    assert "nonsense" not in logged


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[1", b"null", b'"x"', b"\xff", b"[" * 100_000])
def test_what_is_no_list(body):
    for read in (lambda: decode.many(Kind.ROOM, answer(body)), lambda: decode.ids(answer(body))):
        with pytest.raises(KnownError) as caught:
            read()
        assert caught.value.code is ErrorCode.BAD_ANSWER
        assert caught.value.stamp == STAMP


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"id":"x"}', b'{"id":7', b'{"id":7,"name":"\xff"}'])
def test_what_is_no_object(body):
    with pytest.raises(KnownError) as caught:
        decode.one(Kind.ROOM, answer(body))
    assert caught.value.code is ErrorCode.BAD_ANSWER
    assert caught.value.detail.startswith("room: ")


def test_a_guest_is_known_by_its_family():
    record = decode.one(Kind.GUEST, answer({"family_id": 5, "id": 77, "first_name": "Ann"}))
    assert (record.id, record.value.id) == (5, 5)  # type: ignore[attr-defined]


def test_ids():
    assert decode.ids(answer(b"[36570822,36570775,-9223372036854775808]")).value == (36570822, 36570775, -(2**63))
    assert decode.ids(answer(b"[]")).value == ()
    assert decode.ids(answer([{"id": 3, "name": "x"}, {"family_id": 4}])).value == (3, 4)


@pytest.mark.logs("left out")
def test_wrong_elements_among_ids():
    reading = decode.ids(answer(b'[1,"2",null,3,1e30,true,{"name":"x"},9223372036854775808]'))
    assert reading.value == (1, 3)
    assert len(reading.skipped) == 6


@pytest.mark.logs("left out")
def test_the_guests_of_a_booking():
    body = [
        {"id": 1, "booking_id": 7, "guest_id": 50, "guest": {"family_id": 50, "last_name": "Ek"}},
        {"id": 2, "booking_id": 7, "guest_id": 51, "guest": None},
        {"id": 3, "booking_id": 7, "guest_id": 52, "guest": {}},
        {"id": 4, "booking_id": 7},
        {"id": "5"},
    ]
    reading = decode.booking_guests(answer(body), 7)
    assert [(record.kind, record.id, record.parent) for record in reading.value] == [
        *((Kind.BOOKING_GUEST, number, 7) for number in (1, 2, 3, 4)),
        (Kind.GUEST, 50, None),
    ]
    place, guest = reading.value[2].value, reading.value[4].value
    assert isinstance(place, BookingGuest)
    assert (place.guest_id, place.guest) == (52, None), "the guest could not be read, its place could"
    assert isinstance(guest, Guest)
    assert guest.last_name == "Ek"
    assert msgspec.json.decode(reading.value[4].raw) == {"family_id": 50, "last_name": "Ek"}
    assert len(reading.skipped) == 2


@pytest.mark.logs("left out")
def test_a_place_whose_own_member_is_wrong_is_skipped_alone():
    """`guest_id` is no part of the guest, though its name begins like it."""
    body = [{"id": 1, "guest_id": []}, {"id": 2, "guest_id": "x", "guest": {"family_id": 50}}, {"id": 3, "guest": 5}]
    reading = decode.booking_guests(answer(body), 7)
    assert [record.id for record in reading.value] == [3]
    assert len(reading.skipped) == 3, "two places, and one guest"


@pytest.mark.logs("left out")
def test_reports():
    rates = decode.structs(Rate, answer([{"id": 1, "name": "4", "new": 1}, {"id": None}]))
    assert [rate.name for rate in rates.value] == ["4"]
    assert len(rates.skipped) == 1
    forecast = decode.struct(
        OccupancyForecast,
        answer(b'{"forecasts":[{"room_type":"DBL","results":{"a":1}}],"totals":[{"date":"2026-11-21","total_free":3,'
               b'"total_occupied_percentage":87.5,"total_booking_adults":11}]}'),
    )  # fmt: skip
    assert forecast.totals[0].total_occupied_percentage == Decimal("87.5")
    assert forecast.totals[0].total_booking_adults == 11
    with pytest.raises(KnownError):
        decode.struct(OccupancyForecast, answer([]))
    template = decode.structs(ChargeTemplate, answer([{"id": 1, "plain_price_cents": 1250, "currency": "EUR"}])).value[
        0
    ]
    assert template.price == Money(1250, "EUR")


@pytest.mark.logs("left out")
def test_the_ledger():
    money = {"cents": 10000, "currency": "EUR"}
    paid = {"charges": money, "payments": money | {"cents": 2500}}
    items = [
        {"folio_id": 9, "previous": {}, "date": {}, "end_of_date": paid},
        {"folio_id": 10, "end_of_date": {"charges": money}},
        {"folio_id": 11, "end_of_date": {"charges": money, "payments": {"cents": 1, "currency": "USD"}}},
        {"folio_id": 12, "end_of_date": {"charges": 5}},
    ]
    body = {"items": items, "end_of_date_totals": {"charges": [money]}}
    reading = decode.rows_of("items", LedgerItem.read, "ledger item", answer(body))
    assert [item.folio_id for item in reading.value] == [9, 10, 11]
    assert [item.balance for item in reading.value] == [Money(7500, "EUR"), None, None]
    assert msgspec.json.decode(reading.value[1].raw) == items[1]
    assert len(reading.skipped) == 1
    assert decode.rows_of("items", LedgerItem.read, "ledger item", answer({})).value == ()
    with pytest.raises(KnownError):
        decode.rows_of("items", LedgerItem.read, "ledger item", answer({"items": 5}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(Room.__struct_fields__), inner),
    max_leaves=8,
)


@pytest.mark.logs("left out")
@given(st.lists(JSON, max_size=4))
def test_whatever_comes_one_good_room_is_read(others):
    body = msgspec.json.encode([*others, {"id": 17, "name": "101"}])
    reading = decode.many(Kind.ROOM, answer(body))
    assert reading.value[-1].id == 17
    assert len(reading.value) + len(reading.skipped) == len(others) + 1
