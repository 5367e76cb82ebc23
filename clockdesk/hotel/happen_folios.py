"""What can happen to folios: charges, payments, deposits, closing, voiding, the restaurant and the fiscal device.

Part of `Happenings`; see there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockdesk.hotel.core import Core, Refused, Row

if TYPE_CHECKING:
    from clockdesk.hotel.posting import Cashier

_OPEN = "f.close_date IS NULL AND f.voided_at IS NULL"
_OWED = f"""SELECT f.id FROM folios f JOIN bookings b ON b.id = f.payer_id WHERE f.payer_type = 'Booking'
    AND f.payed = 0 AND {_OPEN} AND b.status = 'checked_in' ORDER BY f.id"""  # noqa: S608  our own words
_IN_HOUSE = "SELECT id FROM bookings WHERE status = 'checked_in' ORDER BY id"


class FolioHappenings:
    """The happenings on folios."""

    def __init__(self, core: Core, cashier: Cashier) -> None:
        self._core = core
        self._cashier = cashier

    def _some(self, given: int | None, sql: str, *values: object) -> int:
        """The id given, or one of the query's by the dice. Refused 400 when there is none."""
        found = given if given is not None else self._core.pick(self._core.ids(sql, *values))
        if found is None:
            raise Refused(400, "There is nothing this could happen to")
        return found

    def _folio(self, folio: int | None, booking: int | None) -> Row:
        """The folio given, else the one of the booking given or of some guest in the house that takes charges."""
        if folio is None:
            booking = self._some(booking, _IN_HOUSE)
            self._core.row("bookings", booking)
            folio = self._cashier.default_folio(booking)
        return self._core.row("folios", folio)

    def charge(
        self,
        folio_id: int | None = None,
        booking_id: int | None = None,
        cents: int | None = None,
        text: str | None = None,
    ) -> tuple[str, int]:
        """A charge is posted: one of the house's extras, or a text and a price in sub-units. No event."""
        core, folio = self._core, self._folio(folio_id, booking_id)
        line = core.rng.choice(core.house.data["extras"])
        price = core.house.exchange(line["price"], core.house.currency, folio["currency"]) if cents is None else cents
        self._cashier.charge(folio["id"], line if text is None else line | {"text": text}, 1, price)
        return "folio", folio["id"]

    def payment(
        self,
        folio_id: int | None = None,
        booking_id: int | None = None,
        cents: int | None = None,
        payment_type: str | None = None,
    ) -> tuple[str, int]:
        """A payment is taken: the balance, or so many sub-units. No event."""
        core = self._core
        if folio_id is None and booking_id is None:
            folio_id = self._some(None, _OWED)
        folio = self._folio(folio_id, booking_id)
        amount = self._cashier.balance(folio["id"]) if cents is None else cents
        if amount == 0:
            raise Refused(400, "There is nothing to pay on this folio")
        kind, sub = core.rng.choice(core.house.data["payments"]) if payment_type is None else (payment_type, None)
        self._cashier.pay(folio["id"], amount, kind, sub)
        return "folio", folio["id"]

    def void_charge(self, charge_id: int | None = None, reason: str | None = None) -> tuple[str, int]:
        """A charge of an open folio is voided. No event."""
        core = self._core
        sql = f"""SELECT c.id FROM charges c JOIN folios f ON f.id = c.folio_id JOIN bookings b ON b.id = f.payer_id
            WHERE {_OPEN} AND f.payer_type = 'Booking' AND b.status = 'checked_in'
            AND c.voided_at IS NULL AND c.revenue_group NOT IN ('rooms', 'tax') ORDER BY c.id"""  # noqa: S608  ours
        key = self._some(charge_id, sql)
        row = core.row("charges", key)
        if core.row("folios", row["folio_id"])["close_date"] or row["voided_at"]:
            raise Refused(400, "The charge can't be voided")
        why = reason or core.rng.choice(core.phrases["void_reasons"])
        core.touch("charges", key, {"voided_at": core.clock.stamp(), "void_reason": why})
        self._cashier.lines_changed(row["folio_id"])
        return "folio", row["folio_id"]

    def deposit(self, booking_id: int | None = None, cents: int | None = None) -> tuple[str, int]:
        """A coming guest pays a deposit: a folio of its own with a payment and no charge."""
        core = self._core
        sql = """SELECT b.id FROM bookings b WHERE b.status = 'expected' AND b.arrival >= ? AND NOT EXISTS
            (SELECT 1 FROM folios f WHERE f.payer_type = 'Booking' AND f.payer_id = b.id AND f.deposit = 1)
            ORDER BY b.id"""
        booking = self._some(booking_id, sql, core.clock.today().isoformat())
        currency = core.currency_of(booking)
        amount = (
            cents or (core.more("bookings", booking).get("nights") or [core.house.exchange(9000, "EUR", currency)])[0]
        )
        folio = self._cashier.open_folio("Booking", booking, currency, deposit=1, name="Deposit")
        self._cashier.pay(folio, amount, "card", "Visa", f"DEP-{booking}")
        return "folio", folio

    def close_folio(self, folio_id: int | None = None, document_type_id: int = 7) -> tuple[str, int]:
        """A folio is closed; by the dice one that is paid, of a guest who has left or leaves today."""
        core = self._core
        sql = f"""SELECT f.id FROM folios f JOIN bookings b ON b.id = f.payer_id WHERE f.payer_type = 'Booking'
            AND f.payed = 1 AND f.deposit = 0 AND {_OPEN} AND (b.status = 'checked_out'
            OR (b.status = 'checked_in' AND b.departure <= ?)) ORDER BY f.id"""  # noqa: S608  our own words
        key = self._some(folio_id, sql, core.clock.today().isoformat())
        self._cashier.close(key, document_type_id, core.rng.choice(core.house.users))
        return "folio", key

    def void_folio(self, folio_id: int | None = None, reason: str | None = None) -> tuple[str, int]:
        """A folio is voided; by the dice one with extras or of a walk-in guest, open or closed."""
        core = self._core
        sql = "SELECT id FROM folios WHERE voided_at IS NULL AND name IN ('Extras', 'Walk-in') ORDER BY id"
        key = self._some(folio_id, sql)
        self._cashier.void(key, reason or core.rng.choice(core.phrases["void_reasons"]))
        return "folio", key

    def new_folio(self, booking_id: int | None = None, currency: str | None = None) -> tuple[str, int]:
        """A guest in the house gets one more folio. No event."""
        booking = self._some(booking_id, _IN_HOUSE)
        code = currency or self._core.currency_of(booking)
        return "folio", self._cashier.open_folio("Booking", booking, code, name="Extras")

    def pos_order(self, booking_id: int | None = None) -> tuple[str, int]:
        """The restaurant sends an order to a guest's folio; the event names the order."""
        core = self._core
        folio = self._folio(None, booking_id)
        line = next(line for line in core.house.data["extras"] if line["group"] == "f&b")
        price = core.house.exchange(line["price"], core.house.currency, folio["currency"])
        order = self._cashier.charge(folio["id"], line, 1, price)
        core.emit("pos_order_new", {"order_id": order})
        return "folio", folio["id"]

    def fiscal_request(self, folio_id: int | None = None) -> tuple[str, int]:
        """A closed folio waits for the fiscal device."""
        key = self._some(
            folio_id, "SELECT id FROM folios WHERE closed_at IS NOT NULL AND voided_at IS NULL ORDER BY id"
        )
        core = self._core
        core.touch("folios", key, {"fiscal_request_code": f"RQ{key}"})
        core.emit("folio_update", {"folio_id": key})
        core.emit("fiscal_request", {"folio_id": key})
        return "folio", key

    def fiscalize(self, folio_id: int | None = None) -> tuple[str, int]:
        """The fiscal device has answered for a folio."""
        sql = "SELECT id FROM folios WHERE fiscal_request_code IS NOT NULL AND fiscal_response_code IS NULL ORDER BY id"
        core, key = self._core, self._some(folio_id, sql)
        core.touch("folios", key, {"fiscal_response_code": f"FR{core.rng.randrange(10**6):06d}"})
        core.emit("folio_update", {"folio_id": key})
        core.emit("folio_fiscalize", {"folio_id": key})
        return "folio", key
