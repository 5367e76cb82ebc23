"""The endpoints, typed: one method per read and write. Each is one call through the gate; none repeats or caches.

Every read raises KnownError as `Line.get` does, and KnownError(BAD_ANSWER) for an answer that is not the service's.
Lists skip what they can't read and say so in `Reading.skipped`. `query` is what `api.query.to_query` writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from clockdesk.api import decode
from clockdesk.api.decode import Reading
from clockdesk.api.errors import unknown_outcome
from clockdesk.api.gate import Lane
from clockdesk.api.reports import (
    ChargeTemplate,
    Company,
    DocumentType,
    LedgerItem,
    OccupancyForecast,
    PaymentSubType,
    Rate,
    RoomTypeStatus,
    User,
)
from clockdesk.domain.errors import KnownError, UserError
from clockdesk.domain.kinds import Kind
from clockdesk.domain.records import Record

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from clockdesk.api.transport import Line

__all__ = ["Reading", "Records", "Service"]

Records = Reading[tuple[Record, ...]]
Ids = Reading[tuple[int, ...]]
SHORTEST_SEARCH = 3
"""Characters below which the guest search answers 500 (facts, section 3)."""


class Service:
    """One account's endpoints over its line."""

    def __init__(self, line: Line) -> None:
        """`line` is shared with whoever else calls this account."""
        self.line = line

    # The hotel

    async def account(self, *, lane: Lane) -> Reading[Record]:
        """The root answer (facts, section 1); its raw JSON holds the channel addresses, wherever they stand."""
        answer = await self.line.get("", lane=lane)
        return Reading(decode.one(Kind.ACCOUNT, answer), answer.stamp)

    async def rooms(self, query: bytes = b"", *, lane: Lane) -> Records:
        """All rooms, whole objects (facts, section 3)."""
        return await self._many(Kind.ROOM, "rooms", query, lane)

    async def room_ids(self, query: bytes = b"", *, lane: Lane) -> Ids:
        """The ids of the rooms a question finds; the list itself gives whole objects."""
        return await self._ids("rooms", query, lane)

    async def room(self, number: int, *, lane: Lane) -> Record:
        """One room."""
        return await self._one(Kind.ROOM, "rooms", number, lane)

    async def room_types(self, query: bytes = b"", *, lane: Lane) -> Records:
        """All room types, whole objects (facts, section 3)."""
        return await self._many(Kind.ROOM_TYPE, "room_types", query, lane)

    async def room_statuses(
        self, first: dt.date, last: dt.date, *, room_type: int | None = None, lane: Lane
    ) -> Reading[tuple[RoomTypeStatus, ...]]:
        """Free or not, and housekeeping, for the nights `first` to `last`, both included (facts, section 4)."""
        query = f"from={first}&to={last}" + ("" if room_type is None else f"&room_type_id={room_type}")
        return decode.structs(RoomTypeStatus, await self.line.get("room_statuses", query.encode(), lane=lane))

    async def room_bookings(self, room: int, date: dt.date | str, *, lane: Lane) -> Records:
        """The bookings in a room on a date, whole objects, room changes taken into account (facts, section 3)."""
        return await self._many(Kind.BOOKING, f"rooms/{room}/{date}/bookings", b"", lane)

    async def occupancy_forecasts(self, first: dt.date, last: dt.date, *, lane: Lane) -> Reading[OccupancyForecast]:
        """Occupancy by day and room type; one of the service's heavy calls (facts, sections 1 and 4)."""
        answer = await self.line.get("occupancy_forecasts", f"from={first}&to={last}".encode(), lane=lane)
        return Reading(decode.struct(OccupancyForecast, answer), answer.stamp)

    async def rates(self, query: bytes = b"", *, lane: Lane) -> Reading[tuple[Rate, ...]]:
        """All rates, whole objects (facts, section 5)."""
        return decode.structs(Rate, await self.line.get("rates", query, lane=lane))

    # Bookings and guests

    async def booking_ids(self, query: bytes = b"", *, lane: Lane) -> Ids:
        """The ids of the bookings a question finds (facts, section 3)."""
        return await self._ids("bookings", query, lane)

    async def booking(self, number: int, *, lane: Lane) -> Record:
        """One booking."""
        return await self._one(Kind.BOOKING, "bookings", number, lane)

    async def in_hotel_ids(self, *, lane: Lane) -> Ids:
        """`find_in_hotel`: checked-in bookings whose stay includes today (facts, section 4)."""
        return await self._ids("bookings/find_in_hotel", b"", lane)

    async def booking_guests(self, booking: int, *, lane: Lane) -> Records:
        """The guests of a booking: their places (parent: the booking), then the guests themselves."""
        answer = await self.line.get(f"bookings/{booking}/booking_guests", lane=lane)
        return decode.booking_guests(answer, booking)

    async def booking_folio_ids(self, booking: int, *, lane: Lane) -> Ids:
        """The ids of a booking's folios; voided, closed and empty ones may be among them (facts, section 3)."""
        return await self._ids(f"bookings/{booking}/folios", b"", lane)

    async def guest_ids(self, query: bytes = b"", *, lane: Lane) -> Ids:
        """The ids of the guests a question finds."""
        return await self._ids("guests", query, lane)

    async def guest(self, number: int, *, lane: Lane) -> Record:
        """One guest by `family_id`."""
        return await self._one(Kind.GUEST, "guests", number, lane)

    async def search_guests(self, text: str, *, lane: Lane) -> Records:
        """Guests by free text, whole objects. Raises UserError for less than three characters (facts, section 3)."""
        if len(text.strip()) < SHORTEST_SEARCH:
            raise UserError(f"Type at least {SHORTEST_SEARCH} characters of the guest's name.")
        query = f"free_text_search={quote(text.strip(), safe='')}"
        return await self._many(Kind.GUEST, "guests/search", query.encode(), lane)

    async def door_key_ids(self, query: bytes = b"", *, lane: Lane) -> Ids:
        """The ids of the door keys a question finds (facts, section 3)."""
        return await self._ids("door_keys", query, lane)

    async def door_key(self, number: int, *, lane: Lane) -> Record:
        """One door key."""
        return await self._one(Kind.DOOR_KEY, "door_keys", number, lane)

    # Folios and money

    async def folio_ids(self, query: bytes = b"", *, lane: Lane) -> Ids:
        """The ids of the folios a question finds (facts, section 3)."""
        return await self._ids("folios", query, lane, "base_api")

    async def folio(self, number: int, *, lane: Lane) -> Record:
        """One folio."""
        return await self._one(Kind.FOLIO, "folios", number, lane, "base_api")

    async def charges(self, folio: int, *, lane: Lane) -> Records:
        """A folio's charges, whole objects (facts, section 3)."""
        return await self._lines(Kind.CHARGE, folio, "charges", lane)

    async def credit_items(self, folio: int, *, lane: Lane) -> Records:
        """A folio's payments, whole objects (facts, section 3)."""
        return await self._lines(Kind.CREDIT_ITEM, folio, "credit_items", lane)

    async def folio_taxes(self, folio: int, *, lane: Lane) -> Records:
        """A folio's taxes, whole objects (facts, section 3)."""
        return await self._lines(Kind.FOLIO_TAX, folio, "folio_taxes", lane)

    async def folio_ledger(self, to_date: dt.date | str, *, lane: Lane) -> Reading[dict[int, LedgerItem]]:
        """The money of all folios up to a date, by folio id (facts, section 5)."""
        answer = await self.line.get("folio_ledger", f"to_date={to_date}".encode(), lane=lane, api="base_api")
        rows = decode.rows_of("items", LedgerItem.read, "ledger item", answer)
        return Reading({item.folio_id: item for item in rows.value}, rows.stamp, rows.skipped)

    # Lists of choices, companies, users

    async def charge_templates(self, *, lane: Lane) -> Reading[tuple[ChargeTemplate, ...]]:
        """What can be posted (facts, section 5)."""
        return decode.structs(ChargeTemplate, await self.line.get("charge_templates", lane=lane, api="base_api"))

    async def document_types(self, *, lane: Lane) -> Reading[tuple[DocumentType, ...]]:
        """What a folio can be closed with (facts, section 5)."""
        return decode.structs(DocumentType, await self.line.get("document_types", lane=lane, api="base_api"))

    async def payment_sub_types(self, *, lane: Lane) -> Reading[tuple[PaymentSubType, ...]]:
        """The hotel's own kinds of payment (facts, section 5)."""
        return decode.structs(PaymentSubType, await self.line.get("payment_sub_types", lane=lane, api="base_api"))

    async def company_ids(self, query: bytes = b"", *, lane: Lane) -> Ids:
        """The ids of the companies a question finds (facts, section 3)."""
        return await self._ids("companies", query, lane, "base_api")

    async def company(self, number: int, *, lane: Lane) -> Reading[Company]:
        """One company."""
        answer = await self.line.get(f"companies/{number}", lane=lane, api="base_api")
        return Reading(decode.struct(Company, answer), answer.stamp)

    async def users(self, *, lane: Lane) -> Reading[tuple[User, ...]]:
        """Who works with the service (facts, section 5)."""
        return decode.structs(User, await self.line.get("users", lane=lane, api="base_api"))

    # Writes

    async def put_booking(self, number: int, members: Mapping[str, Any], *, lane: Lane = Lane.PERSON) -> Record:
        """Change these members of a booking; returns it as it is now (facts, sections 4 and 6).

        Send only what changes. Money is a decimal string, a date an ISO string or a date. Raises KnownError: STALE
        for an old `lock_version`, UNKNOWN_OUTCOME when the answer does not say what happened.
        """
        return await self._put(Kind.BOOKING, f"bookings/{number}", {"booking": dict(members)}, lane)

    async def put_room(self, number: int, members: Mapping[str, Any], *, lane: Lane = Lane.PERSON) -> Record:
        """Change these members of a room, `housekeeping_status` among them; returns it as it is now (facts, 7)."""
        return await self._put(Kind.ROOM, f"rooms/{number}", {"room": dict(members)}, lane)

    # How

    async def _one(self, kind: Kind, path: str, number: int, lane: Lane, api: str = "pms_api") -> Record:
        return decode.one(kind, await self.line.get(f"{path}/{number}", lane=lane, api=api))

    async def _many(self, kind: Kind, path: str, query: bytes, lane: Lane) -> Records:
        return decode.many(kind, await self.line.get(path, query, lane=lane))

    async def _lines(self, kind: Kind, folio: int, path: str, lane: Lane) -> Records:
        answer = await self.line.get(f"folios/{folio}/{path}", lane=lane, api="base_api")
        return decode.many(kind, answer, parent=folio)

    async def _ids(self, path: str, query: bytes, lane: Lane, api: str = "pms_api") -> Ids:
        return decode.ids(await self.line.get(path, query, lane=lane, api=api))

    async def _put(self, kind: Kind, path: str, body: dict[str, Any], lane: Lane) -> Record:
        answer = await self.line.put(path, msgspec.json.encode(body), lane=lane)
        try:
            return decode.one(kind, answer)
        except KnownError as error:
            raise unknown_outcome(status=answer.status, stamp=answer.stamp, detail=error.detail) from None
