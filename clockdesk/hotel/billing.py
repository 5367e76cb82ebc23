"""The folios of every booking, by what has become of the stay, and the few that belong to no booking.

A deposit folio stands beside the main one: a payment and no charge, so its balance is negative while it is open;
closed as an advance it holds a deposit charge of the same amount (facts, section 8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

    from clockdesk.hotel.calendar import Calendar
    from clockdesk.hotel.house import House
    from clockdesk.hotel.money import Draft, FolioBook
    from clockdesk.hotel.reservations import Reservation

INVOICE, RECEIPT, ADVANCE = 7, 8, 9


class Billing:
    """Fills a folio book from reservations."""

    def __init__(
        self, house: House, rng: random.Random, calendar: Calendar, book: FolioBook, phrases: dict[str, Any]
    ) -> None:
        self._house = house
        self._rng = rng
        self._calendar = calendar
        self._book = book
        self._reasons: list[str] = phrases["void_reasons"]

    def bill(self, made: Reservation) -> None:
        """Open and fill the folios of one booking."""
        members: dict[str, object] = {}
        if made.company is not None:
            members = {"invoice_to_company_id": made.company, "payment_terms_days": 14}
        main = self._book.open("Booking", made.id, made.currency, made.created, **members)
        if made.stay.status in {"canceled", "no_show"}:
            self._fallen_through(made, main)
            return
        self._nights(made, main)
        self._extras(made, main)
        advance = self._prepaid(made, main)
        if made.stay.status == "checked_out":
            self._settle(made, main, advance)
        elif made.stay.status == "checked_in":
            self._pay_some(made, main)
        if self._rng.random() < 0.05:
            self._second_folio(made)

    def bill_others(self, count: int, events: dict[int, int]) -> None:
        """Folios without a booking: walk-ins of the restaurant, and one for each group event (id -> first day)."""
        for event, day in events.items():
            at = self._calendar.at(min(day, 0) - 20, 40_000)
            folio = self._book.open("Event", event, self._house.currency, at, name="Master")
            self._book.pay(folio, 150_000, at[:10], at, kind="bank")
        for _ in range(count):
            day = -1 - int(self._rng.random() * 30)
            at = self._calendar.at(day, (11 + self._rng.random() * 11) * 3600)
            folio = self._book.open(None, None, self._house.currency, at, name="Walk-in")
            line = self._rng.choice(self._house.data["extras"])
            self._book.charge(folio, line, 1 + int(self._rng.random() * 4), line["price"], self._calendar.date(day), at)
            if self._rng.random() < 0.9:
                self._book.pay(folio, folio.gross, self._calendar.date(day), at)
                self._close(folio, day, at, RECEIPT)

    def _nights(self, made: Reservation, folio: Draft) -> None:
        house, stay = self._house, made.stay
        line = house.data["lodging"]
        for place, price in enumerate(made.nights):
            self._book.charge(folio, line, 1, price, self._calendar.date(stay.arrival + place), made.created)
        tax = house.data["city_tax"]
        price = house.exchange(tax["price"], house.currency, made.currency)
        day = self._calendar.date(stay.arrival)
        self._book.charge(folio, tax, made.adults * len(made.nights), price, day, made.created)

    def _extras(self, made: Reservation, folio: Draft) -> None:
        """What was drunk, eaten and washed, up to yesterday night."""
        rng, stay, house = self._rng, made.stay, self._house
        for day in range(stay.arrival, min(stay.departure, 0)):
            while rng.random() < 0.3:
                line = house.data["extras"][int(rng.random() * len(house.data["extras"]))]
                at = self._calendar.at(day, (19 + rng.random() * 4.8) * 3600)
                void = (at, self._reasons[int(rng.random() * len(self._reasons))]) if rng.random() < 0.04 else None
                price = house.exchange(line["price"], house.currency, made.currency)
                self._book.charge(folio, line, 1 + (rng.random() < 0.3), price, self._calendar.date(day), at, void)

    def _prepaid(self, made: Reservation, main: Draft) -> Draft | None:
        """Money taken before the stay: a virtual card of the portal, or a deposit folio (returned)."""
        rng, book = self._rng, self._book
        if made.source == "ota":
            if rng.random() < 0.45:
                book.pay(
                    main, sum(made.nights), made.created[:10], made.created, kind="on-line", reference=f"VCC {made.id}"
                )
            return None
        if rng.random() >= 0.13:
            return None
        advance = book.open("Booking", made.id, made.currency, made.created, deposit=1, name="Deposit")
        book.pay(advance, made.nights[0], made.created[:10], made.created, reference=f"DEP-{made.id}")
        if made.stay.status == "checked_out" or rng.random() < 0.3:
            self._advance_closed(advance, made)
        return advance

    def _advance_closed(self, advance: Draft, made: Reservation) -> None:
        line = self._house.data["advance"]
        self._book.charge(advance, line, 1, advance.paid, made.created[:10], made.created)
        self._close(advance, made.created_day, made.created, ADVANCE)

    def _settle(self, made: Reservation, main: Draft, advance: Draft | None) -> None:
        """A stay that is over: most are paid and closed, a few are owed, a few forgotten."""
        rng, stay, book = self._rng, made.stay, self._book
        day = min(stay.departure, -1)
        at = made.changed or made.created
        if advance is not None:
            book.pay(main, advance.paid, self._calendar.date(day), at, kind="transfer", reference=f"DEP-{made.id}")
        fate = rng.random()
        if fate < 0.012:
            return  # gone without paying; the folio was forgotten
        if fate < 0.03 or (made.company is not None and fate < 0.3):
            main.row["payment_terms_date"] = self._calendar.date(day + 14)
        elif main.balance:
            book.pay(main, main.balance, self._calendar.date(day), at)
        self._close(main, day, at, INVOICE if made.company is not None or rng.random() < 0.4 else RECEIPT)
        if rng.random() < 0.006:
            self._correct(main, day, at)

    def _correct(self, master: Draft, day: int, at: str) -> None:
        """A full correction document of a closed folio."""
        payer = master.row["payer_id"]
        folio = self._book.open(
            "Booking", payer if isinstance(payer, int) else None, master.currency, at, client_folio_id=master.id
        )
        line = self._house.data["lodging"]
        self._book.charge(folio, line, -1, 1000, self._calendar.date(day), at)
        self._book.pay(folio, -1000, self._calendar.date(day), at, kind="cash")
        self._close(folio, day, at, INVOICE)

    def _pay_some(self, made: Reservation, main: Draft) -> None:
        """A guest in the house: some paid on arrival, some of those who leave today settled last night."""
        rng, stay = self._rng, made.stay
        if main.balance <= 0:
            return
        if rng.random() < (0.4 if stay.departure <= 0 else 0.2):
            day = -1 if stay.departure <= 0 else stay.arrival
            at = self._calendar.at(day, (22.2 + rng.random() * 1.7) * 3600)
            share = 1 if rng.random() < 0.7 else 2
            self._book.pay(main, max(1, main.balance // share), self._calendar.date(day), at)

    def _second_folio(self, made: Reservation) -> None:
        """Extras apart from the room, sometimes in another currency; a few were opened by mistake and voided."""
        rng, house, stay = self._rng, self._house, made.stay
        currency = rng.choice((house.currency, "JPY", "KWD", "USD", "BGN"))
        folio = self._book.open("Booking", made.id, currency, made.created, name="Extras")
        if rng.random() < 0.2:
            folio.row |= {"voided_at": made.created, "void_reason": rng.choice(self._reasons)}
            return
        day = min(stay.arrival, -1)
        if day < stay.arrival:
            return
        at = self._calendar.at(day, 82_800)
        line = rng.choice(house.data["extras"])
        self._book.charge(
            folio, line, 2, house.exchange(line["price"], house.currency, currency), self._calendar.date(day), at
        )
        if stay.status == "checked_out":
            leaves, left = min(stay.departure, -1), made.changed or made.created
            self._book.pay(folio, folio.gross, self._calendar.date(leaves), left)
            self._close(folio, leaves, left, RECEIPT)

    def _fallen_through(self, made: Reservation, main: Draft) -> None:
        """Canceled and no-show: the nights are gone from the folio; a fee may stand in their place."""
        rng, at = self._rng, made.changed or made.created
        if made.stay.status == "no_show" or rng.random() < 0.35:
            line = self._house.data["fee"]
            if made.stay.status == "no_show":
                line = line | {"text": "No-show fee"}
            self._book.charge(main, line, 1, made.nights[0], at[:10], at)
            if rng.random() < 0.5:
                self._book.pay(main, made.nights[0], at[:10], at, kind="card")
        elif rng.random() < 0.3:
            main.row |= {"voided_at": at, "void_reason": "Booking canceled", "updated_at": at}

    def _close(self, folio: Draft, day: int, at: str, document: int) -> None:
        self._book.close(folio, self._calendar.date(day), at, document, self._house.users[int(self._rng.random() * 4)])


def first_days(reservations: list[Reservation]) -> dict[int, int]:
    """Event -> first day of its stays."""
    days: dict[int, int] = {}
    for made in reservations:
        if made.event is not None:
            days[made.event] = min(made.stay.arrival, days.get(made.event, made.stay.arrival))
    return days
