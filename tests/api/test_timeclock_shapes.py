"""Every shape of the time clock's answers, and the address and key as people type them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockdesk.api import timeclock_decode as decode
from clockdesk.api.timeclock_address import DEFAULT, clock_base, clock_key
from clockdesk.api.timeclock_gate import UNTOLD, wait_told
from clockdesk.domain.errors import UserError
from clockdesk.domain.shift import Community, ShiftType, Standing

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
NOW = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)
START = dt.datetime(2026, 4, 15, tzinfo=dt.UTC)
ROW: dict[str, Any] = {
    "id": "55555555-5555-5555-5555-555555555555",
    "startTime": "2026-04-15T00:00:00.000Z",
    "endTime": None,
    "completed": False,
    "notes": [],
    "type": "patrol",
}


def found(reader: Callable[[Any], T | None], data: Any) -> T:
    value = reader(data)
    assert value is not None
    return value


def told(envelope):
    return decode.state_told(envelope, read=NOW, offset=dt.timedelta(seconds=3))


def state(data):
    return told({"success": True, "data": data})


@pytest.mark.parametrize(
    "data",
    [
        ROW,
        ROW | {"id": 17},
        ROW | {"startTime": "2026-04-14 16:00:00.000 -0800"},
        ROW | {"startTime": "2026-04-15T02:00:00+02:00"},
        {"startTime": ROW["startTime"]},
        ROW | {"objKey": "odd", "endTime": ""},
        {"accId": "a", "current": ROW},
    ],
)
def test_in(data):
    read = state(data)
    assert (read.standing, read.since, read.read) == (Standing.IN, START, NOW)
    assert read.offset == dt.timedelta(seconds=3)


@pytest.mark.parametrize(
    "data",
    ["Not Clocked In", "not clocked in", " Not Clocked In.", None, "", {}, [], {"accId": "a", "current": None}],
)
def test_out(data):
    assert state(data).standing is Standing.OUT


@pytest.mark.parametrize(
    "data",
    [
        "Clocked In",
        "NO ACCOUNT FOUND",
        True,
        False,
        0,
        1,
        1.5,
        [ROW],
        {"id": 1},
        {"completed": False},
        ROW | {"startTime": None},
        ROW | {"startTime": "this morning"},
        ROW | {"startTime": 1765000000},
        ROW | {"startTime": "2026-04-15T00:00:00"},
        ROW | {"startTime": "2026-13-45T00:00:00Z"},
        ROW | {"startTime": "0001-01-01T00:00:00+14:00"},
        ROW | {"completed": True},
        ROW | {"completed": "no"},
        ROW | {"completed": None},
        ROW | {"endTime": "2026-04-15T08:00:00.000Z"},
        ROW | {"endTime": "soon"},
        {"accId": "a", "current": {"accId": "a", "current": None}},
        {"accId": "a", "current": "who knows"},
    ],
)
def test_unknown_and_never_out(data):
    read = state(data)
    assert read.standing is Standing.UNKNOWN
    assert read.reason


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["Not Clocked In", "in", "out"])
)
MEMBERS = st.sampled_from([*ROW, "current", "accId", "data"])
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(MEMBERS | st.text(max_size=3), inner, max_size=4),
)
NOBODY: tuple[Any, ...] = (None, "", [], {})


@given(ANY_JSON)
def test_out_is_only_what_was_documented_as_out(data):
    if state(data).standing is Standing.OUT:
        inner = data["current"] if isinstance(data, dict) and "current" in data else data
        assert inner in NOBODY or inner.strip().rstrip(".!").lower() == "not clocked in"


@given(ANY_JSON)
def test_no_json_breaks_a_reader(data):
    for reader in (decode.row_of, decode.rows_of, decode.types_of, decode.community_of, decode.candidates_of):
        reader(data)


@given(st.dictionaries(MEMBERS | st.sampled_from(["success", "meta"]), ANY_JSON, max_size=4))
def test_an_envelope_is_out_only_by_its_data(envelope):
    read = told(envelope)
    if "data" not in envelope:
        assert read.standing is Standing.UNKNOWN
        assert read.reason
        assert (read.read, read.offset) == (NOW, dt.timedelta(seconds=3))
    else:
        assert read == state(envelope["data"])


def test_the_newest_shifts():
    ended = ROW | {
        "id": 3,
        "startTime": "2026-04-16T00:00:00.000Z",
        "endTime": "2026-04-16T08:04:00Z",
        "completed": True,
    }
    rows, skipped = found(decode.rows_of, [ROW, ended, "rubbish", {"id": 4}, ROW | {"startTime": None, "id": 5}])
    assert [row.id for row in rows] == ["3", ROW["id"], "5"]
    assert skipped == 2
    assert rows[0].length == dt.timedelta(hours=8, minutes=4)
    assert (rows[0].open, rows[1].open, rows[2].open) == (False, True, False)
    assert decode.rows_of(None) == ((), 0)
    assert decode.rows_of("Not Clocked In") == ((), 0)
    assert decode.rows_of({"id": 1}) is None


def test_shift_types():
    assert decode.types_of([]) == decode.types_of(None) == ()
    types = decode.types_of([{"id": "patrol", "label": "Patrol"}, {"id": 7}, {"label": "no id"}, 5])
    assert types == (ShiftType("patrol", "Patrol"), ShiftType("7", "7"))
    assert decode.types_of({"id": "x"}) is None


def test_community():
    data = {"id": "CMS-1000", "uuid": "u", "name": "Grand\u202e Hotel", "subVersion": 3, "tier": "Plus", "servers": 1}
    read = decode.community_of(data)
    assert read == Community("CMS-1000", "Grand Hotel", 3, "u")
    assert (read.plan, Community("a", "b", 9).plan, Community("a", "b").plan) == ("Plus", "plan 9", "plan not told")
    assert decode.community_of({"id": "CMS-1"}).level is None
    assert decode.community_of({"id": "CMS-1", "subVersion": True}).level is None
    assert decode.community_of({}) is None
    assert decode.community_of("CMS-1000") is None


def test_candidates():
    base: dict[str, Any] = {
        "accId": "a",
        "uniqueId": 12,
        "accName": "maria.p",
        "comName": "Maria",
        "discordId": 430,
        "activeApiIds": ["x"],
    }
    odd: list[dict[str, Any]] = [
        {"archived": True},
        {"banned": True},
        {"sysStatus": False},
        {"comStatus": "PENDING"},
        {"archived": False, "banned": False, "sysStatus": True, "comStatus": True},
    ]
    people = found(
        decode.candidates_of, {"items": [*(base | more for more in odd), {"accName": "no id"}, None], "total": 7}
    )
    assert [one.refusal.split(":")[0] for one in people] == [
        "archived",
        "banned from the community",
        "inactive",
        "inactive",
        "",
    ]
    assert people[0].words == "Maria (maria.p), number 12"
    assert (people[0].discord, people[0].api_ids) == ("430", ("x",))
    assert decode.candidates_of({"items": None}) == decode.candidates_of({}) == ()
    assert decode.candidates_of({"items": "none"}) is None


@pytest.mark.parametrize(
    ("typed", "base"),
    [
        ("", DEFAULT),
        (" https://api.sonorancms.com/ ", DEFAULT),
        ("api.sonorancms.com", DEFAULT),
        ("https://api.sonorancms.com/v2/community/", DEFAULT),
        ("https://proxy.example.test:8443/clock/v2", "https://proxy.example.test:8443/clock"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("localhost:8080", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_address(typed, base):
    assert clock_base(typed) == base


@pytest.mark.parametrize(
    "typed",
    [
        "http://api.sonorancms.com",
        "http://127.0.0.1.example.test",
        "ftp://api.sonorancms.com",
        "https://user:secret@api.sonorancms.com",
        "https://api.sonorancms.com?x=1",
        "https://api.sonorancms.com#x",
        "https://",
        "https://a:99999",
        "https://a b/",
        "https://[::1",
    ],
)
def test_no_address(typed):
    with pytest.raises(UserError):
        clock_base(typed)


def test_a_key():
    assert clock_key(" 1f-2e \n") == "1f-2e"
    assert clock_key("Bearer 1f-2e") == "1f-2e"
    for typed in ("", "  ", "two words", "schlüssel", "a\x00b", "a\r\nX: y"):
        with pytest.raises(UserError):
            clock_key(typed)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:30 GMT"}, 30),
        ({"retry-after": "Sat, 21 Nov 2026 13:00:30 GMT", "date": "Sat, 21 Nov 2026 13:00:20 GMT"}, 10),
        ({"retry-after": "Sat, 21 Nov 2026 11:00:00 GMT"}, 0),
        ({"ratelimit-reset": "12"}, 12),
        ({"retry-after": "soon", "x-ratelimit-reset": "9"}, 9),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) + 42)}, 42),
        ({}, UNTOLD),
        ({"retry-after": "-5"}, UNTOLD),
    ],
)
def test_how_long_to_wait(headers, seconds):
    assert wait_told(headers, NOW) == seconds
