"""Words for states and errors: every known code has its own, an unknown one is shown."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.freshness import Freshness, Trust
from clockdesk.domain.values import BOOKING_STATUSES as STATUSES
from clockdesk.domain.words import (
    HOUSEKEEPING_CODES,
    booking_status,
    checked_words,
    explain,
    folio_state,
    freshness_words,
    housekeeping,
    next_step,
    payment_type,
    what_happened,
)

SOFIA = ZoneInfo("Europe/Sofia")
AT = datetime(2026, 11, 21, 12, 2, 10, tzinfo=UTC)


def test_statuses_of_a_booking():
    assert [booking_status(s) for s in STATUSES] == ["Expected", "In house", "Checked out", "Canceled", "No-show"]
    assert booking_status("on_hold") == "On hold"
    assert booking_status(None) == "Not told"


def test_states_of_a_folio_and_kinds_of_payment():
    assert [folio_state(s) for s in ("open", "closed", "voided", "half_open")] == [
        "Open",
        "Closed",
        "Void",
        "Half open",
    ]
    assert [payment_type(p) for p in ("cash", "vaucher", "on-line", "cross_account_transfer", "shell_money", None)] == [
        "Cash", "Voucher", "Online", "Transfer (other account)", "Shell money", "Not told",
    ]  # fmt: skip


def test_housekeeping_has_a_letter_and_a_word():
    shown = {code: (housekeeping(code).letter, housekeeping(code).word) for code in HOUSEKEEPING_CODES}
    assert shown == {
        "": ("C", "Clean"),
        "inspect": ("I", "Inspect"),
        "progress": ("P", "In progress"),
        "checked_out": ("D", "Dirty"),
    }


def test_a_housekeeping_code_nobody_knows_is_shown_raw():
    fifth = housekeeping("turn_down")
    assert (fifth.letter, fifth.word, fifth.known) == ("?", "turn_down", False)
    assert housekeeping(None).known is False


@pytest.mark.parametrize(
    ("freshness", "words"),
    [
        (Freshness(Trust.STARTING), "Starting"),
        (Freshness(Trust.LIVE), "Live"),
        (Freshness(Trust.CATCHING_UP, left=12), "Catching up (12 left)"),
        (Freshness(Trust.CATCHING_UP), "Catching up"),
        (Freshness(Trust.CATCHING_UP, left=340, seconds_left=68), "Catching up (340 left, about 70 s)"),
        (Freshness(Trust.CATCHING_UP, left=3000, seconds_left=600), "Catching up (3000 left, about 10 min)"),
        (Freshness(Trust.CATCHING_UP, left=20, seconds_left=4), "Catching up (20 left)"),
        (Freshness(Trust.LIVE, missed=37), "Live · 37 changes while away"),
        (Freshness(Trust.LIVE, missed=1), "Live · 1 change while away"),
        (Freshness(Trust.DELAYED), "Delayed: polling"),
        (Freshness(Trust.DELAYED, cause="slow answers"), "Delayed: slow answers"),
        (Freshness(Trust.LIMITED, until=AT), "Limited until 14:02"),
        (Freshness(Trust.LIMITED), "Limited"),
        (Freshness(Trust.OFFLINE, since=AT), "Offline since 14:02"),
        (Freshness(Trust.OFFLINE), "Offline"),
        (Freshness(Trust.SIGNED_OUT), "Signed out"),
        (Freshness(Trust.NO_RIGHT), "No right"),
        (Freshness(Trust.NO_RIGHT, cause="pms_api_rooms_index"), "No right to read pms_api_rooms_index"),
        (Freshness(Trust.BLOCKED, until=AT), "Blocked until 14:02"),
    ],
)
def test_freshness_in_words(freshness, words):
    assert freshness_words(freshness, SOFIA) == words


def test_every_trust_has_words_of_its_own():
    assert len({freshness_words(Freshness(trust), SOFIA) for trust in Trust}) == len(Trust)


def test_a_time_of_another_day_says_so():
    tomorrow = date(2026, 11, 22)
    assert freshness_words(Freshness(Trust.OFFLINE, since=AT), SOFIA, tomorrow) == "Offline since 21 Nov 14:02"
    assert freshness_words(Freshness(Trust.BLOCKED, until=AT), SOFIA, tomorrow) == "Blocked until 21 Nov 14:02"
    assert checked_words(Freshness(Trust.LIVE, checked=AT), SOFIA, tomorrow) == "checked 21 Nov 14:02:10"


def test_when_the_copy_was_checked():
    assert checked_words(Freshness(Trust.LIVE, checked=AT), SOFIA) == "checked 14:02:10"
    assert checked_words(Freshness(Trust.LIVE), SOFIA) == "not checked yet"


@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_error_says_what_happened_and_what_to_do(code):
    for sentence in (what_happened(code), next_step(code)):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert code.value not in sentence or "_" not in code.value  # no code in place of words


def test_an_errors_own_sentence_comes_first():
    assert explain(KnownError(ErrorCode.OFFLINE, "No route to the service")).startswith(
        "No route to the service. Check the network"
    )
    assert explain(KnownError(ErrorCode.ALREADY_RUNNING, "")) == (
        "ClockDesk is already running here. Use the window that is open."
    )
