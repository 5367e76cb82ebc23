"""What is written on folios: charges, payments, closing, voiding, and the nights of a booking.

Charges and payments move balances and nothing else: no event, no `updated_at` of folio or booking (facts, section 9).
Closing sends `folio_update`, then `folio_close`; voiding `folio_update`, then `folio_void`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clockdesk.hotel.core import Core, Refused, Row
from clockdesk.hotel.money import CHARGE_COLUMNS, PAYMENT_COLUMNS, charge_values
from clockdesk.hotel.totals import folio_sums, refresh_folio

if TYPE_CHECKING:
    from collections.abc import Mapping

_CHARGE_MARKS = ", ".join("?" * (CHARGE_COLUMNS.count(",") + 1))
_NIGHTS = """SELECT c.id, c.folio_id, c.service_date, c.gross_value_cents, f.close_date IS NULL FROM charges c
    JOIN folios f ON f.id = c.folio_id WHERE f.payer_type = 'Booking' AND f.payer_id = ? AND f.voided_at IS NULL
    AND f.deposit = 0 AND c.voided_at IS NULL AND c.text = ? ORDER BY c.id"""


class Cashier:
    """Writes on folios."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def open_folio(self, payer_type: str | None, payer: int | None, currency: str, **members: Any) -> int:
        """A new folio; there is no event for it."""
        core = self._core
        at, number = core.clock.stamp(), core.one("SELECT max(CAST(number AS INTEGER)) FROM folios") or 60_000
        row: Row = {
            "id": core.next_id("folios"),
            "number": str(number + 1),
            "currency": currency,
            "payer_type": payer_type,
        }
        return core.insert(
            "folios", row | {"payer_id": payer, "payed": 1, "created_at": at, "updated_at": at} | members
        )

    def default_folio(self, booking: int) -> int:
        """The booking's open, valid folio that takes charges; a new one where there is none."""
        sql = """SELECT min(id) FROM folios WHERE payer_type = 'Booking' AND payer_id = ? AND deposit = 0
            AND close_date IS NULL AND voided_at IS NULL"""
        found: int | None = self._core.one(sql, booking)
        return found or self.open_folio("Booking", booking, self._core.currency_of(booking))

    def charge(self, folio: int, line: Mapping[str, Any], qty: int, price: int, day: str | None = None) -> int:
        """Post a charge in the folio's currency; `line` is a text with its group, category and tax rate.

        Raises:
            Refused: 404 no such folio; 400 it is closed or voided.
        """
        row = self._core.row("folios", folio)
        if row["close_date"] or row["voided_at"]:
            raise Refused(400, "Charges of a closed folio can't be changed")
        key = self._post(folio, row["currency"], line, qty, price, day)
        refresh_folio(self._core, folio)
        return key

    def _post(self, folio: int, currency: str, line: Mapping[str, Any], qty: int, price: int, day: str | None) -> int:
        core = self._core
        key = core.next_id("charges")
        service = day or core.clock.today().isoformat()
        values = charge_values(key, folio, dict(line), (qty, price, currency), service, core.clock.stamp(), None)
        core.db.execute(f"INSERT INTO charges ({CHARGE_COLUMNS}) VALUES ({_CHARGE_MARKS})", values)  # noqa: S608
        return key

    def pay(
        self, folio: int, cents: int, kind: str = "card", sub: str | None = None, reference: str | None = None
    ) -> int:
        """Post a payment in the folio's currency; allowed on a closed folio too. Refused 404, or 400 when voided."""
        core = self._core
        row = core.row("folios", folio)
        if row["voided_at"]:
            raise Refused(400, "Folio is voided")
        key, at, today = core.next_id("credit_items"), core.clock.stamp(), core.clock.today().isoformat()
        code, local = row["currency"], core.house.currency
        number = str((core.one("SELECT max(CAST(number AS INTEGER)) FROM credit_items") or 90_000) + 1)
        names = [name.strip() for name in PAYMENT_COLUMNS.split(",")]
        text = f"{sub or kind} {'payment' if cents >= 0 else 'refund'}"
        values = (
            *(key, folio, number, today, today, text, kind, sub, code, cents, cents, code, local),
            *(core.house.exchange(cents, code, local), 1, at, None, None, at, at),
        )
        core.insert("credit_items", dict(zip(names, values, strict=True)))
        if reference:
            core.set_more("credit_items", key, {"reference": reference})
        refresh_folio(core, folio)
        return key

    def lines_changed(self, folio: int) -> None:
        """Bring what a folio says of its lines up to date, without a stamp or an event."""
        refresh_folio(self._core, folio)

    def balance(self, folio: int) -> int:
        """What is still to be paid on a folio, in sub-units of its currency."""
        gross, _, _, paid = folio_sums(self._core, [folio]).get(folio, (0, 0, 0, 0))
        return gross - paid

    def close(self, folio: int, document: int = 7, user: int | None = None) -> None:
        """Issue the folio's document. Refused 404, or 400 when it is closed or voided."""
        core = self._core
        row = core.row("folios", folio)
        if row["close_date"] or row["voided_at"]:
            raise Refused(400, "Folio is already closed")
        if row["deposit"] and not core.one("SELECT count(*) FROM charges WHERE folio_id = ?", folio):
            self.charge(folio, core.house.data["advance"], 1, -self.balance(folio))
        highest = core.one("SELECT max(CAST(invoice_number AS INTEGER)) FROM folios") or 2_000_000
        values = {
            "close_date": core.clock.today().isoformat(),
            "closed_at": core.clock.stamp(),
            "document_type_id": document,
        }
        values |= {"closed_by_id": user or core.house.users[0], "invoice_number": f"{highest + 1:010d}"}
        core.touch("folios", folio, values)
        core.emit("folio_update", {"folio_id": folio})
        core.emit("folio_close", {"folio_id": folio})

    def void(self, folio: int, reason: str) -> None:
        """Void an open or a closed folio. Refused 404, or 400 when it is voided already."""
        core = self._core
        row = core.row("folios", folio)
        if row["voided_at"]:
            raise Refused(400, "Folio is voided")
        core.touch("folios", folio, {"voided_at": core.clock.stamp(), "void_reason": reason})
        core.emit("folio_update", {"folio_id": folio})
        core.emit("folio_void", {"folio_id": folio, "closed": row["close_date"] is not None})

    def lay_nights(self, booking: int, nights: dict[str, int], people: int) -> None:
        """Make the nightly charges and the city tax of a booking those of these nights (date -> price).

        A night on a closed folio stays as it is; new ones go to the default folio.
        """
        core, data = self._core, self._core.house.data
        touched: set[int] = set()
        wanted = dict(nights)
        for key, folio, day, price, is_open in core.db.execute(_NIGHTS, (booking, data["lodging"]["text"])).fetchall():
            if wanted.get(day) == price or not is_open:
                wanted.pop(day, None)
            else:
                core.db.execute("DELETE FROM charges WHERE id = ?", (key,))
                touched.add(folio)
        taxed = people * len(nights)
        found = core.db.execute(_NIGHTS, (booking, data["city_tax"]["text"])).fetchall()
        if not (taxed == 0 or found) or (found and found[0][4]):
            for key, folio, *_ in found:
                core.db.execute("DELETE FROM charges WHERE id = ?", (key,))
                touched.add(folio)
        else:
            taxed = 0
        if wanted or taxed:
            folio = self.default_folio(booking)
            code = core.row("folios", folio)["currency"]
            for day, price in wanted.items():
                self._post(folio, code, data["lodging"], 1, price, day)
            if taxed:
                price = core.house.exchange(data["city_tax"]["price"], core.house.currency, code)
                self._post(folio, code, data["city_tax"], taxed, price, min(nights))
            touched.add(folio)
        for folio in touched:
            refresh_folio(core, folio)

    def fee(self, booking: int, text: str, price: int) -> None:
        """Post a cancellation or no-show fee."""
        self.charge(self.default_folio(booking), self._core.house.data["fee"] | {"text": text}, 1, price)
