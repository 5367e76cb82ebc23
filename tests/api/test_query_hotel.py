"""Predicate -> query string -> the embedded hotel over real HTTP -> ids, against the matcher over the same objects."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clockdesk.api.query import Plan, to_query
from clockdesk.domain.fields import ENTITIES, Entity, FieldType
from clockdesk.domain.folios import Folio
from clockdesk.domain.kinds import Kind
from clockdesk.domain.predicate import Context, InList, IsNull, Predicate, Relative, Test, compile_matcher
from clockdesk.domain.predicate_text import format_predicate, parse
from clockdesk.domain.values import Booking, Guest, Room
from clockdesk.domain.zones import zone_of
from tests.api import test_query_golden as golden
from tests.support.hotel import Hotel, running_hotel
from tests.support.predicates import trees

hotel = running_hotel(scope="module", rooms=8, bookings=30)

PATHS = {
    "bookings": "pms_api/bookings",
    "rooms": "pms_api/rooms",
    "rates": "pms_api/rates",
    "guests": "pms_api/guests",
    "door_keys": "pms_api/door_keys",
    "folios": "base_api/folios",
}
CLASSES: dict[Kind, Any] = {Kind.BOOKING: Booking, Kind.FOLIO: Folio, Kind.ROOM: Room, Kind.GUEST: Guest}
TABLES = {Kind.BOOKING: "bookings", Kind.FOLIO: "folios", Kind.ROOM: "rooms", Kind.GUEST: "guests"}


class Desk:
    """A client of the hotel, and the hotel's objects as the copy would hold them."""

    def __init__(self, hotel: Hotel) -> None:
        self._client = httpx.Client(auth=httpx.DigestAuth(hotel.user, hotel.key), trust_env=False)
        self._base = httpx.URL(hotel.base)
        account = hotel.ask(lambda server: dict(server.world.account))
        zone = zone_of(account["time_zone"])
        assert zone is not None
        self.context = Context(hotel.ask(lambda server: server.world.clock.today()), zone)
        self.rows = {
            kind: [msgspec.convert(row, CLASSES[kind]) for row in json.loads(json.dumps(hotel.truth(table)))]
            for kind, table in TABLES.items()
        }

    def get(self, path: str, query: bytes) -> httpx.Response:
        api, _, rest = path.partition("/")
        url = self._base.join(f"/{api}{self._base.path}/{rest}")
        return self._client.get(url.copy_with(query=query))

    def ids(self, entity: Entity, plan: Plan) -> set[int]:
        found = set()
        for query in plan.requests:
            answer = self.get(PATHS[entity.name], query)
            assert answer.status_code == 200, (query, answer.text)
            found |= {one["id"] if isinstance(one, dict) else one for one in answer.json()}
        return found

    def matches(self, predicate: Predicate, entity: Entity) -> set[int]:
        matches = compile_matcher(predicate, entity, self.context)
        return {row.id for row in self.rows[entity.kind] if matches(row)}

    def close(self) -> None:
        self._client.close()


@pytest.fixture(scope="module")
def desk(hotel):
    made = Desk(hotel)
    yield made
    made.close()


@st.composite
def _leaves(draw, entity: Entity, desk: Desk) -> Predicate:
    rows = desk.rows[entity.kind]
    fields = [field for field in entity.fields.values() if field.column]
    field = draw(st.sampled_from(fields))
    seen = [value for row in rows if (value := getattr(row, field.name)) is not None]
    shape = draw(st.sampled_from(["test", "test", "null", "in", "like"])) if seen else "null"
    values = st.sampled_from(seen or [None]).flatmap(_near)
    if shape == "null":
        return IsNull(field.name, draw(st.booleans()))
    if shape == "in":
        return InList(field.name, tuple(draw(st.lists(values, max_size=3))), draw(st.booleans()))
    if shape == "like" and field.name in {"number", "reference_number"}:
        piece = draw(st.sampled_from([str(value)[start : start + 2] for value in seen for start in (0, 1)]))
        pattern = draw(st.sampled_from(["%{}%", "{}%", "_{}%"])).format(piece)
        return Test(field.name, draw(st.sampled_from(["like", "not like"])), pattern)
    plain = field.type in {FieldType.TEXT, FieldType.ENUM, FieldType.BOOL}
    ops = ["=", "!="] if plain else ["=", "!=", "<", "<=", ">", ">="]
    return Test(field.name, draw(st.sampled_from(ops)), draw(values))


def _near(value: Any) -> Any:
    """Values at and around one that the hotel holds."""
    if isinstance(value, bool | str):
        return st.just(value)
    if isinstance(value, datetime):
        moved = st.sampled_from([0, 1, -1]).map(lambda ms: value.astimezone(UTC) + timedelta(milliseconds=ms))
        return moved | st.just(value.date()) | st.builds(Relative, st.integers(-2, 2))
    if isinstance(value, date):
        return st.just(value) | st.builds(Relative, st.integers(-3, 3))
    return st.sampled_from([value, value + 1, value - 1])


@pytest.mark.parametrize("kind", TABLES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_hotels_answer_holds_every_match_and_is_exact_when_all_was_sent(desk, kind, data):
    entity = ENTITIES[kind]
    predicate = data.draw(trees(_leaves(entity, desk)), "predicate")
    assert parse(format_predicate(predicate, entity), entity) == predicate
    plan = to_query(predicate, entity, desk.context, has_distinct=data.draw(st.booleans(), "has_distinct"))
    answered, wanted = desk.ids(entity, plan), desk.matches(predicate, entity)
    assert wanted <= answered
    if not plan.unsent:
        assert answered == wanted


@pytest.mark.parametrize(
    "text",
    [
        "status = checked_in",
        "status = expected and arrival <= today",
        "status = checked_out and departure = today",
        "arrival <= today+14 and departure >= today-1 and status not in [canceled, no_show]",
        "arrival = today or departure = today",
        "not (status = canceled or status = no_show) and arrival > today",
        "arrival_room_id is null and status != canceled",
        "updated_at >= today-1",
        "reference_number is not null",
    ],
)
def test_the_desks_own_questions_are_answered_exactly(desk, text):
    bookings = ENTITIES[Kind.BOOKING]
    predicate = parse(text, bookings)
    plan = to_query(predicate, bookings, desk.context)
    assert plan.unsent == ()
    assert desk.ids(bookings, plan) == desk.matches(predicate, bookings)


def test_free_text_finds_a_guest_at_the_hotel(desk):
    bookings = ENTITIES[Kind.BOOKING]
    named = next(row for row in desk.rows[Kind.BOOKING] if row.guest_last_name and row.guest_last_name.isascii())
    plan = to_query(parse(f'text ~ "{named.guest_last_name}"', bookings), bookings, desk.context)
    assert named.id in desk.ids(bookings, plan)


ROWS = golden.INTRODUCTION + golden.SECTION_11 + golden.SECTION_11B + golden.CALENDAR


@pytest.mark.parametrize(("entity", "query"), [(entity, query) for entity, _, query in ROWS])
def test_the_hotel_understands_every_row_of_the_golden_table(desk, hotel, entity, query):
    folio = hotel.truth("folios")[0]["id"]
    answer = desk.get(PATHS.get(entity.name, f"base_api/folios/{folio}/credit_items"), query)
    assert answer.status_code == 200, answer.text
    assert isinstance(answer.json(), list)


@pytest.mark.parametrize(
    ("entity", "query"),
    [
        (golden.FOLIOS, b"balance.eq=1"),
        (golden.BOOKINGS, b"guest_last_name.eq=Smith"),
        (golden.BOOKINGS, b"current_room_id.eq=1"),
        (golden.FOLIOS, b"close_date.between=2026-09-01"),
        (golden.FOLIOS, b"id.matches=1%25"),
    ],
)
def test_what_we_keep_here_the_hotel_cannot_do(desk, entity, query):
    assert desk.get(PATHS[entity.name], query).status_code == 500
