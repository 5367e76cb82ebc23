"""The golden table: predicates as text beside the exact bytes of their query strings, written by hand.

Every row of the facts' sections 11 and 11b and every example of the service's own introduction stands here. Instants
lose their offset (UTC, `Z`) and values are percent-encoded; otherwise the introduction's strings are as printed there.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from clockdesk.api.query import Plan, to_query
from clockdesk.domain.errors import UserError
from clockdesk.domain.fields import ENTITIES, Entity, Field, FieldType
from clockdesk.domain.kinds import Kind
from clockdesk.domain.predicate import NONE, AnyLike, Context, InList, Test
from clockdesk.domain.predicate_text import parse

SOFIA = Context(date(2026, 11, 21), ZoneInfo("Europe/Sofia"))

BOOKINGS = ENTITIES[Kind.BOOKING]
ROOMS = ENTITIES[Kind.ROOM]
FOLIOS = ENTITIES[Kind.FOLIO]
GUESTS = ENTITIES[Kind.GUEST]
DOOR_KEYS = ENTITIES[Kind.DOOR_KEY]
PAYMENTS = ENTITIES[Kind.CREDIT_ITEM]
RATES = Entity(  # the copy holds no rates; the introduction has an example of them
    Kind.ROOM_TYPE,
    "rates",
    {
        "wbe": Field("wbe", FieldType.BOOL, "On the web"),
        "bookable_type": Field("bookable_type", FieldType.TEXT, "Sells"),
    },
    says=lambda row: (),
)

INTRODUCTION = [
    # "... reference number #123": the printed example lost its %23; this is what it meant
    (BOOKINGS, 'reference_number = "#123"', b"reference_number.eq=%23123"),
    (FOLIOS, "closed_at >= 2014-12-30T06:34:58.623Z", b"closed_at.gteq=2014-12-30T06%3A34%3A58.623Z"),
    # printed with the year 22014 (see NEVER) and a raw +
    (FOLIOS, "closed_at >= 2014-12-30T06:34:58.623+02:00", b"closed_at.gteq=2014-12-30T04%3A34%3A58.623Z"),
    (FOLIOS, "id > 123", b"id.gt=123"),
    (
        FOLIOS,
        "invoice_number in [456, 457, 458]",
        b"invoice_number[]=456&invoice_number[]=457&invoice_number[]=458",
    ),
    (FOLIOS, "close_date is null and voided_at is null", b"close_date.eq&voided_at.eq"),
    (
        DOOR_KEYS,
        "deleted_at is null and delete_requested_at is not null",
        b"deleted_at.eq&delete_requested_at.not_eq",
    ),
    (RATES, "wbe = true and bookable_type = Pms::RoomType", b"wbe.eq=true&bookable_type.eq=Pms%3A%3ARoomType"),
    (BOOKINGS, "text ~ Smith", b"main_guest_free_text_search=Smith"),
]

SECTION_11 = [
    # attr.op=value, several joined by AND
    (BOOKINGS, "status = expected and adults >= 2", b"status.eq=expected&adults.gteq=2"),
    # lists, NULL and not NULL
    (BOOKINGS, "id in [1, 2]", b"id[]=1&id[]=2"),
    (BOOKINGS, "block_id is null", b"block_id.eq"),
    (BOOKINGS, "block_id is not null", b"block_id.not_eq"),
    # a real column of payments (their `reference` is none: see LOCAL)
    (PAYMENTS, "text = Deposit", b"text.eq=Deposit"),
    # special parameters
    (BOOKINGS, 'text ~ "Smith & Söhne"', b"main_guest_free_text_search=Smith%20%26%20S%C3%B6hne"),
    (ROOMS, "name = 101", b"name.eq=101"),
    # the operators that are used
    (BOOKINGS, "id = 7", b"id.eq=7"),
    (BOOKINGS, "not id = 7", b"id.not_eq=7"),
    (BOOKINGS, "id > 7", b"id.gt=7"),
    (BOOKINGS, "id >= 7", b"id.gteq=7"),
    (BOOKINGS, "id < 7", b"id.lt=7"),
    (BOOKINGS, "id <= 7", b"id.lteq=7"),
    (BOOKINGS, "id not in [1, 2]", b"id.not_in[]=1&id.not_in[]=2"),
    (BOOKINGS, 'number like "A-%"', b"number.matches=A-%25"),
    (BOOKINGS, 'number not like "A-%"', b"number.does_not_match=A-%25"),
    (BOOKINGS, "number != A", b"number.is_distinct_from=A"),
    # OR inside one attribute
    (BOOKINGS, "id = 1 or id = 2", b"id.eq_any[]=1&id.eq_any[]=2"),
    (BOOKINGS, "not id = 1 or not id = 2", b"id.not_eq_any[]=1&id.not_eq_any[]=2"),
    (BOOKINGS, "id > 1 or id > 2", b"id.gt_any[]=1&id.gt_any[]=2"),
    (BOOKINGS, "id >= 1 or id >= 2", b"id.gteq_any[]=1&id.gteq_any[]=2"),
    (BOOKINGS, "id < 1 or id < 2", b"id.lt_any[]=1&id.lt_any[]=2"),
    (BOOKINGS, "id <= 1 or id <= 2", b"id.lteq_any[]=1&id.lteq_any[]=2"),
    (BOOKINGS, 'number matches_any ["A%", "B%"]', b"number.matches_any[]=A%25&number.matches_any[]=B%25"),
    (BOOKINGS, 'number like "A%" or number like "B%"', b"number.matches_any[]=A%25&number.matches_any[]=B%25"),
    (
        BOOKINGS,
        'number not like "A%" or number not like "B%"',
        b"number.does_not_match_any[]=A%25&number.does_not_match_any[]=B%25",
    ),
    (BOOKINGS, "id = 1 or id in [2, 3]", b"id[]=1&id[]=2&id[]=3"),
    # AND with one operator on one attribute
    (BOOKINGS, "not id = 1 and not id = 2", b"id.not_eq_all[]=1&id.not_eq_all[]=2"),
    (BOOKINGS, "id > 1 and id > 2", b"id.gt_all[]=1&id.gt_all[]=2"),
    (BOOKINGS, "id >= 1 and id >= 2", b"id.gteq_all[]=1&id.gteq_all[]=2"),
    (BOOKINGS, "id < 1 and id < 2", b"id.lt_all[]=1&id.lt_all[]=2"),
    (BOOKINGS, "id <= 1 and id <= 2", b"id.lteq_all[]=1&id.lteq_all[]=2"),
    (BOOKINGS, 'number like "A%" and number like "%9"', b"number.matches_all[]=A%25&number.matches_all[]=%259"),
    (
        BOOKINGS,
        'number not like "A%" and number not like "%9"',
        b"number.does_not_match_all[]=A%25&number.does_not_match_all[]=%259",
    ),
    (
        BOOKINGS,
        'not number matches_any ["A%", "B%"]',
        b"number.does_not_match_all[]=A%25&number.does_not_match_all[]=B%25",
    ),
    (BOOKINGS, "id not in [1, 2] and id not in [2, 3]", b"id.not_in[]=1&id.not_in[]=2&id.not_in[]=3"),
    (BOOKINGS, "id in [1, 2, 3] and id in [3, 2, 9]", b"id[]=2&id[]=3"),
    # seen live
    (
        BOOKINGS,
        "arrival < 2026-10-01 and departure > 2026-09-01",
        b"arrival.lt=2026-10-01&departure.gt=2026-09-01",
    ),
    (BOOKINGS, "updated_at >= 2026-08-25T06:53:49.616Z", b"updated_at.gteq=2026-08-25T06%3A53%3A49.616Z"),
    # an instant is never "greater than": one millisecond on, and with it
    (BOOKINGS, "created_at > 2026-08-25T06:53:49.616Z", b"created_at.gteq=2026-08-25T06%3A53%3A49.617Z"),
    (
        FOLIOS,
        "closed_at >= 2026-09-01T00:00Z and closed_at < 2026-10-01T00:00Z",
        b"closed_at.gteq=2026-09-01T00%3A00%3A00.000Z&closed_at.lt=2026-10-01T00%3A00%3A00.000Z",
    ),
    (FOLIOS, "payed = false", b"payed.eq=false"),
    (FOLIOS, "deposit != true", b"deposit.is_distinct_from=true"),
]

SECTION_11B = [
    (FOLIOS, "close_date is null", b"close_date.eq"),
    (FOLIOS, "close_date is not null", b"close_date.not_eq"),
    (FOLIOS, 'number = ""', b"number.eq="),
    (FOLIOS, "number is null", b"number.eq"),
    (FOLIOS, "invoice_number in [456, 457]", b"invoice_number[]=456&invoice_number[]=457"),
    (FOLIOS, "id in [1, 2]", b"id[]=1&id[]=2"),
    (FOLIOS, "id not in [1, 2]", b"id.not_in[]=1&id.not_in[]=2"),
    (FOLIOS, "id = 1 or id = 2", b"id.eq_any[]=1&id.eq_any[]=2"),
    (FOLIOS, "not (id = 1 or id = 2)", b"id.not_eq_all[]=1&id.not_eq_all[]=2"),
    (FOLIOS, "closed_at >= 2014-12-30T06:34:58.623+02:00", b"closed_at.gteq=2014-12-30T04%3A34%3A58.623Z"),
    (FOLIOS, 'name = "1+1=2"', b"name.eq=1%2B1%3D2"),
    (BOOKINGS, 'reference_number = "#123"', b"reference_number.eq=%23123"),
    (FOLIOS, 'name like "%smith%"', b"name.matches=%25smith%25"),
    # the person's own %, _ and \ as signs of themselves
    (FOLIOS, r'name like "%100\%\_a\\\\b%"', b"name.matches=%25100%5C%25%5C_a%5C%5Cb%25"),
    (FOLIOS, "name != a", b"name.is_distinct_from=a"),
    (
        FOLIOS,
        "close_date >= 2026-09-01 and close_date <= 2026-09-30",
        b"close_date.gteq=2026-09-01&close_date.lteq=2026-09-30",
    ),
    # commas and apostrophes break Rails' digest, backslashes and quotes Apache's
    (FOLIOS, 'name = "O\'Brien, Ann"', b"name.eq=O%27Brien%2C%20Ann"),
    (FOLIOS, r'name = "a\"b\\c"', b"name.eq=a%22b%5Cc"),
    (FOLIOS, 'name in ["a,b", "c&d[]"]', b"name[]=a%2Cb&name[]=c%26d%5B%5D"),
    (FOLIOS, "name = ~".replace("~", '"-._~ /?:@!$()*;"'), b"name.eq=-._~%20%2F%3F%3A%40%21%24%28%29%2A%3B"),
]

CALENDAR = [
    (BOOKINGS, "arrival = today", b"arrival.eq=2026-11-21"),
    (BOOKINGS, "arrival <= today+14", b"arrival.lteq=2026-12-05"),
    (BOOKINGS, "arrival in [today, today-1]", b"arrival[]=2026-11-21&arrival[]=2026-11-20"),
    # the hotel's day: Sofia is two hours ahead of UTC in winter
    (
        FOLIOS,
        "closed_at = 2026-11-21",
        b"closed_at.gteq=2026-11-20T22%3A00%3A00.000Z&closed_at.lt=2026-11-21T22%3A00%3A00.000Z",
    ),
    (FOLIOS, "closed_at > today", b"closed_at.gteq=2026-11-21T22%3A00%3A00.000Z"),
    (FOLIOS, "closed_at <= today", b"closed_at.lt=2026-11-21T22%3A00%3A00.000Z"),
    # the clocks go back on 25 October 2026: that day has 25 hours
    (
        FOLIOS,
        "closed_at = 2026-10-25",
        b"closed_at.gteq=2026-10-24T21%3A00%3A00.000Z&closed_at.lt=2026-10-25T22%3A00%3A00.000Z",
    ),
    # widened to the millisecond, never eq
    (
        FOLIOS,
        "closed_at = 2026-11-21T10:00:00.123456Z",
        b"closed_at.gteq=2026-11-21T10%3A00%3A00.123Z&closed_at.lt=2026-11-21T10%3A00%3A00.124Z",
    ),
    (BOOKINGS, "", b""),
]


@pytest.mark.parametrize(("entity", "text", "query"), INTRODUCTION + SECTION_11 + SECTION_11B + CALENDAR)
def test_the_exact_bytes(entity, text, query):
    assert to_query(parse(text, entity), entity, SOFIA) == Plan((query,))


SEVERAL = [
    # OR across attributes: one request each, united by the caller
    (BOOKINGS, "arrival = today or departure = today", [b"arrival.eq=2026-11-21", b"departure.eq=2026-11-21"]),
    (
        BOOKINGS,
        "status = expected and (arrival = today or departure = today)",
        [b"status.eq=expected&arrival.eq=2026-11-21", b"status.eq=expected&departure.eq=2026-11-21"],
    ),
    (FOLIOS, "close_date is null or close_date >= today", [b"close_date.eq", b"close_date.gteq=2026-11-21"]),
    (FOLIOS, "close_date is null or close_date = today", [b"close_date.eq", b"close_date.eq=2026-11-21"]),
    # is_distinct_from has no list form
    (
        FOLIOS,
        "currency != EUR and currency != BGN",
        [b"currency.not_in[]=EUR&currency.not_in[]=BGN", b"currency.eq"],
    ),
    # ... but a field that no booking lacks needs no question for NULL
    (BOOKINGS, "status != canceled and status != no_show", [b"status.not_in[]=canceled&status.not_in[]=no_show"]),
    (
        FOLIOS,
        "closed_at != 2026-11-21T10:00Z",
        [b"closed_at.lt=2026-11-21T10%3A00%3A00.000Z", b"closed_at.gteq=2026-11-21T10%3A00%3A00.001Z", b"closed_at.eq"],
    ),
    # nothing can match: no request
    (BOOKINGS, "id in []", []),
    (BOOKINGS, "id = 1 and id = 2", []),
    (BOOKINGS, "id in [1, 2] and id in [3]", []),
    (BOOKINGS, "block_id is null and block_id = 3", []),
    (BOOKINGS, "id not in []", [b""]),
    # "has a value" is said by "differs" already; the key may stand once only
    (BOOKINGS, "block_id is not null and not block_id = 3", [b"block_id.not_eq=3"]),
    (BOOKINGS, "block_id is not null and not block_id = 3 and not block_id = 4",
     [b"block_id.not_eq_all[]=3&block_id.not_eq_all[]=4"]),
]  # fmt: skip


@pytest.mark.parametrize(("entity", "text", "queries"), SEVERAL)
def test_several_requests_or_none(entity, text, queries):
    assert to_query(parse(text, entity), entity, SOFIA) == Plan(tuple(queries))


def test_without_is_distinct_from_a_difference_takes_two_requests():
    def ask(text: str, entity: Entity) -> Plan:
        return to_query(parse(text, entity), entity, SOFIA, has_distinct=False)

    assert ask("name != a", FOLIOS) == Plan((b"name.not_eq=a", b"name.eq"))
    assert ask("status != canceled", BOOKINGS) == Plan((b"status.not_eq=canceled",))


LOCAL = [
    # (what is sent, what stays, why)
    (BOOKINGS, "status = expected and balance > 0", b"status.eq=expected", "balance > 0", '"balance"'),
    (PAYMENTS, "reference = X and text = Y", b"text.eq=Y", "reference = X", '"reference"'),
    (BOOKINGS, "id > 5 and (nights > 3 or adults = 1)", b"id.gt=5", "nights > 3 or adults = 1", '"nights"'),
    (BOOKINGS, 'id > 5 and arrival_time < "15:00"', b"id.gt=5", 'arrival_time < "15:00"', "rules of its own"),
    (BOOKINGS, "text ~ Smith and text ~ Ann", b"main_guest_free_text_search=Smith", "text ~ Ann", "at a time"),
    (BOOKINGS, "not text ~ Smith", b"", "not text ~ Smith", "lacks a word"),
    (BOOKINGS, "id > 5 and text ~ Ed", b"id.gt=5", "text ~ Ed", "from 3 letters"),
    (GUESTS, "text ~ Smith", b"", "text ~ Smith", "no free text search"),
    (GUESTS, "id = 5", b"", "id = 5", '"id"'),
    (ROOMS, "floor = 2 and is_virtual = false", b"is_virtual.eq=false", "floor = 2", '"floor"'),
    (FOLIOS, "(id = 1 or number = A) and (id = 2 or number = B) and (id > 3 or name = C) and (id > 4 or name = D)",
     None, "id > 4 or name = D", "more than 8 requests"),
    (FOLIOS, 'name = "\0"', b"", 'name = "\0"', "can't be sent"),
    (BOOKINGS, "id = 1 or adults = 1 or children = 1 or rate_id = 1 or block_id = 1 or event_id = 1 or agent_id = 1"
     " or arrival_room_id = 1 or account_id = 1", b"", None, "more than 8 requests"),
]  # fmt: skip


@pytest.mark.parametrize(("entity", "text", "query", "local", "why"), LOCAL)
def test_what_the_service_cannot_do_stays_here_and_says_why(entity, text, query, local, why):
    plan = to_query(parse(text, entity), entity, SOFIA)
    assert query is None or plan.requests == (query,)
    assert plan.local == parse(text if local is None else local, entity)
    assert why in " ".join(plan.unsent)


NEVER = [
    # rows that no request may ever say: the person is told instead
    (FOLIOS, 'close_date = ""'),  # close_date.eq= matches nothing on a date
    (FOLIOS, "close_date = 2026-02-30"),  # an invalid date gives an empty list, not an error
    (FOLIOS, "closed_at >= 22014-12-30T06:34:58.623+02:00"),  # the introduction's own slip
    (FOLIOS, "close_date between 2026-09-01 and 2026-09-30"),
    (FOLIOS, 'name matches_regexp "a+"'),
    (FOLIOS, "no_such_column = 1"),  # a 500
    (FOLIOS, "id = 9223372036854775808"),
    (FOLIOS, r'name like "50\\"'),  # PostgreSQL refuses a pattern that ends with its escape
]


@pytest.mark.parametrize(("entity", "text"), NEVER)
def test_what_is_refused_before_anything_is_sent(entity, text):
    with pytest.raises(UserError):
        parse(text, entity)


@pytest.mark.parametrize(
    "predicate",
    [Test("close_date", "=", ""), Test("id", "=", True), InList("id", ("1",)), Test("name", "like", "a\\")],
)
def test_a_tree_made_by_a_form_is_checked_too(predicate):
    with pytest.raises(UserError):
        to_query(predicate, FOLIOS, SOFIA)


def test_empty_lists_ask_nothing():
    assert to_query(NONE, FOLIOS, SOFIA) == Plan(())
    assert to_query(InList("id", ()), FOLIOS, SOFIA) == Plan(())
    assert to_query(AnyLike("name", ()), FOLIOS, SOFIA) == Plan(())
