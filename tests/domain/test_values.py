"""The service's objects: its examples decode, what is left out is None, what is new is ignored, odd types refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from clockdesk.domain.folios import Charge, CreditItem, Folio, FolioTax
from clockdesk.domain.kinds import Kind
from clockdesk.domain.money import Money
from clockdesk.domain.value_types import VALUE_TYPES
from clockdesk.domain.values import (
    Account,
    Booking,
    BookingGuest,
    DoorKey,
    Guest,
    NightPrice,
    Room,
    RoomStatusAllocation,
    RoomType,
)

ROOM_TYPE = (  # recorded from a live sandbox (facts, section 5), byte for byte
    b'{"id":42416,"name":"APP","created_at":"2026-08-25T06:53:49.616Z","updated_at":"2026-08-25T06:53:49.616Z",'
    b'"location_id":null,"operational_until":null,"upgrade_index":null,"beds_count":null,"sort_order":null,'
    b'"city_tax_id":null,"is_virtual":false,"components_room_type_ids":[]}'
)
BIG, TOO_BIG = 9223372036854775807, 9223372036854775808


def read(kind: type[Any], **members: Any) -> Any:
    return msgspec.json.decode(json.dumps(members).encode(), type=kind)


def key_of(kind: type[Any]) -> str:
    return "family_id" if kind is Guest else "id"


def test_the_recorded_room_type_decodes():
    room_type = msgspec.json.decode(ROOM_TYPE, type=RoomType)
    assert (room_type.id, room_type.name, room_type.is_virtual) == (42416, "APP", False)
    assert room_type.updated_at == datetime(2026, 8, 25, 6, 53, 49, 616000, tzinfo=UTC)
    assert room_type.components == ()


def test_a_booking_decodes():
    booking = read(
        Booking,
        id=36570822, number="15688/A", arrival="2026-09-10", departure="2026-09-12", status="expected",
        created_at="2026-08-25T06:53:49.616Z", adults=2, children=1, children_ages=[4, None], arrival_time="15:00",
        rate_id=799198, arrival_room_type_id=42416, arrival_room_id=None, reference_number="EXT-1",
        is_guaranteed=False, accept_charge_transfers=True, lock_version=0, ota=False,
        guest_first_name="Ann", guest_last_name="Test", guest_country="BG",
        balance={"cents": 8000, "currency": "BGN"}, total_booking_value={"cents": 16000, "currency": "BGN"},
        rate_calculation=[{"date": "2026-09-10", "cents": 8000, "currency": "BGN"}],
        main_booking_guest={"guest_id": 5}, booking_guests=[{"guest_id": 5}, {"guest_id": 6}],
        booking_room_changes=[], active_notes=[], meals=[{"id": 11639, "name": "Breakfast"}],
        charge_template_schema_batch_charges=[{"date": "2026-09-10", "charges": []}],
    )  # fmt: skip
    assert (booking.arrival, booking.departure) == (date(2026, 9, 10), date(2026, 9, 12))
    assert booking.balance == Money(8000, "BGN")
    assert booking.rate_calculation == (NightPrice(night=date(2026, 9, 10), cents=8000, currency="BGN"),)
    assert [guest.guest_id for guest in booking.booking_guests] == [5, 6]
    assert booking.children_ages == (4, None)
    assert booking.charge_template_schema_batch_charges == [{"date": "2026-09-10", "charges": []}]
    assert booking.guest_name == "Test, Ann"


def test_the_room_a_guest_is_in_comes_before_the_one_assigned():
    assert read(Booking, id=1, arrival_room_id=7).room_id == 7
    assert read(Booking, id=1, arrival_room_id=7, current_room_id=9).room_id == 9
    assert read(Booking, id=1).room_id is None


def test_components_go_by_two_names_each():
    assert read(RoomType, id=1, components_room_type_ids=[2, 3]).components == (2, 3)
    assert read(RoomType, id=1, component_room_types_ids=[4]).components == (4,)
    assert read(Room, id=1, component_room_ids=[2, 3]).components == (2, 3)
    assert read(Room, id=1, component_rooms_ids=[4]).components == (4,)
    assert read(Room, id=1, component_room_ids=None).components == ()


def test_a_room_decodes_with_its_number_as_text_and_its_floor_as_either():
    room = read(
        Room, id=9, name="0101", housekeeping_status="", floor=1,
        room_status_allocations=[{"subject_id": 9, "from_date": "2026-11-20", "room_door_codes": "4711"}],
    )  # fmt: skip
    assert (room.name, room.housekeeping_status, room.floor) == ("0101", "", 1)
    assert room.room_status_allocations == (RoomStatusAllocation(subject_id=9, from_date=date(2026, 11, 20)),)
    assert read(Room, id=9, floor="M").floor == "M"


def test_a_folio_decodes_and_knows_its_state():
    folio = read(
        Folio, id=3, number="F-3", currency="KWD", deposit=True, payer_type=None, surcharge_rate=2.5,
        value={"cents": 12345, "currency": "KWD"}, contragent_billing_info={"name": "ACME", "country": "BG"},
    )  # fmt: skip
    assert folio.value == Money(12345, "KWD")
    assert folio.surcharge_rate == Decimal("2.5")
    assert folio.contragent_billing_info == {"name": "ACME", "country": "BG"}
    assert folio.state == "open"
    assert read(Folio, id=3, close_date="2026-11-20").state == "closed"
    assert read(Folio, id=3, close_date="2026-11-20", voided_at="2026-11-20T10:00:00Z").state == "voided"


def test_the_lines_of_a_folio_decode():
    charge = read(Charge, id=4, folio_id=3, qty="-1.5000", price_cents=1250, currency="EUR", tax_rate=20)
    assert (charge.qty, charge.price_cents, charge.tax_rate) == (Decimal("-1.5"), 1250, Decimal(20))
    payment = read(CreditItem, id=5, folio_id=3, payment_type="vaucher", value_cents=-25000, currency="EUR")
    assert (payment.payment_type, payment.value_cents) == ("vaucher", -25000)
    assert read(FolioTax, id=6, tax_rate=9.5, balance_value_cents=0).tax_rate == Decimal("9.5")


def test_a_guest_is_known_by_family_id_also_inside_a_booking_guest():
    place = read(
        BookingGuest, id=8, booking_id=1, guest={"family_id": 5, "last_name": "Test", "birth_date": "1980-02-29"}
    )
    assert (place.guest.id, place.guest.full_name) == (5, "Test")
    assert place.guest.birth_date == date(1980, 2, 29)
    assert read(Guest, family_id=5, first_name="Ann", middle_name="B", last_name="C").full_name == "C, Ann B"
    assert read(Guest, family_id=5, first_name="Ann").full_name == "Ann"


def test_the_root_and_a_door_key_decode():
    account = read(Account, id=936, name="Hotel", time_zone="Sofia", issuer_billing_info={"name": "H", "vat": "BG1"})
    assert account.time_zone == "Sofia"
    assert read(DoorKey, id=7, booking_id=1, valid_to="2026-11-22T10:00:00+02:00").valid_to == datetime(
        2026, 11, 22, 8, tzinfo=UTC
    )


@pytest.mark.parametrize("kind", VALUE_TYPES.values())
def test_what_the_service_leaves_out_is_none_and_what_it_adds_is_ignored(kind):
    bare = read(kind, **{key_of(kind): 1, "a_member_of_next_year": {"deep": [1, 2.5, None]}})
    assert bare.id == 1
    told = {name: value for name, value in msgspec.structs.asdict(bare).items() if value is not None}
    assert told == {key_of(kind): 1}


@pytest.mark.parametrize("kind", VALUE_TYPES.values())
def test_null_is_the_same_as_left_out(kind):
    members = {field.encode_name: None for field in msgspec.structs.fields(kind)}
    assert read(kind, **members | {key_of(kind): 1}) == read(kind, **{key_of(kind): 1})


@pytest.mark.parametrize("kind", VALUE_TYPES.values())
def test_ids_are_64_bit(kind):
    assert read(kind, **{key_of(kind): BIG}).id == BIG
    assert read(kind, **{key_of(kind): -BIG - 1}).id == -BIG - 1
    for number in (TOO_BIG, -TOO_BIG - 1):
        with pytest.raises(msgspec.ValidationError):
            read(kind, **{key_of(kind): number})


@pytest.mark.parametrize(
    ("kind", "field"), [(kind, field) for kind in VALUE_TYPES.values() for field in msgspec.structs.fields(kind)]
)
def test_no_integer_too_large_for_the_copy_gets_in(kind, field):
    if field.type is Any:
        return  # kept as JSON only
    try:
        value = read(kind, **{key_of(kind): 1} | {field.encode_name: TOO_BIG})
    except msgspec.ValidationError:
        return
    assert isinstance(getattr(value, field.name), Decimal)


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        (Booking, {"lock_version": TOO_BIG}),
        (Booking, {"balance": {"cents": TOO_BIG, "currency": "BGN"}}),
        (Booking, {"balance": {"cents": 80.5, "currency": "BGN"}}),
        (Booking, {"balance": {"cents": 8000.0, "currency": "BGN"}}),
        (Booking, {"balance": {"cents": 8000}}),
        (Booking, {"balance": "80.00"}),
        (Booking, {"arrival": "10.09.2026"}),
        (Booking, {"arrival": ""}),
        (Booking, {"arrival": "2026-02-30"}),
        (Booking, {"number": 15688}),
        (Booking, {"adults": "2"}),
        (Booking, {"adults": True}),
        (Booking, {"booking_guests": {"guest_id": 5}}),
        (Booking, {"updated_at": "2026-08-25T06:53:49"}),
        (Booking, {"updated_at": 1787640829}),
        (Room, {"name": 101}),
        (Room, {"is_virtual": "false"}),
        (Folio, {"payed": 1}),
        (Folio, {"surcharge_rate": "Infinity"}),
        (Charge, {"qty": "NaN"}),
        (Charge, {"qty": "one"}),
        (Charge, {"price_cents": 12.5}),
        (FolioTax, {"tax_rate": "-Infinity"}),
        (CreditItem, {"value_cents": "100"}),
    ],
)
def test_a_wrong_type_is_refused(kind, members):
    with pytest.raises(msgspec.ValidationError):
        read(kind, **{"id": 1} | members)


@pytest.mark.parametrize("kind", VALUE_TYPES.values())
@pytest.mark.parametrize("body", [b"[]", b"null", b'"x"', b"17", b"{}"])
def test_what_is_no_object_is_refused(kind, body):
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=kind)


def test_decimals_keep_every_digit():
    """(15,4): a float would lose the last of them."""
    for text in ("12345678901.2345", "-0.0001", "99999999999.9999"):
        assert msgspec.json.decode(b'{"id":1,"qty":%s}' % text.encode(), type=Charge).qty == Decimal(text)
        assert read(Charge, id=1, qty=text).qty == Decimal(text)


def test_every_kind_has_its_type():
    assert set(VALUE_TYPES) == set(Kind)
    assert all(kind.__struct_config__.frozen for kind in VALUE_TYPES.values())
