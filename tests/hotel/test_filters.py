"""The hotel's reading of a query string, row by row from the facts, section 11b."""

from __future__ import annotations

import re
import sqlite3

import pytest

from clockdesk.hotel import filters
from clockdesk.hotel.params import BadQueryError, read_query
from clockdesk.hotel.schema import COLUMNS, statements

FOLIOS = [
    # id, number, name, invoice_number, deposit, payed, close_date, closed_at, surcharge_rate
    (1, "F1", "Smith", None, 0, 0, None, None, 0),
    (2, "F2", "smithson", "456", 0, 1, "2026-11-20", "2026-11-20T04:34:58.623Z", 2.5),
    (3, "F3", "100%_sure\\", "457", 1, 1, "2026-11-21", "2026-11-21T10:00:00.000Z", 2.5),
    (4, "", None, "458", 1, 0, "2026-11-22", "2026-11-22T23:30:00.500Z", 10),
    (5, "#123", "İSMAİL Ünlü", None, 0, 0, None, None, 0),
]


@pytest.fixture
def db():
    made = sqlite3.connect(":memory:")
    for statement in statements():
        made.execute(statement)
    filters.install(made)
    made.executemany(
        "INSERT INTO folios (id, number, name, invoice_number, deposit, payed, close_date, closed_at, surcharge_rate)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        FOLIOS,
    )
    yield made
    made.close()


def found(db: sqlite3.Connection, query: bytes) -> list[int]:
    sql, values = filters.conditions("folios", COLUMNS["folios"], read_query(query))
    return [row[0] for row in db.execute(f"SELECT id FROM folios WHERE {sql} ORDER BY id", values)]  # noqa: S608


GOLDEN = [
    # NULL, empty text, not NULL
    (b"close_date.eq", [1, 5]),
    (b"close_date", [1, 5]),
    (b"close_date.eq=", []),
    (b"close_date.not_eq", [2, 3, 4]),
    (b"close_date.not_eq=", []),
    (b"number.eq=", [4]),
    (b"number.not_eq=", [1, 2, 3, 5]),
    (b"name.eq", [4]),
    # lists
    (b"invoice_number[]=456&invoice_number[]=457", [2, 3]),
    (b"invoice_number%5B%5D=456&invoice_number%5B%5D=457", [2, 3]),
    (b"id.in[]=1&id.in[]=2", [1, 2]),
    (b"id.not_in[]=1&id.not_in[]=2", [3, 4, 5]),
    (b"invoice_number.not_in[]=456", [3, 4]),
    (b"id.in=2", [2]),
    (b"id.in", []),
    (b"id.not_in", []),
    (b"id[]", []),
    (b"id.not_in[]", [1, 2, 3, 4, 5]),
    (b"id.eq[]=1&id.eq[]=2", []),
    (b"id.not_eq[]=1", []),
    # one key twice: the last wins
    (b"id=1&id=2", [2]),
    (b"id=1&id.gt=1", []),
    # any and all
    (b"id.eq_any[]=1&id.eq_any[]=2", [1, 2]),
    (b"id.not_eq_all[]=1&id.not_eq_all[]=2", [3, 4, 5]),
    (b"id.not_eq_any[]=1&id.not_eq_any[]=2", [1, 2, 3, 4, 5]),
    (b"id.eq_all[]=1&id.eq_all[]=2", []),
    (b"id.gt_any[]=3&id.gt_any[]=4", [4, 5]),
    (b"id.gt_all[]=3&id.gt_all[]=4", [5]),
    (b"id.lteq_any[]=1&id.lteq_any[]=2", [1, 2]),
    (b"name.matches_any[]=smith&name.matches_any[]=100%25", [1, 3]),
    (b"name.does_not_match_all[]=smith%25&name.does_not_match_all[]=100%25", [5]),
    (b"id.in_any[]=1&id.in_any[]=3", [1, 3]),
    # comparison
    (b"id.gt=3", [4, 5]),
    (b"id.gteq=3&id.lt=5", [3, 4]),
    (b"id.gt", []),
    (b"surcharge_rate.gteq=2.5", [2, 3, 4]),
    (b"surcharge_rate=10", [4]),
    (b"id=abc", []),
    (b"id=2abc", [2]),
    # three values: NULL is neither equal nor unequal
    (b"invoice_number.not_eq=456", [3, 4]),
    (b"invoice_number.is_distinct_from=456", [1, 3, 4, 5]),
    (b"invoice_number.is_not_distinct_from=456", [2]),
    (b"invoice_number.is_distinct_from", [2, 3, 4]),
    # LIKE
    (b"name.matches=%25smith%25", [1, 2]),
    (b"name.matches=smith", [1]),
    (b"name.matches=SMITH_on", [2]),
    (b"name.matches=smith%5C_on", []),
    (b"name.matches=sm_th%25", [1, 2]),
    (b"name.matches=100%5C%25%5C_%25", [3]),
    (b"name.matches=%25sure%5C%5C", [3]),
    (b"name.matches=%25%C3%BCnl%C3%BC", [5]),
    (b"name.does_not_match=%25smith%25", [3, 5]),
    (b"name.matches", []),
    (b"name.matches_regexp=%5ES", [1]),
    # escapes
    (b"number=%23123", [5]),
    (b"number=F1+", []),
    (b"payed=false", [1, 4, 5]),
    (b"payed.eq=true", [2, 3]),
    (b"payed=no", [2, 3]),
    (b"deposit.not_eq=f", [3, 4]),
    # dates and instants
    (b"close_date=2026-11-21", [3]),
    (b"close_date.gteq=2026-11-21", [3, 4]),
    (b"close_date.gteq=2026-13-41", []),
    (b"close_date.not_eq=nonsense", []),
    (b"closed_at.gteq=2026-11-20T06:34:58.623%2B02:00", [2, 3, 4]),
    (b"closed_at.gt=2026-11-20T06:34:58.623%2B02:00", [3, 4]),
    (b"closed_at.gteq=2026-11-20T06:34:58.623+02:00", [3, 4]),
    (b"closed_at.gteq=2026-11-20T02:34:58.623-0200", [2, 3, 4]),
    (b"closed_at=2026-11-20T04:34:58.623Z", [2]),
    (b"closed_at.lt=2026-11-21", [2]),
    (b"closed_at.gteq=22014-12-30T06:34:58.623%2B02:00", []),
    (b"closed_at.lt=22014-12-30T06:34:58.623%2B02:00", [2, 3, 4]),
    (b"closed_at.gt=2026-11-20T25:00:00Z", []),
    # the service's own example of an open, valid folio
    (b"close_date.eq&voided_at.eq", [1, 5]),
    (b"", [1, 2, 3, 4, 5]),
]


@pytest.mark.parametrize(("query", "ids"), GOLDEN, ids=[query.decode() for query, _ in GOLDEN])
def test_golden(db, query, ids):
    assert found(db, query) == ids


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (b"balance=0", "column folios.balance does not exist"),
        (b"reference.eq=1", "column folios.reference does not exist"),
        (b"page=2", "column folios.page does not exist"),
        (b"id.like=1", "undefined method `like'"),
        (b"id.eq.eq=1", "undefined method `eq.eq'"),
        (b"close_date.between=2026-11-20", "undefined method `begin'"),
        (b"id.not_between[]=1&id.not_between[]=2", "undefined method `begin'"),
        (b"id.eq_any=1", "undefined method `map'"),
        (b"id.eq_any", "undefined method `map'"),
        (b"id.eq_any[]", "syntax error"),
        (b"id.contains=1", "operator does not exist"),
        (b"name.concat=a", "must be type boolean"),
        (b"close_date.matches=2026%25", "operator does not exist: date ~~* unknown"),
        (b"name.matches=a%5C", "must not end with escape"),
        (b"name.matches_regexp=(", "invalid regular expression"),
        (b"id=99999999999999999999", "out of range"),
        (b"id[x]=1", "can't quote Hash"),
    ],
)
def test_questions_the_database_refuses(db, query, text):
    with pytest.raises(filters.FilterError, match=re.escape(text)):
        found(db, query)


@pytest.mark.parametrize("query", [b"a=%", b"a=%zz", b"a=%ff", b"a=1&a[]=2", b"a[]=1&a[b]=2"])
def test_queries_rack_cannot_read(query):
    with pytest.raises(BadQueryError):
        read_query(query)


def test_rack_splits_at_semicolons_too_and_the_last_key_wins():
    assert read_query(b"a=1;b=2& c=3&a=4&=5&[]=6&d&e=&f=x+y%2Bz") == {
        "a": "4",
        "b": "2",
        "c": "3",
        "d": None,
        "e": "",
        "f": "x y+z",
    }


def test_a_list_replaced_by_a_plain_value():
    assert read_query(b"a[]=1&a=2") == {"a": "2"}
