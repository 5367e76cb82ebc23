"""Answers that are no objects of the copy: reports, price lists, choices. Members as the service names them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from clockdesk.api.bounds import check
from clockdesk.domain.money import Money
from clockdesk.domain.values import Id


class RoomStatus(Struct, frozen=True, kw_only=True, gc=False):
    """A room in `room_statuses`; `available` = free for the whole range (facts, section 4)."""

    id: Id
    number: str | None = None
    available: bool | None = None
    housekeeping_status: str | None = None
    housekeeping_notes: str | None = None


class RoomTypeStatus(Struct, frozen=True, kw_only=True, gc=False):
    """One room type of `room_statuses` with its rooms."""

    room_type_id: Id
    room_type: str | None = None
    rooms: tuple[RoomStatus, ...] = ()


class TypeForecast(Struct, frozen=True, kw_only=True, gc=False):
    """One room type of `occupancy_forecasts`; the shape of `results` is not documented."""

    room_type_id: Id | None = None
    room_type: str | None = None
    results: Any = None


class DayTotal(Struct, frozen=True, kw_only=True, gc=False):
    """One day of `occupancy_forecasts` over the whole hotel; adults and children since 2026-02-18 (change log)."""

    date: dt.date
    total_occupied: int | None = None
    total_free: int | None = None
    total_occupied_percentage: Decimal | None = None
    total_booking_adults: int | None = None
    total_booking_children: int | None = None
    total_adjustment: int | None = None
    total_room_statuses: int | None = None
    total_bookings: int | None = None
    total_blocks: int | None = None
    total_capacity: int | None = None
    total_occupied_with_virtual: int | None = None
    total_free_with_virtual: int | None = None


class OccupancyForecast(Struct, frozen=True, kw_only=True, gc=False):
    """The answer of `occupancy_forecasts`."""

    forecasts: tuple[TypeForecast, ...] = ()
    totals: tuple[DayTotal, ...] = ()


class LedgerBlock(Struct, frozen=True, kw_only=True, gc=False):
    """A folio's money at one point of `folio_ledger` (facts, section 5)."""

    charges: Money | None = None
    charges_from_deposit_folios: Money | None = None
    payments: Money | None = None
    debts: Money | None = None
    debts_open_folios: Money | None = None
    debts_closed_folios: Money | None = None
    deposits: Money | None = None
    deposits_in_consumption: Money | None = None
    deposits_in_advance: Money | None = None


class _LedgerItem(Struct, frozen=True, kw_only=True, gc=False):
    folio_id: Id
    previous: LedgerBlock | None = None
    date: LedgerBlock | None = None
    end_of_date: LedgerBlock | None = None


class LedgerItem(Struct, frozen=True, kw_only=True, gc=False):
    """One folio of `folio_ledger`: before the date, on it, and at its end. `raw` is the item's own JSON.

    What the blocks count depends on the account's settings; to notice that a folio's money moved, compare `raw`.
    """

    folio_id: int
    previous: LedgerBlock | None
    date: LedgerBlock | None
    end_of_date: LedgerBlock | None
    raw: bytes

    @classmethod
    def read(cls, raw: bytes) -> LedgerItem:
        """The item of this JSON. Raises msgspec.DecodeError, UnicodeDecodeError."""
        item = msgspec.json.decode(check(raw), type=_LedgerItem)
        return cls(
            folio_id=item.folio_id, previous=item.previous, date=item.date, end_of_date=item.end_of_date, raw=raw
        )

    @property
    def balance(self) -> Money | None:
        """Charges less payments at the end of the date; None when one is missing or they differ in currency."""
        end = self.end_of_date
        if end is None or end.charges is None or end.payments is None or end.charges.currency != end.payments.currency:
            return None
        return end.charges - end.payments


class Rate(Struct, frozen=True, kw_only=True, gc=False):
    """A rate: one price line of a rate plan for one room type (`bookable_id`); `human` is "plan / room type / rate"."""

    id: Id
    name: str | None = None
    human: str | None = None
    rate_plan_id: Id | None = None
    bookable_id: Id | None = None
    bookable_type: str | None = None
    currency: str | None = None
    wbe: bool | None = None
    per_guest: bool | None = None


class ChargeTemplate(Struct, frozen=True, kw_only=True, gc=False):
    """Something that can be posted."""

    id: Id
    text: str | None = None
    print_text: str | None = None
    revenue_group: str | None = None
    revenue_category: str | None = None
    visual_group_text: str | None = None
    plain_price_cents: int | None = None
    currency: str | None = None
    tax_rate: Decimal | None = None
    tax_code: str | None = None
    qty: Decimal | None = None
    floating_price: bool | None = None
    sort_order: int | None = None
    color: str | None = None
    hide_in_posting_screen: bool | None = None
    archived_at: dt.datetime | None = None

    @property
    def price(self) -> Money | None:
        """The price of one; None when it has none."""
        if self.plain_price_cents is None or self.currency is None:
            return None
        return Money(self.plain_price_cents, self.currency)


class DocumentType(Struct, frozen=True, kw_only=True, gc=False):
    """A kind of document a folio can be closed with."""

    id: Id
    text_positive_doc: str | None = None
    text_negative_doc: str | None = None
    text_positive_corr_doc: str | None = None
    text_negative_corr_doc: str | None = None
    require_folio_fiscalization: bool | None = None


class PaymentSubType(Struct, frozen=True, kw_only=True, gc=False):
    """A hotel's own kind of payment under one of the service's types."""

    id: Id
    name: str | None = None
    payment_type: str | None = None


class User(Struct, frozen=True, kw_only=True, gc=False):
    """Somebody who works with the service."""

    id: Id
    name: str | None = None
    login_id: str | None = None
    email: str | None = None
    authorized_accounts: tuple[Id, ...] | None = None


class Company(Struct, frozen=True, kw_only=True, gc=False):
    """A company; shared by all accounts of a subscription."""

    id: Id
    family_id: Id | None = None
    name: str | None = None
    vat_number: str | None = None
    second_identification: str | None = None
    country: str | None = None
    city: str | None = None
    accept_charge_transfers: bool | None = None
    archived_at: dt.datetime | None = None
