"""The table of detectors: complete, made of members the service really gives, and no promise rests on an event."""

import dataclasses

import msgspec
import pytest

from clockdesk.domain.kinds import EventName, Kind
from clockdesk.domain.value_types import VALUE_TYPES
from clockdesk.office.lines import BookingLine, FolioLine, RoomLine
from clockdesk.sync.detectors import DENIED, FIELDS, LINES, MEMBERS, Detector, Watch, longest, settled
from clockdesk.sync.reads import LINES as READ_AS_LINES
from clockdesk.sync.worker import Pace

SHOWN = {line.__name__: line for line in (BookingLine, RoomLine, FolioLine)}
PACE = Pace()


def test_every_field_of_every_line_has_an_entry_and_no_other():
    told = {name: set(fields) for name, fields in FIELDS.items()}
    assert told == {name: {field.name for field in dataclasses.fields(line)} for name, line in SHOWN.items()}


def test_every_member_is_one_the_objects_have_and_is_watched():
    sources = {member for fields in FIELDS.values() for members in fields.values() for member in members}
    assert sources <= MEMBERS.keys()
    assert MEMBERS.keys() - sources == {(Kind.ROOM_TYPE, "id")}, "watched for nobody"
    for kind, member in MEMBERS:
        assert member in {field.name for field in msgspec.structs.fields(VALUE_TYPES[kind])}, (kind, member)


def test_only_what_is_about_the_copy_itself_has_no_source():
    assert {field for fields in FIELDS.values() for field, members in fields.items() if not members} == {"read_at"}


def test_no_promise_rests_on_an_event():
    for watch in {*MEMBERS.values(), DENIED}:
        assert set(watch.detectors) - {Detector.EVENT}
        assert watch.longest is not None
        assert 0 < watch.longest(PACE) <= 3600


def test_kinds_with_an_event_are_those_the_service_tells_of():
    told = {kind for (kind, _), watch in MEMBERS.items() if Detector.EVENT in watch.detectors}
    assert told == {Kind.BOOKING, Kind.FOLIO, Kind.ROOM}
    assert told <= {name.kind for name in EventName}


@pytest.mark.parametrize(
    ("line", "field", "seconds"),
    [
        ("BookingLine", "status", 60),
        ("BookingLine", "guest", 60),
        ("BookingLine", "balance", 75),
        ("BookingLine", "housekeeping", 60),
        ("BookingLine", "room_type", 3600),
        ("RoomLine", "housekeeping", 60),
        ("RoomLine", "occupied", 60),
        ("RoomLine", "out_of_service", 300),
        ("FolioLine", "balance", 75),
        ("FolioLine", "state", 60),
        ("FolioLine", "read_at", 0),
    ],
)
def test_how_long_a_change_may_go_unnoticed(line, field, seconds):
    assert longest(line, field, PACE) == seconds


def test_what_must_be_equal_follows_from_the_pace():
    members = settled(PACE, 60)
    assert (Kind.BOOKING, "status") in members
    assert (Kind.BOOKING, "balance") not in members
    assert (Kind.BOOKING, "balance") in settled(PACE, 75)
    assert (Kind.BOOKING, "balance") in settled(dataclasses.replace(PACE, ledger=60), 60)
    assert settled(PACE, 3600) == set(MEMBERS)


def test_without_channels_nothing_is_slower():
    assert longest("BookingLine", "status", dataclasses.replace(PACE, sweep_without_channels=90)) == 90


def test_what_only_a_drawer_shows_is_read_when_it_is_opened():
    assert set(LINES) == set(READ_AS_LINES)
    assert set(LINES.values()) == {Watch((Detector.OPENED,), None)}
