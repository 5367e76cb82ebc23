"""What filters mean at the desk, on the hotel's own objects; and that every field can be read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from clockdesk.domain.errors import UserError
from clockdesk.domain.fields import ENTITIES, FieldType
from clockdesk.domain.folios import Charge, CreditItem, Folio
from clockdesk.domain.kinds import Kind
from clockdesk.domain.like import fold
from clockdesk.domain.money import Money
from clockdesk.domain.predicate import (
    ALL,
    NONE,
    And,
    Context,
    InList,
    Or,
    Relative,
    Test,
    Text,
    check,
    compile_matcher,
    conjuncts,
    depends_on_today,
)
from clockdesk.domain.predicate_text import parse
from clockdesk.domain.values import Booking, DoorKey, Guest, Room, RoomType

if TYPE_CHECKING:
    from typing import Any

SOFIA = Context(date(2026, 11, 21), ZoneInfo("Europe/Sofia"))

ANN = Booking(
    id=1,
    number="B-100%",
    status="expected",
    arrival=date(2026, 11, 21),
    departure=date(2026, 11, 24),
    adults=2,
    is_guaranteed=True,
    guest_last_name="Müller-Straße",
    guest_first_name="Ann",
    balance=Money(-1250, "EUR"),
    updated_at=datetime(2026, 11, 20, 22, 0, 0, 123_400, UTC),
)
BARE = Booking(id=2)
CLASSES: dict[Kind, Any] = {
    Kind.BOOKING: Booking,
    Kind.ROOM: Room,
    Kind.ROOM_TYPE: RoomType,
    Kind.FOLIO: Folio,
    Kind.GUEST: Guest,
    Kind.CHARGE: Charge,
    Kind.CREDIT_ITEM: CreditItem,
    Kind.DOOR_KEY: DoorKey,
}


def matches(text: str, row: Any, kind: Kind = Kind.BOOKING, context: Context = SOFIA) -> bool:
    return compile_matcher(parse(text, ENTITIES[kind]), ENTITIES[kind], context)(row)


@pytest.mark.parametrize(
    ("text", "ann", "bare"),
    [
        ("", True, True),
        ("status = expected", True, False),
        # "is not" means differs or is empty; NOT of "is" does not
        ("status != canceled", True, True),
        ("not status = canceled", True, False),
        ("not status != canceled", False, False),
        ("status not in [canceled, no_show]", True, False),
        ("not status in [canceled]", True, False),
        ("id in []", False, False),
        ("adults not in []", True, True),
        ("adults is null", False, True),
        ("adults is not null", True, False),
        ("adults < 3", True, False),
        ("not adults < 3", False, False),
        ("adults < 3 or id = 2", True, True),
        ("arrival = today and nights = 3", True, False),
        ("departure > today+2", True, False),
        ("departure > today+3", False, False),
        ("is_guaranteed = true", True, False),
        ("is_guaranteed != true", False, True),
        ("balance < 0", True, False),
        ("balance = -12.5", True, False),
        ('guest = "Müller-Straße, Ann"', True, False),
        ("guest is null", False, True),
        # LIKE folds case as Unicode does
        ('guest_last_name like "MÜLLER%"', True, False),
        ('guest_last_name like "%strasse"', True, False),
        ('guest_last_name like "müller_stra%"', True, False),
        ('guest_last_name like "muller%"', False, False),
        ('guest_last_name not like "x%"', True, False),
        (r'number like "%100\\%"', True, False),
        (r'number like "%10\\%"', False, False),
        ('number matches_any ["x", "b-%"]', True, False),
        # free text: each word anywhere, without case and accents
        ('text ~ "ann muller"', True, False),
        ('text ~ "STRASSE b-100"', True, False),
        ("text ~ Bob", False, False),
        ("not text ~ Bob", True, True),
        ('text ~ " "', True, True),
        # instants: widened to the millisecond; a day is the hotel's day
        ("updated_at = 2026-11-20T22:00:00.123Z", True, False),
        ("updated_at > 2026-11-20T22:00:00.123Z", False, False),
        ("updated_at <= 2026-11-20T22:00:00.123Z", True, False),
        ("updated_at < 2026-11-20T22:00:00.1234Z", False, False),
        ("updated_at = today", True, False),
        ("updated_at = today-1", False, False),
        ("updated_at != today", False, True),
        ("not updated_at = today-1", True, False),
        ("updated_at in [today, 2020-01-01]", True, False),
        ("updated_at not in [today-1, today+1]", True, False),
    ],
)
def test_what_matches(text, ann, bare):
    assert matches(text, ANN) is ann
    assert matches(text, BARE) is bare


def test_fields_of_other_objects_come_through_getters():
    numbers = {1: "101"}
    context = Context(SOFIA.today, SOFIA.zone, getters={"room": lambda row: numbers.get(row.id)})
    assert matches("room = 101", ANN, context=context)
    assert not matches("room = 101", BARE, context=context)
    assert matches("room is null", BARE, context=context)
    with pytest.raises(UserError, match="can't be looked up"):
        matches("room = 101", ANN)


def test_a_getter_may_replace_a_fields_own_reader():
    context = Context(SOFIA.today, SOFIA.zone, getters={"number": lambda row: f"X{row.id}"})
    assert matches("number = X1", ANN, context=context)


def test_free_text_takes_the_text_that_a_list_keeps():
    context = Context(SOFIA.today, SOFIA.zone, text_of={1: fold("Room 101 Ünal")}.__getitem__)
    find = compile_matcher(Text("UNAL 101"), ENTITIES[Kind.BOOKING], context)
    assert find(1)


def test_amounts_are_units_of_their_own_currency():
    for cents, currency, units in [
        (1250, "EUR", "12.5"),
        (1250, "JPY", "1250"),
        (1250, "KWD", "1.25"),
        (6, "MGA", "1.2"),
    ]:
        folio = Folio(id=1, balance=Money(cents, currency))
        assert matches(f"balance = {units}", folio, Kind.FOLIO)
        assert matches(f"value = {units}", Charge(id=1, value_cents=cents, currency=currency), Kind.CHARGE)


def test_a_folio_is_open_closed_or_voided():
    open_ = Folio(id=1)
    closed = Folio(id=2, close_date=date(2026, 11, 20))
    voided = Folio(id=3, voided_at=datetime(2026, 11, 20, tzinfo=UTC))
    assert [matches("state = closed", row, Kind.FOLIO) for row in (open_, closed, voided)] == [False, True, False]
    assert [matches("state != closed", row, Kind.FOLIO) for row in (open_, closed, voided)] == [True, False, True]


def test_a_floor_is_text_whether_the_service_gives_a_number_or_not():
    assert matches("floor = 2", Room(id=1, floor=2), Kind.ROOM)
    assert matches("floor = 2", Room(id=1, floor="2"), Kind.ROOM)
    assert matches('housekeeping_status = ""', Room(id=1, housekeeping_status=""), Kind.ROOM)
    assert not matches('housekeeping_status = ""', Room(id=1), Kind.ROOM)


@pytest.mark.parametrize("kind", ENTITIES)
def test_every_field_is_read_from_an_object_with_nothing_in_it(kind):
    entity = ENTITIES[kind]
    row = CLASSES[kind](**{"family_id" if kind is Kind.GUEST else "id": 7})
    given = {"id", "family_id", *(["state"] if kind is Kind.FOLIO else [])}
    assert entity.name == f"{kind}s"
    assert entity.kind is kind
    for name, field in entity.fields.items():
        assert field.name == name
        assert field.title
        context = Context(SOFIA.today, SOFIA.zone, getters={name: lambda row: None} if field.joined else {})
        empty = compile_matcher(parse(f"{name} is null", entity), entity, context)(row)
        assert empty == (name not in given)
    assert entity.folded_text(row) == ""
    assert compile_matcher(parse("text ~ x", entity), entity, SOFIA)(row) is False


@pytest.mark.parametrize("kind", ENTITIES)
def test_what_is_a_column_is_a_member_of_the_object(kind):
    members = CLASSES[kind].__struct_fields__
    for field in ENTITIES[kind].fields.values():
        assert not field.column or field.name in members
        assert not (field.column and (field.joined or field.read))


@pytest.mark.parametrize("member", ["balance", "total_booking_value", "current_room_id", "guest_last_name", "ota"])
def test_what_the_service_computes_is_no_column_of_bookings(member):
    assert not ENTITIES[Kind.BOOKING].fields[member].column


def test_enums_know_their_words():
    status = ENTITIES[Kind.BOOKING].fields["status"]
    assert list(status.choices) == ["expected", "checked_in", "checked_out", "canceled", "no_show"]
    assert status.closed
    housekeeping = ENTITIES[Kind.ROOM].fields["housekeeping_status"]
    assert list(housekeeping.choices) == ["", "inspect", "progress", "checked_out"]
    assert not housekeeping.closed  # a fifth value can't be excluded
    assert all(bool(f.choices) == (f.type is FieldType.ENUM) for e in ENTITIES.values() for f in e.fields.values())


def test_depends_on_today():
    assert depends_on_today(parse("id = 1 or not arrival in [2026-11-21, today+1]", ENTITIES[Kind.BOOKING]))
    assert not depends_on_today(parse("arrival = 2026-11-21 and number = today", ENTITIES[Kind.BOOKING]))


def test_conjuncts_are_the_parts_under_the_top_and():
    one, two, three = Test("id", "=", 1), Test("id", "=", 2), Or((Test("id", "=", 3), Test("id", "=", 4)))
    assert conjuncts(And((And((one, two)), three))) == (one, two, three)
    assert conjuncts(three) == (three,)
    assert conjuncts(ALL) == ()
    assert conjuncts(NONE) == (NONE,)


@pytest.mark.parametrize(
    "odd",
    [
        Test("nothing", "=", 1),
        Test("arrival", "=", datetime(2026, 11, 21, tzinfo=UTC)),
        Test("updated_at", "=", datetime(2026, 11, 21)),  # names no instant
        Test("arrival", "=", Relative(10**6)),
        Test("adults", "=", True),
        Test("adults", "=", "2"),
        Test("status", "=", "gone"),
        Test("balance", "=", Decimal("NaN")),
        Test("balance", "=", Decimal("1E+30")),
        Test("balance", "=", True),
        Test("id", "like", "1%"),
        Test("number", "like", 5),
        Test("is_guaranteed", "<", True),
        InList("id", (1, None)),  # type: ignore[arg-type]
        And((ALL, Or((Test("id", "=", "x"),)))),
    ],
)
def test_a_tree_that_does_not_fit_is_a_persons_error(odd):
    with pytest.raises(UserError):
        check(odd, ENTITIES[Kind.BOOKING])
    with pytest.raises(UserError):
        compile_matcher(odd, ENTITIES[Kind.BOOKING], SOFIA)


def test_a_wide_predicate_needs_no_deep_stack():
    bookings = ENTITIES[Kind.BOOKING]
    wide = And(tuple(Test("id", "!=", number) for number in range(3, 5_003)))
    assert compile_matcher(wide, bookings, SOFIA)(ANN)
    assert compile_matcher(Or(tuple(Test("id", "=", number) for number in range(5_000))), bookings, SOFIA)(ANN)
    days = InList("updated_at", tuple(Relative(day) for day in range(1, 2_000)), negated=True)
    assert compile_matcher(days, bookings, SOFIA)(ANN)
