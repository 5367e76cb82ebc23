"""No key, no sign-in and no guest gets into what is logged, said or left on the disk in the clear."""

from __future__ import annotations

import logging
import re
import signal

import pytest

from clockdesk.app.cli.summary import sync_once
from tests.support.command import Heard, access_to, until
from tests.support.engine import engine_on
from tests.support.hotel import running_hotel

hotel = running_hotel(rooms=8, bookings=60)

PERSONAL = ("first_name", "last_name", "e_mail", "phone_number", "address", "birth_date", "document_number")
SIGN_IN = ("authorization", "digest username", "nonce", "cnonce", 'response="', "opaque")
ODD = ("html_502", "wrong_json", "half_body", "cut_answer")


def secrets_of(hotel):
    """Every word about a guest that is long enough to be looked for, and the key."""
    rows = [*hotel.truth("bookings"), *hotel.truth("guests")]
    told = {
        str(row[name])
        for row in rows
        for member in PERSONAL
        for name in (member, f"guest_{member}")
        if row.get(name) and len(str(row[name])) > 3
    }
    assert len(told) > 50
    return told | {hotel.key}


def assert_nothing_of(secrets, text):
    found = {word for word in secrets if word in text}
    assert not found
    lower = text.lower()
    assert not [word for word in SIGN_IN if word in lower]


def test_the_words_looked_for_would_be_found(hotel):
    secrets = secrets_of(hotel)
    for word in list(secrets)[:5]:
        with pytest.raises(AssertionError):
            assert_nothing_of(secrets, f"INFO clockdesk.x skipped: {word}")
    with pytest.raises(AssertionError):
        assert_nothing_of(secrets, "Authorization: Digest username=x")


def test_of_a_whole_synchronisation_nothing_leaks(clockdesk, hotel, tmp_path):
    options = access_to(hotel, tmp_path)
    secrets = secrets_of(hotel)
    once = clockdesk("sync", "--once", "--verbose", *options)
    assert once.status == 0
    assert "GET /" in once.err
    doctor = clockdesk("doctor", "--verbose", *options)
    name = next(row["guest_last_name"] for row in hotel.truth("bookings") if len(row["guest_last_name"] or "") > 4)
    asked = clockdesk("query", "guests", f'last_name = "{name}"'.replace("\\", ""), "--server", "--verbose", *options)
    watching = Heard(clockdesk.start("sync", "--watch", "--verbose", *options))
    with watching.process:
        until(lambda: sum(hotel.stats()["open_polls"].values()) == 18, watching.process)
        hotel.reset_stats()
        for what in ("guest_update", "change_booking", "housekeeping", "new_booking"):
            hotel.happen(what)
        until(lambda: hotel.stats()["calls"] > 3, watching.process)
        assert watching.end(signal.SIGINT) == 0
    out, err = "".join(watching.out), "".join(watching.err)
    for text in (once.out, once.err, doctor.out, doctor.err, asked.out, asked.err, out, err):
        assert_nothing_of(secrets, text)


def test_when_everything_goes_wrong_nothing_leaks(clockdesk, hotel, tmp_path):
    options = access_to(hotel, tmp_path)
    secrets = secrets_of(hotel)
    assert clockdesk("sync", "--once", *options).status == 0
    for fault in ODD:
        hotel.fault(**{fault: {"path": "/bookings/", "calls": 3}})
        hotel.happen("guest_update")
        for command in (["sync", "--once"], ["doctor"]):
            outcome = clockdesk(*command, "--verbose", *options)
            assert_nothing_of(secrets, outcome.out + outcome.words)
        hotel.clear_faults()
    for user in hotel.server.users.values():
        user.key = "another"
    outcome = clockdesk("sync", "--once", "--verbose", *options)
    assert outcome.lines[-1]["state"] == "signed_out"
    assert_nothing_of(secrets, outcome.out + outcome.words)


def test_nothing_readable_is_left_on_the_disk(clockdesk, hotel, tmp_path):
    options = access_to(hotel, tmp_path)
    assert clockdesk("sync", "--once", "--verbose", *options).status == 0
    secrets = [word.encode() for word in secrets_of(hotel)]
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "key.txt"]
    assert {"mirror.db", "desk.db"} <= {path.name for path in files}
    for path in files:
        content = path.read_bytes()
        assert not [word for word in secrets if word in content], path.name


@pytest.mark.logs("skipped")
async def test_not_even_the_most_talkative_log_knows_a_guest(hotel, caplog):
    caplog.set_level(logging.DEBUG)
    async with engine_on(hotel) as engine:
        await sync_once(engine)
    assert len(caplog.records) > 20
    said = "\n".join(f"{record.getMessage()} {record.args} {record.exc_text}" for record in caplog.records)
    assert_nothing_of(secrets_of(hotel), said)
    assert not re.search(r"\?\S", said), "no query string either: a guest search is one"
