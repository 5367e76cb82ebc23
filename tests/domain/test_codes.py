"""The code tables: complete, and an odd code is shown rather than dropped."""

from __future__ import annotations

import importlib.resources

import pytest

from clockdesk.domain.codes import (
    COUNTRIES,
    CURRENCIES,
    WITHDRAWN_CURRENCIES,
    country_name,
    country_note,
    currency_note,
)
from clockdesk.domain.money import SUBUNITS


def test_countries_are_those_of_iso_3166():
    """The zone database carries the code list; its names are its own."""
    table = importlib.resources.files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text()
    assert set(COUNTRIES) == {line[:2] for line in table.splitlines() if not line.startswith("#")}
    assert len(COUNTRIES) == 249
    assert all(name == name.strip() and len(name) > 3 for name in COUNTRIES.values())


def test_currencies_are_three_letters_and_in_one_list_only():
    assert not CURRENCIES & WITHDRAWN_CURRENCIES
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in CURRENCIES | WITHDRAWN_CURRENCIES)
    assert set(SUBUNITS) <= CURRENCIES | WITHDRAWN_CURRENCIES


@pytest.mark.parametrize("code", ["EUR", "BGN", "KWD", "JPY", "HRK", "MRO", "ZWG"])
def test_currencies_a_folio_may_be_in_need_no_note(code):
    assert currency_note(code) is None


@pytest.mark.parametrize(
    ("code", "note"), [("EUX", "“EUX” is no currency"), ("eur", "“eur”"), ("", "No currency given")]
)
def test_an_odd_currency_gets_a_note(code, note):
    said = currency_note(code)
    assert said is not None
    assert note in said


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("BG", "Bulgaria"),
        ("bg", "Bulgaria"),
        ("TR", "Türkiye"),
        ("XK", "Kosovo"),
        ("AX", "Åland Islands"),
        ("ZZ", "ZZ"),
        ("", ""),
    ],
)
def test_a_country_is_named_or_shown_as_it_came(code, name):
    assert country_name(code) == name


def test_only_an_odd_country_gets_a_note():
    assert country_note("BG") is None
    assert country_note("") is None
    assert country_note("XK") is None
    assert "“ZZ”" in (country_note("ZZ") or "")
