"""The text form: what each rule of the grammar reads as, and what the person is told when it does not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from clockdesk.domain.errors import UserError
from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.kinds import Kind
from clockdesk.domain.predicate import (
    ALL,
    And,
    AnyLike,
    InList,
    IsNull,
    Not,
    Or,
    PredicateError,
    Relative,
    Test,
    Text,
)
from clockdesk.domain.predicate_text import format_predicate, parse

BOOKINGS = ENTITIES[Kind.BOOKING]
ROOMS = ENTITIES[Kind.ROOM]
FOLIOS = ENTITIES[Kind.FOLIO]
CHARGES = ENTITIES[Kind.CHARGE]

READ = [
    (BOOKINGS, "", ALL),
    (BOOKINGS, " \t\n", ALL),
    (BOOKINGS, "status = expected", Test("status", "=", "expected")),
    (BOOKINGS, "STATUS=Expected", Test("status", "=", "expected")),
    (BOOKINGS, "status!=no_show", Test("status", "!=", "no_show")),
    (BOOKINGS, "adults<2", Test("adults", "<", 2)),
    (BOOKINGS, "adults <= -2", Test("adults", "<=", -2)),
    (BOOKINGS, "adults > +2", Test("adults", ">", 2)),
    (BOOKINGS, "id >= 9223372036854775807", Test("id", ">=", 2**63 - 1)),
    (BOOKINGS, "number = 101", Test("number", "=", "101")),
    (BOOKINGS, "number = 007/B", Test("number", "=", "007/B")),
    (BOOKINGS, 'number = ""', Test("number", "=", "")),
    (BOOKINGS, r'number = "a \"b\" \\ \%"', Test("number", "=", r'a "b" \ \%')),
    (BOOKINGS, 'number = "and"', Test("number", "=", "and")),
    (BOOKINGS, "number = today", Test("number", "=", "today")),
    (BOOKINGS, "guest_last_name = O'Brien", Test("guest_last_name", "=", "O'Brien")),
    (BOOKINGS, "guest_last_name = Ünlü", Test("guest_last_name", "=", "Ünlü")),
    (BOOKINGS, "arrival = 2026-11-21", Test("arrival", "=", date(2026, 11, 21))),
    (BOOKINGS, 'arrival = "2026-11-21"', Test("arrival", "=", date(2026, 11, 21))),
    (BOOKINGS, "arrival = Today", Test("arrival", "=", Relative(0))),
    (BOOKINGS, "arrival < today+3", Test("arrival", "<", Relative(3))),
    (BOOKINGS, "arrival < today-1", Test("arrival", "<", Relative(-1))),
    (BOOKINGS, "is_guaranteed = true", Test("is_guaranteed", "=", True)),
    (BOOKINGS, "is_guaranteed = FALSE", Test("is_guaranteed", "=", False)),
    (BOOKINGS, "balance >= 12.50", Test("balance", ">=", Decimal("12.5"))),
    (BOOKINGS, "created_at < 2026-11-21T10:00Z", Test("created_at", "<", datetime(2026, 11, 21, 10, tzinfo=UTC))),
    (BOOKINGS, "created_at < 2026-11-21t10:00z", Test("created_at", "<", datetime(2026, 11, 21, 10, tzinfo=UTC))),
    (BOOKINGS, "created_at < 2026-11-21T10:00+02:00", Test("created_at", "<", datetime(2026, 11, 21, 8, tzinfo=UTC))),
    (BOOKINGS, "created_at < 2026-11-21T10:00-0930", Test("created_at", "<",
                                                           datetime(2026, 11, 21, 19, 30, tzinfo=UTC))),
    (BOOKINGS, "created_at < 2026-11-21T10:00:01.5+02", Test("created_at", "<",
                                                              datetime(2026, 11, 21, 8, 0, 1, 500_000, UTC))),
    (BOOKINGS, "created_at >= today", Test("created_at", ">=", Relative(0))),
    (BOOKINGS, "created_at >= 2026-11-21", Test("created_at", ">=", date(2026, 11, 21))),
    (BOOKINGS, "id in [1]", InList("id", (1,))),
    (BOOKINGS, "id not in [1,2 , 3]", InList("id", (1, 2, 3), negated=True)),
    (BOOKINGS, "id in []", InList("id", ())),
    (BOOKINGS, "arrival in [today, 2026-11-21]", InList("arrival", (Relative(0), date(2026, 11, 21)))),
    (ROOMS, 'housekeeping_status in ["", inspect]', InList("housekeeping_status", ("", "inspect"))),
    (ROOMS, "housekeeping_status = out_of_order", Test("housekeeping_status", "=", "out_of_order")),
    (BOOKINGS, "block_id is null", IsNull("block_id")),
    (BOOKINGS, "block_id IS NOT NULL", IsNull("block_id", negated=True)),
    (BOOKINGS, 'number like "A%"', Test("number", "like", "A%")),
    (BOOKINGS, "number not like A%", Test("number", "not like", "A%")),
    (BOOKINGS, r'number like "100\%"', Test("number", "like", r"100\%")),
    (BOOKINGS, 'number matches_any ["A%", B%]', AnyLike("number", ("A%", "B%"))),
    (BOOKINGS, 'text ~ "Smith, J"', Text("Smith, J")),
    (BOOKINGS, "text~Smith", Text("Smith")),
    (BOOKINGS, "text ~ 2026-11-21", Text("2026-11-21")),
    (CHARGES, "text = Minibar", Test("text", "=", "Minibar")),
    (CHARGES, "text ~ Minibar", Text("Minibar")),
    (BOOKINGS, "not id = 1", Not(Test("id", "=", 1))),
    (BOOKINGS, "not not id = 1", Not(Not(Test("id", "=", 1)))),
    (BOOKINGS, "(id = 1)", Test("id", "=", 1)),
    (BOOKINGS, "id = 1 or id = 2 and not id = 3", Or((Test("id", "=", 1),
                                                      And((Test("id", "=", 2), Not(Test("id", "=", 3))))))),
    (BOOKINGS, "(id = 1 or id = 2) and id = 3", And((Or((Test("id", "=", 1), Test("id", "=", 2))),
                                                     Test("id", "=", 3)))),
    (BOOKINGS, "not (id = 1 and id = 2)", Not(And((Test("id", "=", 1), Test("id", "=", 2))))),
    (BOOKINGS, "id = 1 AND id = 2 And id = 3", And((Test("id", "=", 1), Test("id", "=", 2), Test("id", "=", 3)))),
]  # fmt: skip


@pytest.mark.parametrize(("entity", "text", "predicate"), READ)
def test_what_a_text_says(entity, text, predicate):
    assert parse(text, entity) == predicate
    assert parse(format_predicate(predicate, entity), entity) == predicate


WRITTEN = [
    (Test("number", "=", "A-7"), "number = A-7"),
    (Test("number", "=", "a b"), 'number = "a b"'),
    (Test("number", "=", ""), 'number = ""'),
    (Test("number", "=", "NULL"), 'number = "NULL"'),
    (Test("number", "=", "true"), 'number = "true"'),
    (Test("number", "=", "-x"), 'number = "-x"'),
    (Test("number", "like", r"a\%"), r'number like "a\\%"'),
    (IsNull("number"), "number is null"),
    (Test("arrival", "<", Relative(3)), "arrival < today+3"),
    (Test("arrival", "<", Relative(-1)), "arrival < today-1"),
    (Test("arrival", "<", Relative()), "arrival < today"),
    (Test("balance", ">", Decimal("1E+3")), "balance > 1000"),
    (Test("updated_at", ">", datetime(2026, 11, 21, 10, tzinfo=UTC)), "updated_at > 2026-11-21T10:00Z"),
    (Test("updated_at", ">", datetime(2026, 11, 21, 10, 0, 5, tzinfo=UTC)), "updated_at > 2026-11-21T10:00:05Z"),
    (Test("updated_at", ">", datetime(2026, 11, 21, 10, 0, 0, 7000, UTC)), "updated_at > 2026-11-21T10:00:00.007Z"),
    (Test("updated_at", ">", datetime(2026, 11, 21, 10, 0, 0, 7, UTC)), "updated_at > 2026-11-21T10:00:00.000007Z"),
    (And((Test("id", "=", 1), Or((Test("id", "=", 2), Text("x"))))), 'id = 1 and (id = 2 or text ~ "x")'),
    (Or((Test("id", "=", 1), And((Test("id", "=", 2), Text("x"))))), 'id = 1 or id = 2 and text ~ "x"'),
    (Not(Or((Test("id", "=", 1), Test("id", "=", 2)))), "not (id = 1 or id = 2)"),
    (And((And((Test("id", "=", 1), Test("id", "=", 2))), Test("id", "=", 3))), "(id = 1 and id = 2) and id = 3"),
    (ALL, ""),
]


@pytest.mark.parametrize(("predicate", "text"), WRITTEN)
def test_the_canonical_text(predicate, text):
    assert format_predicate(predicate, BOOKINGS) == text


WRONG = [
    # text, character counted from 1, words that must be in the sentence
    ("arival = today", 1, ['no field "arival"', '"arrival"']),
    ("status = expected and arival = today", 23, ['"arival"', '"arrival"']),
    ("Smith", 1, ['no field "Smith"', 'text ~ "Smith"']),
    ("text = Smith", 1, ["text ~"]),
    ("zzz = 3", 1, ['"zzz"', "status, id"]),
    ("status", 7, ["found the end", "expected a comparison"]),
    ("status =", 9, ["found the end", "expected one of expected, checked_in"]),
    ("status = chekced_in", 10, ['found "chekced_in"', 'did you mean "checked_in"?']),
    ("status in [expected, gone]", 22, ['found "gone"', "expected one of"]),
    ("status < expected", 8, ['"<" needs an order']),
    ("status == expected", 9, ['found "="']),
    ("status = expected arrival = today", 19, ['found "arrival"', '"and", "or" or the end']),
    ("status = expected and", 22, ["found the end", "expected a field of bookings"]),
    ("and status = expected", 1, ['found "and"', "expected a field"]),
    ("status not expected", 12, ['found "expected"', '"in" or "like"']),
    ("status is expected", 11, ['found "expected"', '"null" or "not null"']),
    ("number = null", 10, ['found "null"', 'write "is null"']),
    ("number = not", 10, ['found "not"']),
    ('number = "abc', 10, ["no closing quote"]),
    ('number = "abc\\"', 10, ["no closing quote"]),
    ("number ! 3", 8, ['found "!"']),
    ('number like "abc\\\\"', 13, ["ends with"]),
    ("number matches_any [a%, \"\\\\\"]", 25, ["ends with"]),
    ("arrival like 2026%", 9, ['"like" works on text', "2026-11-21"]),
    ("id matches_any [1]", 4, ['"matches_any" works on text']),
    ("arrival = 2026-02-30", 11, ['found "2026-02-30"', "expected a day such as"]),
    ("arrival = 20261121", 11, ["expected a day"]),
    ("arrival = 2026-11-21T10:00Z", 11, ["expected a day"]),
    ("arrival = today+", 11, ["expected a day"]),
    ("arrival = today+99999", 11, ["expected a day"]),
    ("arrival = 0999-12-31", 11, ["years 1000 to 9998"]),
    ("updated_at >= 2026-11-21T10:00", 15, ["expected a day or an instant such as"]),
    ("updated_at >= 2026-11-21T25:00Z", 15, ["expected a day or an instant"]),
    ("updated_at >= 22014-12-30T06:34:58Z", 15, ["expected a day or an instant"]),
    ("adults = two", 10, ["expected a whole number"]),
    ("adults = 1.5", 10, ["expected a whole number"]),
    ("id = 9223372036854775808", 6, ["64 bits"]),
    ("id = ٣", 6, ["expected a whole number"]),
    ("balance > 1,5", 12, ['found ","']),
    ("balance > nan", 11, ["expected a number"]),
    ("is_guaranteed = yes", 17, ["expected true or false"]),
    ("is_guaranteed >= true", 15, ['">=" needs an order']),
    ("id in 1", 7, ['found "1"', 'expected "["']),
    ("id in [1 2]", 10, ['found "2"', '"," or "]"']),
    ("id in [1,", 10, ["found the end"]),
    ("(id = 1", 8, ["found the end", 'expected ")"']),
    ("id = 1)", 7, ['found ")"']),
    ("text ~", 7, ["found the end", "what to look for"]),
    ("(" * 100 + "id = 1" + ")" * 100, 61, ["nested too deeply"]),
    ("not " * 100 + "id = 1", 241, ["nested too deeply"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "character", "words"), WRONG)
def test_an_error_points_at_the_place_and_says_what_was_expected(text, character, words):
    with pytest.raises(PredicateError) as caught:
        parse(text, BOOKINGS)
    assert isinstance(caught.value, UserError)
    assert caught.value.position == character - 1
    assert str(caught.value).startswith(f"At character {character}: ")
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert ".." not in str(caught.value).replace("...", "")


def test_a_very_long_list_is_read_and_written():
    text = f"id in [{', '.join(map(str, range(20_000)))}]"
    assert format_predicate(parse(text, BOOKINGS), BOOKINGS) == text


def test_what_does_not_fit_the_kind_is_not_written():
    with pytest.raises(UserError, match='rooms have no field "arrival"'):
        format_predicate(Test("arrival", "=", Relative()), ROOMS)
