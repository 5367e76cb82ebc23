"""Every door, with made-up input: a value or a sentence comes out, never another error."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clockdesk.domain.value_types import VALUE_TYPES
from tests.safety import corpus
from tests.safety.targets import TARGETS, run

CASES = [(name, data) for name in TARGETS for data in corpus.of(name)]

MEMBERS = sorted(
    {name for cls in VALUE_TYPES.values() for name in cls.__struct_fields__}
    | {"family_id", "guest", "items", "folio_id", "end_of_date", "error", "data", "success", "startTime", "endTime"}
    | {"current", "completed", "accId", "Message", "Subject", "booking_id", "cents", "currency", "message", "type"}
)
INSTANTS = st.datetimes().map(lambda at: at.isoformat() + "Z") | st.sampled_from(
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30", "24:00:00", "2026-11-21T10:00:00.000Z"]
)
PLAIN = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20) | INSTANTS
    | st.sampled_from([2**63, -(2**63) - 1, 10**30, 1e300, "NaN", "-0", "1e5000", "\ud800", "booking_new"])
)  # fmt: skip
TREES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(MEMBERS) | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=20,
)
OBJECTS = st.dictionaries(st.sampled_from(MEMBERS), TREES, max_size=8).map(lambda members: {"id": 1} | members)
BODIES = (
    st.binary(max_size=200)
    | (TREES | OBJECTS | st.lists(OBJECTS, max_size=3)).map(lambda tree: json.dumps(tree).encode())
    | st.builds(lambda tree: json.dumps(tree, ensure_ascii=False).encode("utf-8", "surrogatepass"), OBJECTS)
)
_WORDS = """
status = != < <= like in is not null and or ( ) [ ] , ~ "a" \\ today today+3 2026-11-21 1.5 true text id expected
arrival guest_last_name matches_any clockdesk: // booking / room folio 7 https:// http:// [::1] h : current accounts
[[accounts]] [time_clock] name url user rate 5 theme channels { } + - @ ? # 1 2 %00
"""
WORDS = st.sampled_from([*_WORDS.split(), "\n", " ", "\u202e", "\u200b"])
LINES = st.lists(WORDS | st.text(max_size=4), max_size=14).map(" ".join) | st.lists(WORDS, max_size=10).map("".join)
INPUTS = BODIES | LINES.map(lambda text: text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(("name", "data"), CASES, ids=[f"{name}-{at}" for at, (name, _) in enumerate(CASES)])
def test_what_was_found_once(name, data):
    run(name, data)


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=INPUTS)
def test_whatever_comes(name, data):
    run(name, data)
