"""Laws of predicates that hold for any tree and any row."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clockdesk.domain.fields import ENTITIES, FieldType
from clockdesk.domain.like import escape_like, fold, like_matcher
from clockdesk.domain.predicate import (
    ALL,
    NONE,
    And,
    AnyLike,
    Context,
    InList,
    IsNull,
    Not,
    Or,
    Relative,
    Test,
    Text,
    all_of,
    any_of,
    compile_matcher,
    conjuncts,
    ground,
    negation_normal,
    simplify,
)
from clockdesk.domain.predicate_text import format_predicate, parse
from tests.support.predicates import FOLIO_ROWS, FOLIOS, SANTIAGO, SOFIA, like, predicates, trees, truth

NAMED = Context(SOFIA.today, SOFIA.zone, text_of=lambda row: fold(row.name or ""))
NAMED_SANTIAGO = Context(SANTIAGO.today, SANTIAGO.zone, text_of=NAMED.text_of)
contexts = st.sampled_from([NAMED, NAMED_SANTIAGO])


def matches(predicate, row, context=NAMED):
    return compile_matcher(predicate, FOLIOS, context)(row)


@settings(max_examples=200)
@given(predicates(), FOLIO_ROWS, contexts)
def test_a_row_matches_when_the_predicate_is_true_and_not_when_it_is_unknown(predicate, row, context):
    assert matches(predicate, row, context) is (truth(predicate, row, context) is True)


@given(predicates(), FOLIO_ROWS)
def test_simplifying_keeps_the_truth_and_normal_form_the_matches(predicate, row):
    assert truth(simplify(predicate), row, NAMED) == truth(predicate, row, NAMED)
    normal = negation_normal(predicate)
    assert (truth(normal, row, NAMED) is True) == (truth(predicate, row, NAMED) is True)
    assert negation_normal(normal) == normal


@given(predicates())
def test_in_normal_form_nothing_but_equality_and_free_text_is_negated(predicate):
    def nodes(part):
        yield part
        for inner in getattr(part, "parts", ()) or ([part.part] if isinstance(part, Not) else []):
            yield from nodes(inner)

    for node in nodes(ground(predicate, FOLIOS, NAMED)):
        if isinstance(node, Not):
            assert isinstance(node.part, Text) or (isinstance(node.part, Test) and node.part.op == "=")
        if isinstance(node, Test):
            assert not isinstance(node.value, Relative)
            assert FOLIOS.fields[node.field].type is not FieldType.INSTANT or node.op in {">=", "<"}


@given(predicates(), predicates(), FOLIO_ROWS)
def test_de_morgan_and_the_laws_of_three_values(one, other, row):
    assert matches(Not(And((one, other))), row) == matches(Or((Not(one), Not(other))), row)
    assert matches(Not(Or((one, other))), row) == matches(And((Not(one), Not(other))), row)
    assert matches(Not(Not(one)), row) == matches(one, row)
    assert not matches(And((one, Not(one))), row)
    assert matches(Or((one, Not(one))), row) == (truth(one, row, NAMED) is not None)
    assert matches(all_of([one, other]), row) == (matches(one, row) and matches(other, row))
    assert matches(any_of([one, other]), row) == (matches(one, row) or matches(other, row))
    assert all(matches(part, row) for part in conjuncts(one)) == matches(one, row)


@given(predicates())
def test_a_text_says_its_predicate_exactly(predicate):
    text = format_predicate(predicate, FOLIOS)
    assert parse(text, FOLIOS) == predicate
    assert format_predicate(parse(text, FOLIOS), FOLIOS) == text


def _values(field):
    whole = st.integers(-(2**63), 2**63 - 1)
    days = st.dates(date(1000, 1, 1), date(9998, 12, 31)) | st.builds(Relative, st.integers(-36_525, 36_525))
    zones = st.sampled_from([UTC, ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/St_Johns")])
    return {
        FieldType.TEXT: st.text(),
        FieldType.ENUM: st.sampled_from(sorted(field.choices)),
        FieldType.INT: whole,
        FieldType.ID: whole,
        FieldType.BOOL: st.booleans(),
        FieldType.DECIMAL: st.decimals(-(10**17), 10**17, allow_nan=False, places=6),
        FieldType.DATE: days,
        FieldType.INSTANT: days | st.datetimes(datetime(1001, 1, 1), datetime(9998, 1, 1), timezones=zones),
    }[field.type]


@st.composite
def _any_leaf(draw, entity):
    field = draw(st.sampled_from(list(entity.fields.values())))
    patterns = st.text().map(lambda text: text.rstrip("\\"))
    values = _values(field)
    choices = [
        st.builds(Test, st.just(field.name), st.sampled_from(["=", "!="]), values),
        st.builds(InList, st.just(field.name), st.lists(values, max_size=3).map(tuple), st.booleans()),
        st.builds(IsNull, st.just(field.name), st.booleans()),
        st.builds(Text, st.text()),
    ]
    if field.type not in {FieldType.BOOL, FieldType.ENUM}:
        choices.append(st.builds(Test, st.just(field.name), st.sampled_from(["<", "<=", ">", ">="]), values))
    if field.type in {FieldType.TEXT, FieldType.ENUM}:
        choices.append(st.builds(Test, st.just(field.name), st.sampled_from(["like", "not like"]), patterns))
        choices.append(st.builds(AnyLike, st.just(field.name), st.lists(patterns, max_size=3).map(tuple)))
    return draw(st.one_of(choices))


@given(st.data())
def test_any_value_of_any_field_survives_the_text(data):
    entity = data.draw(st.sampled_from(list(ENTITIES.values())), "entity")
    predicate = data.draw(trees(_any_leaf(entity)), "predicate")
    assert parse(format_predicate(predicate, entity), entity) == predicate


@given(predicates(), FOLIO_ROWS)
def test_a_tree_no_text_says_is_written_as_an_equal_one(predicate, row):
    for odd in (And((predicate,)), Or((predicate, NONE)), And((predicate, ALL)), Not(Or((predicate,))), Not(ALL), NONE):
        assert matches(parse(format_predicate(odd, FOLIOS), FOLIOS), row) == matches(odd, row)


@given(st.text(alphabet="aAb%_\\ßSİ", max_size=8), st.text(alphabet="aAbßsS%_\\i̇İ", max_size=8))
@example("%a%a%a%a%a%a%a%a%b", "a" * 8)
def test_like_is_like_by_the_book(pattern, text):
    if (len(pattern) - len(pattern.rstrip("\\"))) % 2 == 0:
        assert like_matcher(pattern)(text) == like(pattern.casefold(), text.casefold())


@given(st.text(), st.text(), st.text())
def test_an_escaped_text_stands_for_itself(before, text, after):
    assert like_matcher(escape_like(text))(text)
    assert like_matcher(f"%{escape_like(text)}%")(before + text + after)


@pytest.mark.parametrize("zone", ["Europe/Sofia", "America/Santiago", "America/Sao_Paulo", "America/Havana", "UTC"])
@given(instant=st.datetimes(datetime(2015, 1, 1), datetime(2018, 12, 31), timezones=st.just(UTC)))
def test_the_hotels_day_is_its_calendar_day_whatever_the_clocks_do(zone, instant):
    context = Context(date(2017, 1, 1), ZoneInfo(zone))
    day = instant.astimezone(context.zone).date()
    tests = [test for test in conjuncts(ground(Test("closed_at", "=", day), FOLIOS, context)) if isinstance(test, Test)]
    lower, upper = (test.value for test in tests if isinstance(test.value, datetime))
    assert [test.op for test in tests] == [">=", "<"]
    assert lower <= instant < upper
    assert upper - lower in {timedelta(hours=hours) for hours in (23, 24, 25)}


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.integers(-400, 400))
def test_today_moves_with_the_calendar(today, days):
    moved = ground(Test("close_date", "=", Relative(days)), FOLIOS, Context(today, ZoneInfo("Europe/Sofia")))
    assert moved == Test("close_date", "=", today + timedelta(days=days))
    at = ground(Test("closed_at", ">=", Relative(days)), FOLIOS, Context(today, UTC))
    assert at == Test("closed_at", ">=", datetime.combine(today + timedelta(days=days), time(), UTC))
