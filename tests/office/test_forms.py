"""Filter forms say what they show, and lose nothing of what they can't."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockdesk.api.query import to_query
from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.folios import Folio
from clockdesk.domain.kinds import Kind
from clockdesk.domain.like import fold
from clockdesk.domain.predicate import ALL, NONE, Context, Relative, Test, compile_matcher
from clockdesk.domain.predicate_text import format_predicate, parse
from clockdesk.domain.values import Booking
from clockdesk.office.forms import ANY_DAY, BookingForm, Days, FolioForm, RoomForm, day_of, without_rest
from tests.support.predicates import FOLIO_ROWS, FOLIOS, SOFIA, predicates

BOOKINGS, ROOMS = ENTITIES[Kind.BOOKING], ENTITIES[Kind.ROOM]
TODAY = date(2026, 11, 21)
NOVEMBER = Context(TODAY, ZoneInfo("Europe/Sofia"), getters={"room": lambda row: row.number})
NAMED = Context(SOFIA.today, SOFIA.zone, text_of=lambda row: fold(row.name or ""))

days = st.sampled_from([None, TODAY, date(2027, 1, 3), Relative(0), Relative(-1), Relative(3)])
words = st.sampled_from(["", "Müller", "50%", "a_b", r"back\slash", 'say "hi"', "two words", "'; DROP TABLE"])
ranges = st.builds(Days, days, days)
booking_forms = st.builds(
    BookingForm,
    text=words,
    statuses=st.frozensets(st.sampled_from(["expected", "checked_in", "checked_out", "canceled", "no_show"])),
    arrival=ranges,
    departure=ranges,
    room_types=st.frozensets(st.integers(1, 5)),
    rooms=st.lists(st.sampled_from(["101", "204A", "Villa 3"]), unique=True).map(tuple),
    reference=words,
    updated_since=days,
    owing=st.booleans(),
    rest=st.sampled_from([(), (Test("adults", ">", 2),), (Test("nights", "<=", 7), Test("ota", "=", True))]),
)
some_states = st.frozensets(st.sampled_from(["open", "closed", "voided"]), max_size=2)
folio_forms = st.builds(
    FolioForm,
    text=words,
    states=some_states,
    deposit=st.sampled_from([None, True, False]),
    number=words,
    closed=ranges,
    owing=st.booleans(),
)
room_forms = st.builds(
    RoomForm,
    text=words,
    housekeeping=st.frozensets(st.sampled_from(["", "inspect", "progress", "checked_out", "deep_clean"])),
    sectors=st.frozensets(st.sampled_from(["North wing", "Spa & garden"])),
    room_types=st.frozensets(st.integers(1, 5)),
    occupied=st.sampled_from([None, True, False]),
)


@given(booking_forms)
def test_a_booking_form_comes_back_from_its_predicate_and_from_its_text(form):
    assert BookingForm.of(form.predicate()) == form
    assert BookingForm.of(parse(format_predicate(form.predicate(), BOOKINGS), BOOKINGS)) == form


@given(folio_forms)
def test_a_folio_form_comes_back_from_its_predicate_and_from_its_text(form):
    assert FolioForm.of(form.predicate()) == form
    assert FolioForm.of(parse(format_predicate(form.predicate(), FOLIOS), FOLIOS)) == form


@given(room_forms)
def test_a_room_form_comes_back_from_its_predicate_and_from_its_text(form):
    assert RoomForm.of(form.predicate()) == form
    assert RoomForm.of(parse(format_predicate(form.predicate(), ROOMS), ROOMS)) == form


@settings(max_examples=300)
@given(predicates(), FOLIO_ROWS)
def test_a_form_made_of_any_predicate_finds_the_same_folios(predicate, row):
    again = FolioForm.of(predicate).predicate()
    assert compile_matcher(again, FOLIOS, NAMED)(row) == compile_matcher(predicate, FOLIOS, NAMED)(row)


@pytest.mark.parametrize("form", [BookingForm, FolioForm, RoomForm])
def test_an_empty_form_is_everything_and_nothing_stays_nothing(form):
    assert form().predicate() == ALL
    assert form.of(ALL) == form()
    assert form.of(NONE).predicate() == NONE


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (BookingForm(statuses=frozenset({"expected"})), "status = expected"),
        (BookingForm(statuses=frozenset({"no_show", "checked_in"})), "status in [checked_in, no_show]"),
        (BookingForm(arrival=Days(Relative(0), Relative(0))), "arrival = today"),
        (BookingForm(arrival=Days(Relative(0), Relative(3))), "arrival >= today and arrival <= today+3"),
        (BookingForm(departure=Days(None, TODAY)), "departure <= 2026-11-21"),
        (BookingForm(room_types=frozenset({4, 2})), "arrival_room_type_id in [2, 4]"),
        (BookingForm(rooms=("204",)), "room = 204"),
        (BookingForm(reference=" 50% "), r'reference_number like "%50\\%%"'),
        (BookingForm(updated_since=Relative(-1)), "updated_at >= today-1"),
        (BookingForm(text="  Müller ", owing=True), 'text ~ "Müller" and balance > 0'),
        (FolioForm(states=frozenset({"open"})), "close_date is null and voided_at is null"),
        (FolioForm(states=frozenset({"closed"})), "close_date is not null and voided_at is null"),
        (FolioForm(states=frozenset({"voided"})), "voided_at is not null"),
        (FolioForm(states=frozenset({"open", "closed"})), "voided_at is null"),
        (FolioForm(states=frozenset({"open", "voided"})), "close_date is null or voided_at is not null"),
        (FolioForm(states=frozenset({"open", "closed", "voided"})), ""),
        (FolioForm(deposit=False, number="12"), 'deposit = false and number like "%12%"'),
        (RoomForm(housekeeping=frozenset({"", "checked_out"})), 'housekeeping_status in ["", checked_out]'),
        (RoomForm(occupied=True), "occupied = true"),
    ],
)
def test_a_form_reads_like_this(form, text):
    entity = ENTITIES[form.kind]
    assert format_predicate(form.predicate(), entity) == text


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("status in [expected]", BookingForm(statuses=frozenset({"expected"}))),
        ("arrival <= today and arrival >= today-1", BookingForm(arrival=Days(Relative(-1), Relative(0)))),
        ("room in [101, 102] and text ~ ann", BookingForm(text="ann", rooms=("101", "102"))),
        ("status = expected and (balance > 0.00)", BookingForm(statuses=frozenset({"expected"}), owing=True)),
    ],
)
def test_other_spellings_reach_the_fields_too(text, form):
    assert BookingForm.of(parse(text, BOOKINGS)) == form


@pytest.mark.parametrize("text", ["state = open", "state in [open]", "close_date is null and voided_at is null"])
def test_a_folios_state_is_read_from_either_spelling(text):
    assert FolioForm.of(parse(text, FOLIOS)) == FolioForm(states=frozenset({"open"}))


@pytest.mark.parametrize(
    "text",
    [
        "status != expected",
        "status not in [expected]",
        "status = expected or status = checked_in",
        "not arrival = today",
        "arrival > today",
        "updated_at >= 2026-11-21T10:00Z",
        'reference_number like "AB%"',
        'reference_number like "%A_B%"',
        "reference_number = AB",
        "balance > 10",
        "balance >= 0",
        "room is null",
        'text ~ " "',
    ],
)
def test_what_no_field_can_show_stays_beside_the_fields(text):
    condition = parse(text, BOOKINGS)
    form = BookingForm.of(parse(f"status = no_show and ({text})", BOOKINGS))
    assert form == BookingForm(statuses=frozenset({"no_show"}), rest=(condition,))
    assert without_rest(form, condition) == BookingForm(statuses=frozenset({"no_show"}))


def test_a_second_condition_on_one_field_is_kept_beside_the_first():
    form = BookingForm.of(parse("arrival >= today and arrival >= 2026-11-01 and arrival = today+1", BOOKINGS))
    assert form.arrival == Days(Relative(1), Relative(1))
    assert format_predicate(form.predicate(), BOOKINGS) == (
        "arrival = today+1 and arrival >= today and arrival >= 2026-11-01"
    )


def test_open_folios_are_asked_of_the_service_by_their_dates():
    states = FolioForm(states=frozenset({"open"})).predicate()
    assert to_query(states, FOLIOS, SOFIA).requests == (b"close_date.eq&voided_at.eq",)
    assert to_query(states, FOLIOS, SOFIA).unsent == ()


@pytest.mark.parametrize("states", [{"open"}, {"closed"}, {"voided"}, {"open", "voided"}, {"closed", "voided"}])
def test_states_by_their_dates_find_what_the_state_says(states):
    fits = compile_matcher(FolioForm(states=frozenset(states)).predicate(), FOLIOS, SOFIA)
    day, instant = TODAY, datetime(2026, 11, 21, 10, tzinfo=UTC)
    folios = [
        Folio(id=1),
        Folio(id=2, close_date=day),
        Folio(id=3, voided_at=instant),
        Folio(id=4, close_date=day, voided_at=instant),
    ]
    assert [folio.id for folio in folios if fits(folio)] == [folio.id for folio in folios if folio.state in states]


def test_the_form_for_a_room_finds_it_by_its_number():
    fits = compile_matcher(BookingForm(rooms=("204", "Villa 3")).predicate(), BOOKINGS, NOVEMBER)
    assert [number for number in ("204", "20", "Villa 3", None) if fits(Booking(id=1, number=number))] == [
        "204",
        "Villa 3",
    ]


def test_days_know_their_dates_and_when_they_run_backwards():
    assert day_of(Relative(3), TODAY) == date(2026, 11, 24)
    assert day_of(TODAY, date(2000, 1, 1)) == TODAY
    assert day_of(Relative(36_525), date(9990, 1, 1)) == date.max
    assert not ANY_DAY
    assert Days(Relative(0))
    assert Days(Relative(0), date(2026, 11, 20)).backwards(TODAY)
    assert not Days(Relative(0), date(2026, 11, 20)).backwards(date(2026, 11, 20))
    assert not Days(Relative(0)).backwards(TODAY)
