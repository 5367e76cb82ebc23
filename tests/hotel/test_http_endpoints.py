"""Every endpoint the client reads: ids where the service gives ids, objects where it gives objects."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.hotel.asking import Client
from tests.support.hotel import running_hotel

hotel = running_hotel(rooms=14, bookings=80, today=date(2026, 11, 21), scope="module")


@pytest.fixture(scope="module")
def client(hotel):
    with Client(hotel) as made:
        yield made


IDS = [
    ("pms_api", "/bookings", "bookings"),
    ("pms_api", "/guests", "guests"),
    ("pms_api", "/door_keys", "door_keys"),
    ("pms_api", "/rate_plans", "rate_plans"),
    ("pms_api", "/events", "events"),
    ("pms_api", "/blocks", "blocks"),
    ("base_api", "/folios", "folios"),
    ("base_api", "/companies", "companies"),
]
OBJECTS = [
    ("pms_api", "/rooms", "rooms"),
    ("pms_api", "/room_types", "room_types"),
    ("pms_api", "/rates", "rates"),
    ("pms_api", "/meals", "meals"),
    ("base_api", "/users", "users"),
    ("base_api", "/charge_templates", "charge_templates"),
    ("base_api", "/revenue_categories", "revenue_categories"),
    ("base_api", "/document_types", "document_types"),
    ("base_api", "/payment_sub_types", "payment_sub_types"),
    ("base_api", "/exchange_rates", "exchange_rates"),
    ("base_api", "/payment_terminals", "payment_terminals"),
    ("base_api", "/closures", "closures"),
]


def key_of(one: dict[str, Any]) -> int:
    return int(one.get("id") or one["family_id"])


@pytest.mark.parametrize(("api", "path", "table"), IDS)
def test_lists_of_ids(hotel, client, api, path, table):
    found = client.get(path, api)
    truth = hotel.truth(table)
    assert sorted(found) == sorted(key_of(one) for one in truth)
    if truth:
        one = client.get(f"{path}/{found[0]}", api)
        assert key_of(one) == found[0]
        assert one in truth
    assert client.call(f"{path}/999999999", api).status_code == 404


@pytest.mark.parametrize(("api", "path", "table"), OBJECTS)
def test_lists_of_objects(hotel, client, api, path, table):
    found = client.get(path, api)
    assert found
    assert sorted(found, key=key_of) == hotel.truth(table)


def test_an_api_type_has_its_own_paths(client):
    assert client.call("/folios", "pms_api").status_code == 404
    assert client.call("/bookings", "base_api").status_code == 404
    assert client.call("", "pos_api").status_code == 404


def test_the_root_names_the_channels(hotel, client):
    root = client.get("")
    assert root["type"]
    assert root["time_zone"]
    addresses = root["message_channels"]["pull"]
    assert len(addresses) == 18
    assert addresses["booking_new"] == hotel.channel("booking_new")


def test_single_rooms_and_filters_on_objects(client):
    room = client.get("/rooms")[3]
    assert client.get(f"/rooms/{room['id']}") == room
    assert client.get(f"/rooms?name={room['name']}") == [room]
    assert client.get("/rooms?name=nowhere") == []
    kind = room["room_type_id"]
    assert all(one["room_type_id"] == kind for one in client.get(f"/rooms?room_type_id[]={kind}"))


def test_filters_on_ids(hotel, client):
    truth = hotel.truth("bookings")
    expected = sorted(one["id"] for one in truth if one["status"] == "expected")
    assert sorted(client.get("/bookings?status=expected")) == expected
    ids = [one["id"] for one in truth[:2]]
    assert sorted(client.get(f"/bookings?id[]={ids[0]}&id[]={ids[1]}")) == ids
    number = truth[5]["number"]
    assert client.get(f"/bookings?number={number}") == [truth[5]["id"]]
    stamp = sorted(one["updated_at"] for one in truth)[-3]
    newer = sorted(one["id"] for one in truth if one["updated_at"] >= stamp)
    assert sorted(client.get(f"/bookings?updated_at.gteq={stamp}")) == newer
    still_open = sorted(one["id"] for one in hotel.truth("folios") if not one["close_date"] and not one["voided_at"])
    assert sorted(client.get("/folios?close_date.eq&voided_at.eq", "base_api")) == still_open


@pytest.mark.parametrize(
    ("query", "status", "text"),
    [
        ("balance=0", 500, "column bookings.balance does not exist"),
        ("status.like=x", 500, "undefined method"),
        ("arrival.between=1", 500, "undefined method"),
        ("a=%", 400, "invalid %-encoding"),
    ],
)
def test_bad_filters_are_single_errors(client, query, status, text):
    answer = client.call(f"/bookings?{query}")
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert text in answer.json()["error"]


def test_bookings_by_guest_text(hotel, client):
    names = {one["id"]: one["guest_last_name"] for one in hotel.truth("bookings") if one["guest_last_name"]}
    term = next(name for name in names.values() if name.isascii() and name.isalpha())
    found = client.get(f"/bookings?main_guest_free_text_search={term}")
    assert {key for key, name in names.items() if name == term} <= set(found)
    assert client.get("/bookings?main_guest_free_text_search=qqqxyz") == []
    both = client.get(f"/bookings?main_guest_free_text_search={term}&status=checked_in")
    assert set(both) <= set(found)


def test_guest_search_gives_objects_and_wants_three_letters(hotel, client):
    name = next(
        one["last_name"]
        for one in hotel.truth("guests")
        if (one["last_name"] or "").isalpha() and len(one["last_name"]) > 3
    )
    found = client.call("/guests/search", params={"free_text_search": name}).json()
    assert any(one["last_name"] == name and "family_id" in one for one in found)
    for query in ("?free_text_search=ab", "?free_text_search", ""):
        answer = client.call(f"/guests/search{query}")
        assert answer.status_code == 500
        assert answer.json() == {"error": "Free text search is too short (minimum is 3 characters)"}


def test_find_in_hotel_is_ids_of_those_in_house(hotel, client):
    truth = {one["id"]: one for one in hotel.truth("bookings")}
    found = client.get("/bookings/find_in_hotel")
    assert found
    assert all(truth[key]["status"] == "checked_in" for key in found)


def test_children_of_a_booking(hotel, client):
    booking = next(one for one in hotel.truth("bookings") if one["booking_guests"])
    guests = client.get(f"/bookings/{booking['id']}/booking_guests")
    assert [one["guest_id"] for one in guests] == [one["guest_id"] for one in booking["booking_guests"]]
    assert guests[0]["guest"]["family_id"] == guests[0]["guest_id"]
    assert client.get(f"/bookings/{booking['id']}/booking_guests/{guests[0]['id']}") == guests[0]
    folios = client.get(f"/bookings/{booking['id']}/folios")
    mine = [
        one["id"] for one in hotel.truth("folios") if (one["payer_type"], one["payer_id"]) == ("Booking", booking["id"])
    ]
    assert sorted(folios) == mine
    assert client.call("/bookings/999999999/folios").status_code == 404
    assert client.call("/bookings/999999999/booking_guests").status_code == 404


def test_the_default_folio_is_open_and_no_deposit(hotel, client):
    folio = next(
        one for one in hotel.truth("folios")
        if one["payer_type"] == "Booking" and not (one["close_date"] or one["voided_at"] or one["deposit"])
    )  # fmt: skip
    default = client.get(f"/bookings/{folio['payer_id']}/folios/default")
    assert (default["payer_id"], default["close_date"], default["deposit"]) == (folio["payer_id"], None, False)


@pytest.mark.parametrize("table", ["charges", "credit_items", "folio_taxes"])
def test_children_of_a_folio(hotel, client, table):
    truth = hotel.truth(table)
    folio = truth[0]["folio_id"]
    found = client.get(f"/folios/{folio}/{table}", "base_api")
    assert sorted(found, key=key_of) == [one for one in truth if one["folio_id"] == folio]
    assert client.get(f"/folios/{folio}/{table}/{found[0]['id']}", "base_api") == found[0]
    assert client.get(f"/folios/{folio}/{table}?id={found[0]['id']}", "base_api") == [found[0]]
    other = next(one["id"] for one in hotel.truth("folios") if one["id"] != folio)
    assert client.call(f"/folios/{other}/{table}/{found[0]['id']}", "base_api").status_code == 404
    assert client.call(f"/folios/999999999/{table}", "base_api").status_code == 404


def test_a_member_that_is_no_column_fails_as_it_does_live(hotel, client):
    folio = hotel.truth("credit_items")[0]["folio_id"]
    answer = client.call(f"/folios/{folio}/credit_items?reference.eq=1", "base_api")
    assert answer.status_code == 500
    assert "column credit_items.reference does not exist" in answer.json()["error"]


def test_money_is_an_object_of_sub_units(client):
    folio = client.get(f"/folios/{client.get('/folios', 'base_api')[0]}", "base_api")
    assert set(folio["balance"]) == {"cents", "currency"}
    assert isinstance(folio["balance"]["cents"], int)


def test_bookings_of_a_room_on_a_date(hotel, client):
    stay = next(one for one in hotel.truth("bookings") if one["status"] == "checked_in" and one["current_room_id"])
    found = client.get(f"/rooms/{stay['current_room_id']}/2026-11-21/bookings")
    assert stay["id"] in [one["id"] for one in found]
    assert client.call(f"/rooms/{stay['current_room_id']}/2026-13-41/bookings").status_code == 400
    assert client.call("/rooms/999999999/2026-11-21/bookings").status_code == 404


def test_room_statuses(hotel, client):
    kinds = client.get("/room_statuses?from=2026-11-21&to=2026-11-22")
    assert sum(len(kind["rooms"]) for kind in kinds) == 14
    assert set(kinds[0]["rooms"][0]) == {"id", "number", "available", "housekeeping_status", "housekeeping_notes"}
    wanted = kinds[0]["room_type_id"]
    assert client.get(f"/room_statuses?from=2026-11-21&to=2026-11-22&room_type_id={wanted}") == [kinds[0]]
    refused = client.call("/room_statuses?to=2026-11-22")
    assert refused.status_code == 400
    assert refused.json()["error"].endswith("Contract\nfrom.filled?")


def test_occupancy_forecasts(client):
    forecast = client.get("/occupancy_forecasts?from=2026-11-21&to=2026-11-23")
    assert [total["date"] for total in forecast["totals"]] == [
        str(date(2026, 11, 21) + timedelta(days=step)) for step in range(3)
    ]
    assert {"total_occupied", "total_free", "total_capacity", "total_booking_adults"} <= set(forecast["totals"][0])
    assert client.call("/occupancy_forecasts").status_code == 400


def test_the_ledger_knows_every_folio_with_money(hotel, client):
    ledger = client.get("/folio_ledger?to_date=2026-11-21", "base_api")
    assert set(ledger) == {"items", "previous_totals", "date_totals", "end_of_date_totals"}
    assert {item["folio_id"] for item in ledger["items"]} <= {one["id"] for one in hotel.truth("folios")}
    assert client.get("/folio_ledger", "base_api") == ledger


def test_calls_are_counted_by_endpoint(hotel, client):
    client.get("/rooms")  # signed in: a challenge counts too
    hotel.reset_stats()
    client.get("/bookings")
    client.get(f"/bookings/{client.get('/bookings')[0]}")
    stats = hotel.stats()
    assert stats["by_endpoint"] == {"pms_api/bookings": 2, "pms_api/bookings/{id}": 1}
    assert stats["by_status"]["200"] == 3
