"""Links from outside: what is read, what is refused, and where they may stand on a command line."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockdesk.app.links import Link, parse_link
from clockdesk.domain.errors import UserError
from clockdesk.domain.kinds import Kind
from clockdesk.domain.values import Room
from clockdesk.office.house import House


@pytest.mark.parametrize(
    ("text", "kind", "named"),
    [
        ("clockdesk://booking/123", Kind.BOOKING, "123"),
        ("clockdesk://booking/123/", Kind.BOOKING, "123"),
        ("clockdesk:booking/0123", Kind.BOOKING, "123"),
        ("clockdesk://room/5", Kind.ROOM, "5"),
        ("clockdesk://room/A-01.b", Kind.ROOM, "A-01.b"),
        ("clockdesk://folio/999999999999999", Kind.FOLIO, "999999999999999"),
    ],
)
def test_a_link_is_read(text, kind, named):
    assert parse_link(text) == Link(kind, named)
    assert parse_link(parse_link(text).text) == Link(kind, named)


def test_a_room_is_named_by_its_door_and_then_by_its_id():
    house = House(dt.date(2026, 11, 21))
    house.rooms.update({7: Room(id=7, name="101"), 101: Room(id=101, name="9b")})
    assert Link(Kind.ROOM, "101").ident(house) == 7
    assert Link(Kind.ROOM, "9B").ident(house) == 101
    assert Link(Kind.ROOM, "7").ident(house) == 7
    with pytest.raises(UserError, match="does not have"):
        Link(Kind.ROOM, "8").ident(house)
    assert Link(Kind.BOOKING, "8").ident(house) == 8, "the service is asked for what the copy does not hold"


@pytest.mark.parametrize(
    "text",
    [
        "", "clockdesk:", "clockdesk://booking/", "clockdesk://booking/-1", "clockdesk://booking/1?x=2",
        "clockdesk://booking/1/../2", "clockdesk://guest/1", "clockdesk://booking/\u0661", "https://booking/1",
        "clockdesk://booking/1234567890123456", "clockdesk://room/../1", "clockdesk://room/a%20b", "clockdesk://room/-1",
        f"clockdesk://room/{'1' * 21}", "clockdesk://booking/1\n", " clockdesk://booking/1",
    ],
)  # fmt: skip
def test_anything_else_is_refused_and_not_repeated(text):
    with pytest.raises(UserError) as refused:
        parse_link(text)
    assert str(refused.value).startswith("This link is not one of ClockDesk's: clockdesk://booking/123,")


@given(st.text(max_size=60).map(lambda tail: f"clockdesk://{tail}"))
def test_whatever_comes_is_a_link_or_a_sentence(text):
    try:
        link = parse_link(text)
    except UserError:
        return
    assert parse_link(link.text) == link


def test_a_link_that_is_none_is_wrong_usage(clockdesk):
    outcome = clockdesk("clockdesk://reboot/now")
    assert outcome.status == 2
    assert "clockdesk://booking/123" in outcome.words


def test_a_link_goes_with_the_window_alone(clockdesk):
    outcome = clockdesk("doctor", "clockdesk://booking/1")
    assert outcome.status == 2
    assert "a link belongs to the window, not to `doctor`" in outcome.words
