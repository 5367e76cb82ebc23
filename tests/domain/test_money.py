"""Amounts: exact in every currency, read as people type them, written as the service wants them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockdesk.domain.codes import CURRENCIES, WITHDRAWN_CURRENCIES
from clockdesk.domain.errors import UserError
from clockdesk.domain.money import (
    SUBUNITS,
    Money,
    decimal_text,
    digits,
    fits_decimal,
    format_money,
    parse_money,
    read_quantity,
    subunits,
    totals,
)

NBSP, NARROW, MINUS = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "\N{MINUS SIGN}"
currencies = st.sampled_from(sorted(CURRENCIES | WITHDRAWN_CURRENCIES))
minors = st.integers(-(2**63) + 1, 2**63 - 1)
amounts = st.builds(Money, minors, currencies)
small = st.builds(Money, st.integers(-(10**12), 10**12), currencies)


def test_the_twelve_odd_currencies_are_the_ones_the_service_names():
    named = "BHD, CLF, IQD, JPY, KWD, LYD, MGA, MRO, OMR, TND, VND, VUV"
    assert ", ".join(sorted(SUBUNITS)) == named
    assert [digits(code) for code in named.split(", ")] == [3, 4, 3, 0, 3, 3, 1, 1, 3, 3, 0, 0]
    assert (subunits("BGN"), digits("BGN"), subunits("whatever"), digits("")) == (100, 2, 100, 2)


@pytest.mark.parametrize(
    ("minor", "currency", "shown", "written"),
    [
        (123450, "BGN", "1 234.50 BGN", "1234.50"),
        (-5, "BGN", "-0.05 BGN", "-0.05"),
        (-123456789, "EUR", "-1 234 567.89 EUR", "-1234567.89"),
        (0, "EUR", "0.00 EUR", "0.00"),
        (1234567, "JPY", "1 234 567 JPY", "1234567"),
        (-1, "JPY", "-1 JPY", "-1"),
        (1234567, "KWD", "1 234.567 KWD", "1234.567"),
        (12345678, "CLF", "1 234.5678 CLF", "1234.5678"),
        (1, "MGA", "0.2 MGA", "0.2"),
        (-6004, "MRO", "-1 200.8 MRO", "-1200.8"),
        (5, "MGA", "1.0 MGA", "1.0"),
        (99, "XYZ", "0.99 XYZ", "0.99"),
        (99, "", "0.99", "0.99"),
        (2**63 - 1, "BGN", "92 233 720 368 547 758.07 BGN", "92233720368547758.07"),
    ],
)
def test_amounts_are_shown_and_written(minor, currency, shown, written):
    assert format_money(Money(minor, currency)) == shown
    assert decimal_text(Money(minor, currency)) == written


def test_group_and_point_are_the_readers_choice():
    money = Money(-123450, "BGN")
    assert format_money(money, group=".", point=",") == "-1.234,50 BGN"
    assert format_money(money, group=NBSP) == f"-1{NBSP}234.50 BGN"
    assert format_money(money, group="") == "-1234.50 BGN"


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1,234.50", "BGN", 123450),
        ("1 234,50", "BGN", 123450),
        (f"1{NBSP}234,50", "BGN", 123450),
        (f"1{NARROW}234,50", "BGN", 123450),
        ("1'234.50", "CHF", 123450),
        ("1’234.50", "CHF", 123450),
        ("1.234,50", "EUR", 123450),
        ("-12.5", "BGN", -1250),
        (f"{MINUS}12.5", "BGN", -1250),
        ("+12", "BGN", 1200),
        ("- 12", "BGN", -1200),
        ("  12.50 bgn ", "BGN", 1250),
        ("12.50BGN", "BGN", 1250),
        ("0,05", "BGN", 5),
        (".5", "BGN", 50),
        ("007", "BGN", 700),
        ("1,234", "BGN", 123400),  # three digits cannot be decimals here
        ("12.345", "EUR", 1234500),
        ("1,234", "KWD", 1234),  # here they can
        ("1,234,567", "KWD", 1234567000),  # a separator that stands twice groups
        ("1,234", "JPY", 1234),
        ("1.234.567", "JPY", 1234567),
        ("1,23,456.00", "INR", 12345600),  # as India groups
        ("0.2", "MGA", 1),
        ("1,200.8", "MRO", 6004),
        ("1.2345", "CLF", 12345),
        ("92233720368547758.07", "BGN", 2**63 - 1),
    ],
)
def test_typed_amounts_are_read(text, currency, minor):
    assert parse_money(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "says"),
    [
        ("1.2345", "EUR", "EUR has 2 decimals at most."),
        ("0.123", "EUR", "EUR has 2 decimals at most."),
        ("1,234.567", "EUR", "EUR has 2 decimals at most."),
        ("1.23456", "CLF", "CLF has 4 decimals at most."),
        ("1.25", "MGA", "MGA has 1 decimal at most."),
        ("1.5", "JPY", "JPY has no decimals."),
        ("0.3", "MGA", "MGA goes in steps of 0.2."),
        ("12.50 EUR", "BGN", "This amount is in BGN, not in EUR."),
        ("92233720368547758.08", "BGN", "This amount is too large."),
        ("-92233720368547758.08", "BGN", "This amount is too large."),
        ("", "BGN", "Type an amount such as 62.00."),
        ("twelve", "JPY", "Type an amount such as 62."),
        ("5.", "BGN", "Type an amount such as 62.00."),
        ("1 23", "BGN", "Type an amount"),
        ("1.234.50", "BGN", "Type an amount"),
        ("1,234 567.00", "BGN", "Type an amount"),
        ("0,000,001", "BGN", "Type an amount"),
        ("--5", "BGN", "Type an amount"),
        ("1e5", "BGN", "Type an amount"),
        ("\N{ARABIC-INDIC DIGIT FIVE}", "BGN", "Type an amount"),
        ("9" * 5000, "BGN", "Type an amount"),
    ],
)
def test_what_is_no_amount_is_refused_in_words(text, currency, says):
    with pytest.raises(UserError) as caught:
        parse_money(text, currency)
    assert says in str(caught.value)


@settings(deadline=None)
@given(amounts, st.sampled_from([(" ", "."), (" ", ","), (NBSP, ","), (",", "."), (".", ","), ("'", "."), ("", ".")]))
def test_what_is_shown_can_be_read_back(money, marks):
    group, point = marks
    assert parse_money(format_money(money, group=group, point=point), money.currency) == money


@settings(deadline=None)
@given(amounts)
def test_what_is_written_to_the_service_is_the_exact_amount(money):
    text = decimal_text(money)
    assert Fraction(text) == Fraction(money.minor, subunits(money.currency))
    assert parse_money(text, money.currency) == money


@settings(deadline=None)
@given(st.lists(small))
def test_totals_are_exact_in_each_currency(money):
    result = totals(money)
    assert [total.currency for total in result] == sorted({amount.currency for amount in money})
    for total in result:
        assert total.minor == sum(amount.minor for amount in money if amount.currency == total.currency)


def test_totals_add_what_a_float_would_lose():
    dime = Money(10, "EUR")
    assert totals([dime] * 3 + [Money(-5, "JPY")]) == (Money(30, "EUR"), Money(-5, "JPY"))
    assert totals([Money(2**62, "EUR"), Money(1, "EUR")]) == (Money(2**62 + 1, "EUR"),)
    assert totals([]) == ()


def test_arithmetic_stays_in_one_currency():
    assert Money(5, "BGN") - Money(7, "BGN") == -Money(2, "BGN")
    assert not Money(0, "BGN")
    assert Money(-1, "BGN")
    with pytest.raises(ValueError, match="cannot add EUR to BGN"):
        Money(5, "BGN") + Money(5, "EUR")


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("2", "2"),
        ("1.5", "1.5"),
        ("1,5", "1.5"),
        ("-1", "-1"),
        ("10 000", "10000"),
        ("99999999999.9999", "99999999999.9999"),
    ],
)
def test_quantities_are_read(text, quantity):
    assert read_quantity(text) == Decimal(quantity)


@pytest.mark.parametrize("text", ["", "x", "1.23456", "100000000000", "1.2.3", "1,000.5", "NaN", "1e3", "Infinity"])
def test_odd_quantities_are_refused(text):
    with pytest.raises(UserError):
        read_quantity(text)


@settings(deadline=None)
@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_a_decimal_fits_its_column_or_not(value):
    exact = value.is_finite() and abs(Fraction(value)) < 10**11 and (Fraction(value) * 10**4).denominator == 1
    assert fits_decimal(value) == exact
