"""What is sent against what it means: the query strings, read by the embedded hotel's own parser and put to its SQL."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from clockdesk.api.query import MAX_BRANCHES, MAX_QUERY, to_query
from clockdesk.domain.predicate import ALL, And, InList, Or, Test, compile_matcher, negation_normal
from clockdesk.hotel import filters
from clockdesk.hotel.params import read_query
from clockdesk.hotel.schema import COLUMNS as HOTEL_COLUMNS
from clockdesk.hotel.schema import statements
from tests.support.predicates import COLUMNS, FOLIO_ROWS, FOLIOS, SANTIAGO, SOFIA, predicates

STORED = ["id", *(name for name in COLUMNS if name != "id")]
ROWS = st.lists(FOLIO_ROWS, min_size=1, max_size=6, unique_by=lambda row: row.id)


@pytest.fixture(scope="module")
def db():
    made = sqlite3.connect(":memory:")
    for statement in statements():
        made.execute(statement)
    filters.install(made)
    yield made
    made.close()


def _stored(row, name):
    value = getattr(row, name)
    if name == "payed":
        return int(bool(value))
    if name.endswith("_at") and value is not None:
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
    return value.isoformat() if name.endswith("_date") and value is not None else value


def _fill(db, rows):
    db.execute("DELETE FROM folios")
    marks = ", ".join("?" * len(STORED))
    db.executemany(
        f"INSERT INTO folios ({', '.join(STORED)}) VALUES ({marks})",  # noqa: S608
        [[_stored(row, name) for name in STORED] for row in rows],
    )


def _answer(db, requests):
    found = set()
    for request in requests:
        sql, values = filters.conditions("folios", HOTEL_COLUMNS["folios"], read_query(request))
        found |= {row[0] for row in db.execute(f"SELECT id FROM folios WHERE {sql}", values)}  # noqa: S608
    return found


def _local(predicate, rows, context):
    matches = compile_matcher(predicate, FOLIOS, context)
    return {row.id for row in rows if matches(row)}


full_rows = ROWS.map(lambda rows: [row if row.payed is not None else _paid(row) for row in rows])


def _paid(row):
    return replace(row, payed=False)  # the hotel's column takes no NULL


@settings(max_examples=200)
@given(predicate=predicates(), rows=full_rows, context=st.sampled_from([SOFIA, SANTIAGO]), has_distinct=st.booleans())
def test_the_answer_holds_every_match_and_what_stays_here_completes_it(db, predicate, rows, context, has_distinct):
    _fill(db, rows)
    plan = to_query(predicate, FOLIOS, context, has_distinct=has_distinct)
    answered = _answer(db, plan.requests)
    wanted = _local(predicate, rows, context)
    assert wanted <= answered
    assert answered & _local(plan.local, rows, context) == wanted
    assert (plan.local == ALL) == (plan.unsent == ())


@settings(max_examples=150)
@given(predicate=predicates(["id", "payer_id", "close_date", "closed_at", "payed"], text=False), rows=full_rows)
def test_numbers_days_and_instants_are_asked_exactly(db, predicate, rows):
    _fill(db, rows)
    plan = to_query(predicate, FOLIOS, SOFIA)
    if not plan.unsent:
        assert _answer(db, plan.requests) == _local(predicate, rows, SOFIA)
    else:
        assert all("more than" in reason or "at a time" in reason for reason in plan.unsent)


NEVER = re.compile(rb"eq\[\]|between|regexp|contains|overlaps|in(&|$)")


@settings(max_examples=150)
@given(predicates(), st.booleans())
def test_a_query_string_is_well_formed(predicate, has_distinct):
    plan = to_query(predicate, FOLIOS, SOFIA, has_distinct=has_distinct)
    assert plan == to_query(predicate, FOLIOS, SOFIA, has_distinct=has_distinct)
    assert len(plan.requests) <= MAX_BRANCHES
    for request in plan.requests:
        assert len(request) <= MAX_QUERY
        keys = [pair.partition(b"=")[0] for pair in request.split(b"&") if pair]
        single = [key for key in keys if not key.endswith(b"[]")]
        assert len(single) == len(set(single))  # a key given twice counts once
        assert not re.search(rb"[^A-Za-z0-9._~=&%\[\]-]", request)
        assert not NEVER.search(b"&".join(keys))
        assert all(b"=" in pair or pair.endswith((b".eq", b".not_eq")) for pair in request.split(b"&") if pair)


@given(predicates())
def test_an_or_with_a_branch_that_cannot_be_sent_stays_whole(predicate):
    branch = Or((predicate, Test("balance", "=", 1)))
    if negation_normal(branch) == ALL:
        return
    plan = to_query(And((Test("id", ">", 0), branch)), FOLIOS, SOFIA)
    assert plan.requests == (b"id.gt=0",)
    assert plan.unsent


@given(st.sets(st.integers(1, 2**63 - 1), min_size=1, max_size=900), st.booleans())
def test_long_lists_go_in_pieces_that_lose_nothing(ids, with_more):
    asked = InList("id", tuple(sorted(ids)))
    more = Test("name", "=", "x" * 1_000)
    plan = to_query(And((asked, more)) if with_more else asked, FOLIOS, SOFIA)
    sent = [int(one) for request in plan.requests for one in re.findall(rb"id\[\]=(\d+)", request)]
    assert sorted(sent) == sorted(ids)
    assert all(len(request) <= MAX_QUERY for request in plan.requests)
    assert all((b"name.eq=xxx" in request) == with_more for request in plan.requests)
    full = [request for request in plan.requests[:-1] if len(request) < MAX_QUERY - 30]
    assert not full  # no call more than needed


def test_an_excluding_list_too_long_for_one_request_stays_here():
    asked = InList("id", tuple(range(10_000, 11_000)), negated=True)
    plan = to_query(And((asked, Test("payed", "=", True))), FOLIOS, SOFIA)
    assert plan.requests == (b"payed.eq=true",)
    assert plan.local == asked
    assert "4 kB" in plan.unsent[0]


def test_of_two_long_lists_one_is_shared_out_and_the_other_stays_here():
    one = InList("id", tuple(range(10_000, 11_000)))
    other = InList("payer_id", tuple(range(10_000, 11_000)))
    plan = to_query(And((one, other)), FOLIOS, SOFIA)
    assert plan.local == other
    assert all(b"payer_id" not in request for request in plan.requests)


def test_long_texts_stay_here():
    plan = to_query(Test("name", "=", "ü" * 1_000), FOLIOS, SOFIA)
    assert plan.requests == (b"",)
    assert "too long" in plan.unsent[0]
    many = And(tuple(Test("name", "like", f"%{place}{'x' * 900}%") for place in range(9)))
    plan = to_query(many, FOLIOS, SOFIA)
    assert len(plan.requests[0]) <= MAX_QUERY
    assert "4 kB" in plan.unsent[0]


def test_reasons_carry_no_values():
    plan = to_query(And((Test("balance", "=", 4711), Test("name", "<", "Smith"))), FOLIOS, SOFIA)
    assert not any("4711" in reason or "Smith" in reason for reason in plan.unsent)
