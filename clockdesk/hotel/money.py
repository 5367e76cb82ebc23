"""Folios as the seed makes them: charges, payments, taxes, and sums that agree.

All amounts are sub-units of their currency. Prices hold their tax (`in_prices_on_row`): a charge's gross is its
value, net and tax are split from it. A folio's value is the gross of its charges, its balance is that less its
payments; voided lines count for nothing. `payed` = balance not above zero (our reading; the facts name the member
only).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clockdesk.hotel.house import House, Row, insert, insert_more, insert_tuples

if TYPE_CHECKING:
    import random
    import sqlite3

CHARGE_COLUMNS = (
    "id, folio_id, revenue_date, service_date, text, print_text, qty, price_cents, currency, value_cents,"
    " fixed_value_cents, fixed_value_currency, net_value_cents, tax_value_cents, gross_value_cents, tax_currency,"
    " tax_rate, tax_code, p_balance_value_cents, revenue_group, revenue_category, visual_group_text, voided_at,"
    " void_reason, created_at, updated_at"
)
PAYMENT_COLUMNS = (
    "id, folio_id, number, revenue_date, payment_date, text, payment_type, payment_sub_type, currency, value_cents,"
    " fixed_value_cents, fixed_value_currency, local_currency, local_value_cents, fixed_currency_rate, version_at,"
    " voided_at, void_reason, created_at, updated_at"
)

Values = tuple[object, ...]


def net_of(gross: int, rate: int) -> int:
    """The net part of an amount that holds its tax of `rate` percent, rounded half up."""
    return (gross * 200 + 100 + rate) // (2 * (100 + rate))


def tax_code(rate: int) -> str:
    """The letter of a tax rate."""
    return {0: "A", 9: "D", 20: "B"}.get(rate, "C")


def charge_values(
    key: int,
    folio: int,
    line: dict[str, Any],
    money: tuple[int, int, str],
    day: str,
    at: str,
    void: tuple[str, str] | None,
) -> Values:
    """A charge's row in the order of `CHARGE_COLUMNS`; `money` is (quantity, price, currency of the folio)."""
    qty, price, currency = money
    gross = qty * price
    net = net_of(gross, line["rate"])
    text = line["text"]
    return (
        *(
            key,
            folio,
            day,
            day,
            text,
            text,
            qty,
            price,
            currency,
            gross,
            gross,
            currency,
            net,
            gross - net,
            gross,
            currency,
        ),
        *(line["rate"], tax_code(line["rate"]), gross, line["group"], line["category"], line["category"]),
        *(void or (None, None)),
        *(at, at),
    )


@dataclass(slots=True)
class Draft:
    """A folio being filled."""

    id: int
    currency: str
    row: Row
    gross: int = 0
    paid: int = 0
    by_rate: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def balance(self) -> int:
        """What is still to be paid (negative: paid ahead)."""
        return self.gross - self.paid


class FolioBook:
    """Makes folios and their lines; `write` stores them."""

    def __init__(self, house: House, rng: random.Random, payments: list[list[str | None]]) -> None:
        self.house = house
        self.folios: list[Draft] = []
        self._rng = rng
        self._payments = payments
        self._charges: list[Values] = []
        self._credits: list[Values] = []
        self._references: list[tuple[int, dict[str, Any]]] = []
        self._folio_id, self._charge_id, self._credit_id = 21_400_117, 310_554_021, 58_120_440

    def open(self, payer_type: str | None, payer: int | None, currency: str, at: str, **members: object) -> Draft:
        """A new folio."""
        self._folio_id += 1 + int(self._rng.random() * 9)
        row: Row = {
            "id": self._folio_id,
            "number": str(60_000 + len(self.folios)),
            "name": None,
            "currency": currency,
            "deposit": 0,
            "payer_id": payer,
            "payer_type": payer_type,
            "payed": 0,
            "document_type_id": None,
            "invoice_number": None,
            "close_date": None,
            "closed_at": None,
            "closed_by_id": None,
            "voided_at": None,
            "void_reason": None,
            "client_folio_id": None,
            "invoice_to_company_id": None,
            "payment_terms_days": None,
            "payment_terms_date": None,
            "notes": None,
            "created_at": at,
            "updated_at": at,
        }
        draft = Draft(self._folio_id, currency, row | members)
        self.folios.append(draft)
        return draft

    def charge(
        self,
        folio: Draft,
        line: dict[str, Any],
        qty: int,
        price: int,
        day: str,
        at: str,
        void: tuple[str, str] | None = None,
    ) -> None:
        """Post a charge; `void` = (when, why)."""
        self._charge_id += 1 + int(self._rng.random() * 6)
        self._charges.append(
            charge_values(self._charge_id, folio.id, line, (qty, price, folio.currency), day, at, void)
        )
        if void is None:
            rate, value = line["rate"], qty * price
            folio.gross += value
            gross, net = folio.by_rate.get(rate, (0, 0))
            folio.by_rate[rate] = (gross + value, net + net_of(value, rate))

    def pay(
        self, folio: Draft, cents: int, day: str, at: str, *, reference: str | None = None, kind: str | None = None
    ) -> None:
        """Post a payment of an amount in the folio's currency; now and then it is paid in another currency."""
        rng = self._rng
        self._credit_id += 1 + int(rng.random() * 5)
        key = self._credit_id
        payment, sub = self._payments[int(rng.random() * len(self._payments))] if kind is None else (kind, None)
        currency = (
            "USD"
            if payment == "cash" and folio.currency == self.house.currency and rng.random() < 0.1
            else folio.currency
        )
        value = self.house.exchange(cents, folio.currency, currency)
        local = self.house.exchange(cents, folio.currency, self.house.currency)
        text = f"{sub or payment} payment" if cents >= 0 else f"{sub or payment} refund"
        self._credits.append(
            (
                *(
                    key,
                    folio.id,
                    str(90_000 + len(self._credits)),
                    day,
                    day,
                    text,
                    payment,
                    sub,
                    currency,
                    value,
                    cents,
                ),
                *(
                    folio.currency,
                    self.house.currency,
                    local,
                    round(cents / value, 4) if value else 1,
                    at,
                    None,
                    None,
                    at,
                    at,
                ),
            )
        )
        if reference:
            self._references.append((key, {"reference": reference}))
        folio.paid += cents

    def close(self, folio: Draft, day: str, at: str, document: int, user: int) -> None:
        """Issue the folio's document; its number is given when all are known."""
        folio.row |= {
            "close_date": day,
            "closed_at": at,
            "closed_by_id": user,
            "document_type_id": document,
            "updated_at": at,
        }

    def write(self, db: sqlite3.Connection) -> None:
        """Number the documents in the order they were issued and store everything."""
        closed = sorted(
            (one for one in self.folios if one.row["closed_at"]), key=lambda one: (str(one.row["closed_at"]), one.id)
        )
        for place, folio in enumerate(closed):
            folio.row["invoice_number"] = f"{2_000_001 + place:010d}"
        taxes: list[Values] = []
        for folio in self.folios:
            folio.row["payed"] = int(folio.balance <= 0)
            at = folio.row["updated_at"]
            for rate, (gross, net) in sorted(folio.by_rate.items()):
                key = 77_003_000 + len(taxes) * 3
                taxes.append((key, folio.id, net, gross - net, gross, gross, rate, tax_code(rate), at, at))
        insert(db, "folios", (folio.row for folio in self.folios))
        insert_tuples(db, "charges", CHARGE_COLUMNS, self._charges)
        insert_tuples(db, "credit_items", PAYMENT_COLUMNS, self._credits)
        insert_tuples(
            db,
            "folio_taxes",
            "id, folio_id, net_value_cents, tax_value_cents, gross_value_cents, balance_value_cents, tax_rate,"
            " tax_code, created_at, updated_at",
            taxes,
        )
        insert_more(db, "credit_items", self._references)
