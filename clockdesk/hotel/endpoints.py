"""The endpoints: which paths there are, which right each needs, what each answers (facts, sections 3, 4, appendix A).

A list answers with ids where the service gives ids and with objects where it gives objects.
Endpoints of the appendix that are not in the table are answered like any unknown path.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from clockdesk.hotel.filters import conditions
from clockdesk.hotel.params import Params, scalar
from clockdesk.hotel.schema import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from clockdesk.hotel.world import World

_ID: Final = r"(\d{1,18})"
_DAY: Final = r"(\d{4}-\d{2}-\d{2})"


class NotFoundError(Exception):
    """No such object: HTML 404."""


class ContractError(Exception):
    """The call breaks the endpoint's contract: 400 with this text."""


@dataclass(frozen=True, slots=True)
class Call:
    """One signed-in call as an endpoint sees it."""

    world: World
    ids: tuple[str, ...] = ()
    params: Params = field(default_factory=dict)
    members: dict[str, Any] = field(default_factory=dict)
    channels: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The first id in the path."""
        return int(self.ids[0])


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint. `wrapper` is the member a PUT's body may be wrapped in."""

    method: str
    api: str
    path: str
    right: str
    answer: Callable[[Call], object]
    table: str
    wrapper: str = ""

    @property
    def pattern(self) -> re.Pattern[str]:
        """What the path after `/{api}/{subscription}/{account}` must match as a whole."""
        return re.compile(self.path.replace("{id}", _ID).replace("{date}", _DAY))

    @property
    def name(self) -> str:
        """The endpoint as the counters show it, e.g. `PUT pms_api/bookings/{id}`."""
        path = f"{self.api}{self.path}"
        return path if self.method == "GET" else f"{self.method} {path}"


# --- answers made of one table ---------------------------------------------------------------------------------------


def select(
    world: World, table: str, params: Params, *, where: str = "1", values: Iterable[object] = (), key: str = "id"
) -> list[int]:
    """Ids of the rows that match the filters. The order is not documented; least recently changed first, here."""
    sql, more = conditions(table, COLUMNS[table], params)
    order = "updated_at, id" if "updated_at" in COLUMNS[table] else "id"
    rows = world.db.execute(
        f'SELECT {key} FROM "{table}" WHERE ({where}) AND {sql} ORDER BY {order}',  # noqa: S608  columns are checked, values bound
        [*values, *more],
    )
    return [row[0] for row in rows]


def _exists(world: World, table: str, key: int, *, column: str = "id", where: str = "1") -> int:
    """The row's id. NotFoundError when there is none."""
    row = world.db.execute(
        f'SELECT id FROM "{table}" WHERE {column} = ? AND {where}',  # noqa: S608  names are ours
        (key,),
    ).fetchone()
    if row is None:
        raise NotFoundError
    return int(row[0])


def _ids(table: str) -> Callable[[Call], object]:
    return lambda call: select(call.world, table, call.params)


def _objects(table: str) -> Callable[[Call], object]:
    return lambda call: call.world.render_many(table, select(call.world, table, call.params))


def _one(table: str) -> Callable[[Call], object]:
    return lambda call: call.world.render(table, _exists(call.world, table, call.id))


def _children(table: str, parent: str, column: str) -> Callable[[Call], object]:
    """All children of one parent, as objects."""

    def answer(call: Call) -> object:
        owner = _exists(call.world, parent, call.id)
        found = select(call.world, table, call.params, where=f"{column} = ?", values=[owner])
        return call.world.render_many(table, found)

    return answer


def _child(table: str, column: str) -> Callable[[Call], object]:
    """One child, found below its own parent only."""

    def answer(call: Call) -> object:
        parent, child = int(call.ids[0]), int(call.ids[1])
        return call.world.render(table, _exists(call.world, table, child, where=f"{column} = {parent}"))

    return answer


# --- answers of their own kind ---------------------------------------------------------------------------------------


def _root(call: Call) -> object:
    return dict(call.world.account) | call.channels


def _bookings(call: Call) -> object:
    params = dict(call.params)
    term = params.pop("main_guest_free_text_search", None)
    found = select(call.world, "bookings", params)
    if not isinstance(term, str):
        return found
    meant = set(call.world.guests_text_match(term))
    return [key for key in found if key in meant]


def _guests(call: Call) -> object:
    """The id of a guest is its `family_id` everywhere."""
    return select(call.world, "guests", call.params, key="family_id")


def _guest(call: Call) -> object:
    return call.world.render("guests", _exists(call.world, "guests", call.id, column="family_id"))


def _guest_search(call: Call) -> object:
    term = scalar(call.params, "free_text_search") or ""
    return call.world.search_guests(term)


def _find_in_hotel(call: Call) -> object:
    return list(call.world.find_in_hotel())


def _booking_folios(call: Call) -> object:
    booking = _exists(call.world, "bookings", call.id)
    mine = set(call.world.booking_folio_ids(booking))
    return [key for key in select(call.world, "folios", call.params) if key in mine]


def _default_folio(call: Call) -> object:
    """One open, valid, chargeable folio of the booking."""
    booking = _exists(call.world, "bookings", call.id)
    mine = set(call.world.booking_folio_ids(booking))
    still_open: Params = {"close_date": None, "voided_at": None, "deposit": "false"}
    for key in sorted(select(call.world, "folios", still_open)):
        if key in mine:
            return call.world.render("folios", key)
    raise NotFoundError


def _room_bookings(call: Call) -> object:
    room = _exists(call.world, "rooms", call.id)
    return call.world.render_many("bookings", call.world.room_bookings(room, _date(call.ids[1])))


def _room_statuses(call: Call) -> object:
    first, last = _period(call.params, "RoomStatus")
    kind = scalar(call.params, "room_type_id")
    return call.world.room_statuses(first, last, int(kind) if kind else None)


def _occupancy(call: Call) -> object:
    first, last = _period(call.params, "OccupancyForecast")
    return call.world.occupancy_forecasts(first, last)


def _folio_ledger(call: Call) -> object:
    to_date = scalar(call.params, "to_date")
    return call.world.folio_ledger(_date(to_date) if to_date else call.world.clock.today())


def _put_booking(call: Call) -> object:
    return call.world.put_booking(_exists(call.world, "bookings", call.id), call.members)


def _put_room(call: Call) -> object:
    return call.world.put_room(_exists(call.world, "rooms", call.id), call.members)


def _period(params: Mapping[str, Any], contract: str) -> tuple[date, date]:
    missing = [f"{name}.filled?" for name in ("from", "to") if not scalar(params, name)]
    if missing:
        raise ContractError("\n".join([f"RestApi::Interactions::{contract}::Contract", *missing]))
    return _date(scalar(params, "from") or ""), _date(scalar(params, "to") or "")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ContractError("invalid date") from error


# --- the table -------------------------------------------------------------------------------------------------------


def _get(api: str, path: str, right: str, answer: Callable[[Call], object], table: str) -> Route:
    return Route("GET", api, path, f"{api}_{right}", answer, table)


def _plain(api: str, table: str, *, gives: str, show: bool = True) -> list[Route]:
    """The list of a table (`gives` says of what) and, with `show`, the single object."""
    made = [_get(api, f"/{table}", f"{table}_index", _ids(table) if gives == "ids" else _objects(table), table)]
    return [*made, _get(api, f"/{table}/{{id}}", f"{table}_show", _one(table), table)] if show else made


def _below(api: str, parent: str, column: str, table: str) -> list[Route]:
    """The children of one object, as objects, and one child."""
    path = f"/{parent}/{{id}}/{table}"
    return [
        _get(api, path, f"{table}_index", _children(table, parent, column), table),
        _get(api, f"{path}/{{id}}", f"{table}_show", _child(table, column), table),
    ]


ROUTES: Final[list[Route]] = [
    _get("pms_api", "", "accounts_show", _root, "account"),
    _get("base_api", "", "accounts_show", _root, "account"),
    *_plain("pms_api", "rooms", gives="objects"),
    *_plain("pms_api", "room_types", gives="objects"),
    *_plain("pms_api", "rates", gives="objects"),
    *_plain("pms_api", "meals", gives="objects", show=False),
    *_plain("pms_api", "rate_plans", gives="ids"),
    *_plain("pms_api", "door_keys", gives="ids"),
    *_plain("pms_api", "events", gives="ids"),
    *_plain("pms_api", "blocks", gives="ids"),
    _get("pms_api", "/bookings", "bookings_index", _bookings, "bookings"),
    _get("pms_api", "/bookings/{id}", "bookings_show", _one("bookings"), "bookings"),
    _get("pms_api", "/bookings/find_in_hotel", "bookings_find_in_hotel", _find_in_hotel, "bookings"),
    _get("pms_api", "/bookings/{id}/folios", "booking_folios_index", _booking_folios, "folios"),
    _get("pms_api", "/bookings/{id}/folios/default", "booking_folios_default", _default_folio, "folios"),
    _get("pms_api", "/rooms/{id}/{date}/bookings", "room_bookings_index", _room_bookings, "bookings"),
    _get("pms_api", "/room_statuses", "room_statuses_index", _room_statuses, "rooms"),
    _get("pms_api", "/occupancy_forecasts", "occupancy_forecasts_index", _occupancy, "rooms"),
    *_below("pms_api", "bookings", "booking_id", "booking_guests"),
    _get("pms_api", "/guests", "guests_index", _guests, "guests"),
    _get("pms_api", "/guests/{id}", "guests_show", _guest, "guests"),
    _get("pms_api", "/guests/search", "guests_search", _guest_search, "guests"),
    *_plain("base_api", "folios", gives="ids"),
    *_below("base_api", "folios", "folio_id", "charges"),
    *_below("base_api", "folios", "folio_id", "credit_items"),
    *_below("base_api", "folios", "folio_id", "folio_taxes"),
    _get("base_api", "/folio_ledger", "folio_ledger_show", _folio_ledger, "folios"),
    *_plain("base_api", "companies", gives="ids"),
    *_plain("base_api", "users", gives="objects"),
    *_plain("base_api", "charge_templates", gives="objects"),
    *_plain("base_api", "revenue_categories", gives="objects"),
    *_plain("base_api", "document_types", gives="objects", show=False),
    *_plain("base_api", "payment_sub_types", gives="objects", show=False),
    *_plain("base_api", "exchange_rates", gives="objects", show=False),
    *_plain("base_api", "payment_terminals", gives="objects", show=False),
    *_plain("base_api", "closures", gives="objects", show=False),
    Route("PUT", "pms_api", "/bookings/{id}", "pms_api_bookings_update", _put_booking, "bookings", "booking"),
    Route("PUT", "pms_api", "/rooms/{id}", "pms_api_rooms_update", _put_room, "rooms", "room"),
]

_COMPILED: Final = [(route, route.pattern) for route in ROUTES]


def find_route(method: str, api: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
    """The endpoint of a path (what follows the account, without `.json` and trailing slash) and the ids in it."""
    for route, pattern in _COMPILED:
        if route.method == method and route.api == api and (match := pattern.fullmatch(path)):
            return route, match.groups()
    return None
