"""CSV exactly: what a spreadsheet gets, and that no guest can make it do anything."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockdesk.domain.money import Money
from clockdesk.office.pack import make_pack
from clockdesk.office.pack_csv import BEGIN_FORMULAS, csv_files, csv_text, neutral
from clockdesk.office.pack_forms import POSTING, REGISTRATION
from clockdesk.office.sheets import AsOf, Code, Column, Dated, Facts, Table
from tests.support.desk import NOW, ZONE, desk

AS_OF = AsOf("Hotel", ZONE, NOW, NOW - dt.timedelta(seconds=20), "Live")
AGE = "2026-11-21T14:02:10+02:00,2026-11-21T14:01:50+02:00"
COLUMNS = (
    Column("room", "Room", 1),
    Column("guest", "Guest", 1),
    Column("until", "Until", 1),
    Column("balance", "Balance", 1, money=True),
    Column("is", "Is", 1),
    Column("read", "Read", 1),
    Column("count", "Count", 1),
)


def one(*rows):
    return Table("a", "A", COLUMNS, rows)


def test_every_kind_of_cell():
    row = ("101", "Müller, \"Jo\"", Dated(dt.date(2026, 11, 21), "21 Nov today"), Money(-1250, "EUR"),
           Code("D", "Dirty"), NOW, 3)  # fmt: skip
    assert csv_text(one(row), AS_OF) == (
        "room,guest,until,balance,balance_currency,is,read,count,as_of,hotel_copy_checked\r\n"
        f'101,"Müller, ""Jo""",2026-11-21,-12.50,EUR,Dirty,2026-11-21T14:02:10+02:00,3,{AGE}\r\n'
    )


def test_empty_cells_and_a_copy_never_checked():
    row = (None, "", Dated(None, ""), None, None, None, 0)
    text = csv_text(one(row), AsOf("Hotel", ZONE, NOW))
    assert text.splitlines()[1] == ",,,,,,,0,2026-11-21T14:02:10+02:00,"


FORMULAS = {
    "=1+1": "'=1+1",
    "+359 88": "'+359 88",
    "-2": "'-2",
    "@SUM(A1)": "'@SUM(A1)",
    "\t=1+1": "' =1+1",
    "  =1+1": "'  =1+1",
    "\r=1": "' =1",
    "＝1+1": "'＝1+1",
    "\u200f=1+1": "'=1+1",
    "\x00=1": "'=1",
    "O'Neil": "O'Neil",
    "a=b": "a=b",
    "two\nlines": "two lines",
    "abc\u202edef": "abcdef",
    "": "",
}


@pytest.mark.parametrize(("text", "expected"), FORMULAS.items())
def test_formulas_are_only_text(text, expected):
    assert neutral(text) == expected


@given(st.text())
def test_whatever_a_guest_is_called_it_begins_no_formula_and_stays_one_cell(name):
    safe = neutral(name)
    assert safe.lstrip()[:1] not in BEGIN_FORMULAS
    assert not any(ord(char) < 32 for char in safe)
    read = list(csv.reader(io.StringIO(csv_text(one(("1", name, None, None, None, None, 1)), AS_OF), newline="")))
    assert len(read) == 2
    assert len(read[1]) == len(read[0])
    assert read[1][1] == safe


def test_amounts_keep_their_sign_and_are_no_text():
    text = csv_text(one(("1", "a", None, Money(-87, "KWD"), None, None, 1)), AS_OF)
    assert ",-0.087,KWD," in text


def test_a_form_is_a_file_of_heads():
    assert csv_text(POSTING, AS_OF) == (
        "time,room,guest,what,quantity,amount,how,receipt,by,posted,as_of,hotel_copy_checked\r\n"
    )
    heads = next(csv.reader(io.StringIO(csv_text(REGISTRATION, AS_OF))))
    assert heads[:3] == ["Room", "Booking", "Arrival"]
    assert "" not in heads


async def test_a_file_for_every_list_that_any_spreadsheet_reads():
    async with desk(rooms=24, bookings=200) as it:
        pack = make_pack(it.office, AS_OF)
        files = dict(csv_files(pack.tables, AS_OF))
        assert set(files) == {f"{block.key}.csv" for block in pack.tables if not isinstance(block, Facts)}
        for data in files.values():
            rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
            assert data.startswith(b"\xef\xbb\xbf")
            assert {len(row) for row in rows} == {len(rows[0])}
            assert all(row[-2:] == AGE.split(",") for row in rows[1:])
        in_house = list(csv.DictReader(io.StringIO(files["in-house-by-room.csv"].decode("utf-8-sig"), newline="")))
        staying = [b for b in it.office.house.bookings.values() if b.status == "checked_in"]
        assert sorted(row["booking"] for row in in_house) == sorted(b.number or "" for b in staying)
