import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockdesk.api.channels import channel_addresses
from clockdesk.api.messages import read_messages
from clockdesk.domain.kinds import EventName, Hint

NEW, VOID, ROOM = EventName.BOOKING_NEW, EventName.FOLIO_VOID, EventName.HOUSEKEEPING_CHANGED
SENT = EventName.CONFIRMATION_SEND
UUID = "86f34135-bdb1-4cac-9d8d-da189a9e8a6d"


def sns(event: str, message: object) -> bytes:
    wrapper = {"Type": "Notification", "TopicArn": "arn:aws:sns:eu-west-1:1:PUSH_1_X", "Subject": event}
    return json.dumps(wrapper | {"Message": message}).encode()


@pytest.mark.parametrize(
    ("event", "body", "hints", "rubbish"),
    [
        (NEW, b'{"booking_id":999999}', [Hint(NEW, 999999)], 0),
        (NEW, b'\xef\xbb\xbf {"booking_id": 7}\r\n', [Hint(NEW, 7)], 0),
        (NEW, b'{"booking_id":"7"}', [Hint(NEW, 7)], 0),
        (VOID, b'{"folio_id":5,"closed":true}', [Hint(VOID, 5, closed=True)], 0),
        (VOID, b'{"folio_id":5,"closed":"yes"}', [Hint(VOID, 5)], 0),
        (ROOM, b'{"room_id":1111}', [Hint(ROOM, 1111)], 0),
        (EventName.POS_ORDER_NEW, b'{"order_id":6}', [Hint(EventName.POS_ORDER_NEW, 6)], 0),
        (EventName.DOOR_KEY_NEW, b'{"door_key_id":6}', [Hint(EventName.DOOR_KEY_NEW, 6)], 0),
        (SENT, b'{"booking_id":6,"emails":["a@b.test"]}', [Hint(SENT, 6)], 0),
        (NEW, b'{"booking_id":1}{"booking_id":2}{"booking_id":3}', [Hint(NEW, 1), Hint(NEW, 2), Hint(NEW, 3)], 0),
        (NEW, b'{"booking_id":1}\n{"booking_id":2},{"booking_id":2}', [Hint(NEW, 1), Hint(NEW, 2), Hint(NEW, 2)], 0),
        (NEW, b'[{"booking_id":1},{"booking_id":2}]', [Hint(NEW, 1), Hint(NEW, 2)], 0),
        (NEW, sns("booking_new", '{"booking_id":693926}'), [Hint(NEW, 693926)], 0),
        (NEW, sns("booking_new", {"booking_id": 4}), [Hint(NEW, 4)], 0),
        (NEW, sns("booking_new", '{"booking_id":1}') * 2, [Hint(NEW, 1)] * 2, 0),
        (EventName.FISCAL_REQUEST, sns("folio_fiscalize", '{"folio_id":4}'), [Hint(EventName.FISCAL_REQUEST, 4)], 0),
        (NEW, sns("folio_close", '{"folio_id":4}'), [Hint(EventName.FOLIO_CLOSE, 4)], 0),
        (NEW, b'"{\\"booking_id\\":4}"', [Hint(NEW, 4)], 0),
        (NEW, b"", [], 0),
        (NEW, b"<html>gone</html>", [], 1),
        (NEW, b'rubbish{"booking_id":4}more{"booking_id":5', [Hint(NEW, 4)], 3),
        (NEW, b'{"folio_id":4}', [], 1),
        (NEW, b'{"booking_id":0}{"booking_id":-1}{"booking_id":true}{"booking_id":null}{"booking_id":1.5}', [], 5),
        (NEW, b'{"booking_id":9223372036854775807}', [Hint(NEW, 2**63 - 1)], 0),
        (NEW, b'{"booking_id":9223372036854775808}{"booking_id":' + b"9" * 5000 + b"}", [], 2),
        (NEW, sns("booking_new", "not json"), [], 1),
        (NEW, sns("booking_new", None), [], 1),
        (NEW, b"null 17 true", [], 3),
        (NEW, b"\xff\xfe", [], 1),
        (NEW, b"[" * 100_000, [], 1),
    ],
)  # fmt: skip
def test_each_shape(event, body, hints, rubbish):
    found = read_messages(body, event)
    assert found.hints == hints
    assert found.rubbish == rubbish


@given(st.binary(max_size=200) | st.text(alphabet='{}[]":,booking_id0123 \\', max_size=80).map(str.encode))
def test_nothing_raises(body):
    read_messages(body, NEW)


@given(st.lists(st.integers(1, 2**63 - 1)), st.sampled_from(["", "\n", " ", ",", "\r\n"]))
def test_no_message_is_lost_between_separators(ids, separator):
    body = separator.join(json.dumps({"booking_id": number}) for number in ids).encode()
    assert [hint.id for hint in read_messages(body, NEW).hints] == ids


def test_much_rubbish_takes_no_time():
    assert read_messages(b'{"a":' * 200_000, NEW).rubbish <= 50


def url(event: str, host: str = "http://mbrocker.clock-software.com") -> str:
    return f"{host}/sub/{UUID}-936-{event}"


def read(tree: object) -> dict[EventName, str]:
    return channel_addresses(json.dumps(tree).encode())


ALL = {name: url(name) for name in EventName}


@pytest.mark.parametrize(
    "tree",
    [
        {"id": 1, "channels": [url(name) for name in EventName]},
        {"id": 1, "events": {name: url(name) for name in EventName}},
        {"account": {"pull": [{"event": name, "url": url(name)} for name in EventName]}},
        {"pull": {url(name): name for name in EventName}},
        [{"deep": [[{"er": " ".join(url(name) for name in EventName)}]]}],
    ],
)
def test_the_addresses_wherever_they_stand(tree):
    assert read(tree) == ALL


def test_both_spellings_of_the_fiscal_request():
    assert read([url("folio_request")]) == {EventName.FISCAL_REQUEST: url("folio_request")}
    assert read([url("fiscal_request")]) == {EventName.FISCAL_REQUEST: url("fiscal_request")}
    assert read({"folio_request": "https://b.test/sub/1"}) == {EventName.FISCAL_REQUEST: "https://b.test/sub/1"}


def test_an_address_that_does_not_say_its_event():
    plain = "https://mbrocker.clock-software.com/sub/abc"
    assert read({"booking_new": plain}) == {NEW: plain}
    assert read({"x": [{"name": "folio_void", "address": plain, "id": 3}]}) == {VOID: plain}
    assert read({"booking_new": url("booking_update")}) == {EventName.BOOKING_UPDATE: url("booking_update")}


def test_other_forms_of_an_address():
    assert read([f"mbrocker.clock-software.com/sub/{UUID}-936-booking_new"]) == {NEW: url("booking_new")}
    assert read([url("booking_new")[5:]]) == {NEW: url("booking_new")}
    assert read([url("booking_new") + "/"]) == {NEW: url("booking_new") + "/"}
    secure = url("booking_new", "https://mbrocker.clock-software.com")
    assert read([url("booking_new"), secure]) == read([secure, url("booking_new")]) == {NEW: secure}


@pytest.mark.parametrize(
    "tree",
    [
        {"id": 1, "name": "Hotel", "logo": "https://cdn.example/logo.png", "note": "booking_new"},
        {"website": "https://hotel.example", "email": "a@hotel.example"},
        {"x": "https://hotel.example/notbooking_new"},
        [], None, 5,
    ],
)  # fmt: skip
def test_a_root_without_channels(tree):
    assert read(tree) == {}


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[" * 100_000])
def test_a_root_that_is_no_json(body):
    assert channel_addresses(body) == {}
