"""The page for IT names what the program really asks for, sets and writes: no right too many, no option too few."""

from __future__ import annotations

import re
import tomllib

from clockdesk.app.options import NAMES, options_of
from clockdesk.app.settings import Settings
from clockdesk.hotel.endpoints import ROUTES
from tests.arch import tree

PAGE = (tree.ROOT / "installers" / "IT.md").read_text("utf-8")
RIGHT_OF = {
    "account": "pms_api_accounts_show",
    "rooms": "pms_api_rooms_index",
    "room": "pms_api_rooms_show",
    "put_room": "pms_api_rooms_update",
    "room_types": "pms_api_room_types_index",
    "room_bookings": "pms_api_room_bookings_index",
    "booking_ids": "pms_api_bookings_index",
    "booking": "pms_api_bookings_show",
    "put_booking": "pms_api_bookings_update",
    "booking_guests": "pms_api_booking_guests_index",
    "booking_folio_ids": "pms_api_booking_folios_index",
    "guest": "pms_api_guests_show",
    "folio_ids": "base_api_folios_index",
    "folio": "base_api_folios_show",
    "charges": "base_api_charges_index",
    "credit_items": "base_api_credit_items_index",
    "folio_taxes": "base_api_folio_taxes_index",
    "folio_ledger": "base_api_folio_ledger_show",
}


def test_every_call_the_program_makes_has_its_right_on_the_page():
    text = "\n".join(tree.text_of(path) for path in tree.within("sync", "office", "app"))
    called = set(re.findall(r"\bservice\.([a-z_]+)\(", text)) | set(re.findall(r"\b_service\.([a-z_]+)\(", text))
    assert called == set(RIGHT_OF), "a call came or went: say so on the page"
    assert set(re.findall(r"`((?:pms|base)_api_[a-z_]+)`", PAGE)) == set(RIGHT_OF.values())
    assert set(RIGHT_OF.values()) <= {route.right for route in ROUTES}


def test_the_settings_on_the_page_are_the_ones_there_are(tmp_path):
    [sample] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert set(tomllib.loads(sample)) == {*NAMES, "locked"}
    file = tmp_path / "settings.toml"
    file.write_text("\n".join(line for line in sample.splitlines() if not line.startswith("ca_file")), "utf-8")
    told = options_of(Settings(), file)
    assert told.problem == ""
    assert told.idle_lock == 5
    assert told.locked == {"base_url", "idle_lock"}
