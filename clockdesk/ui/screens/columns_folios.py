"""What the list of folios shows of each, and what a folio shows of its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from clockdesk.domain.dates import day_text, time_text
from clockdesk.domain.money import Money, format_money
from clockdesk.domain.words import payment_type
from clockdesk.office.lists import by_room
from clockdesk.ui.models.columns import Align, Column
from clockdesk.ui.theme.status import DEPOSIT, folio_status
from clockdesk.ui.widgets.money import owed_tone

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, tzinfo
    from decimal import Decimal

    from clockdesk.domain.folios import Charge, CreditItem, FolioTax
    from clockdesk.office.lines import FolioLine

L = TypeVar("L")

EXPENDABLE = ("kind", "invoice", "room", "value", "closed")
"""Columns that go when there is no room, the first one first."""


def amount(money: Money | None) -> str:
    """The amount, or a dash when it was not told."""
    return "–" if money is None else format_money(money)


def folio_columns(today: Callable[[], date]) -> tuple[Column[FolioLine], ...]:
    """The columns of the list; `today` gives the hotel's date."""

    def closed(line: FolioLine) -> str:
        return day_text(line.close_date, today()) if line.close_date else ""

    return (
        Column(
            key="payer",
            title="Payer",
            text=lambda line: line.payer,
            sample="12345 · Maximilian von Bergmann",
            sort=lambda line: line.payer.casefold(),
            stretch=True,
            strong=True,
        ),
        _state_column(),
        Column(
            key="kind",
            title="Kind",
            text=lambda line: DEPOSIT.word if line.deposit else "",
            chip=lambda line: DEPOSIT if line.deposit else None,
            sample="Deposit",
            sort=lambda line: line.deposit or None,
        ),
        Column(
            key="number",
            title="Folio",
            text=lambda line: line.number,
            tip=lambda line: line.name,
            sample="1234567",
            sort=lambda line: by_room(line.number),
        ),
        Column(
            key="room",
            title="Room",
            text=lambda line: line.room,
            sample="1204",
            sort=lambda line: by_room(line.room) or None,
        ),
        Column(
            key="value",
            title="Value",
            text=lambda line: amount(line.value),
            align=Align.RIGHT,
            sample="12 345.00 EUR",
            sort=lambda line: line.value and (line.value.currency, line.value.minor),
        ),
        _balance_column(),
        Column(
            key="closed",
            title="Closed",
            text=closed,
            sample="28 Nov 2026",
            sort=lambda line: line.close_date,
        ),
        Column(
            key="invoice",
            title="Invoice",
            text=lambda line: line.invoice_number,
            sample="0000012345",
            sort=lambda line: by_room(line.invoice_number) or None,
        ),
    )


def booking_folio_columns(zone: Callable[[], tzinfo]) -> tuple[Column[FolioLine], ...]:
    """A booking's folios in its drawer, each with when it was read."""
    return (
        Column(key="number", title="Folio", text=lambda line: line.number, sample="12345", stretch=True, strong=True),
        _state_column(),
        _balance_column(),
        Column(
            key="read",
            title="Read",
            text=lambda line: time_text(line.read_at, zone()) if line.read_at else "–",
            tone=lambda _line: "muted",
            sample="14:02",
        ),
    )


def _state_column() -> Column[FolioLine]:
    return Column(
        key="state",
        title="State",
        text=lambda line: folio_status(line.state).word,
        chip=lambda line: folio_status(line.state),
        sample="Closed",
        sort=lambda line: line.state,
    )


def _balance_column() -> Column[FolioLine]:
    return Column(
        key="balance",
        title="Balance",
        text=lambda line: amount(line.balance),
        tone=lambda line: "muted" if line.state == "voided" else owed_tone(line.balance),
        align=Align.RIGHT,
        sample="-1 234.00 EUR",
        sort=lambda line: line.balance and (line.balance.currency, line.balance.minor),
    )


# The lines of one folio


def charge_columns(today: Callable[[], date]) -> tuple[Column[Charge], ...]:
    """A folio's charges."""
    return (
        _date_column(lambda line: line.service_date or line.revenue_date, today),
        Column(
            key="text",
            title="Charge",
            text=lambda line: line.print_text or line.text or "",
            tone=lambda line: "muted" if no_longer_counts(line) else "",
            tip=_charge_tip,
            sample="Accommodation",
            stretch=True,
        ),
        Column(
            key="qty",
            title="Qty",
            text=lambda line: "" if line.qty is None else plain_number(line.qty),
            align=Align.RIGHT,
            sample="10.5",
        ),
        Column(
            key="value",
            title="Value",
            text=lambda line: _cents(line.value_cents, line.currency),
            tone=lambda line: "muted" if no_longer_counts(line) else "",
            align=Align.RIGHT,
            sample="1 234.00 EUR",
        ),
    )


def payment_columns(today: Callable[[], date]) -> tuple[Column[CreditItem], ...]:
    """A folio's payments."""
    return (
        _date_column(lambda line: line.payment_date or line.revenue_date, today),
        Column(
            key="text",
            title="Payment",
            text=_payment_text,
            tone=lambda line: "muted" if no_longer_counts(line) else "",
            tip=lambda line: _void_tip(line) or (line.reference or line.reference_text or ""),
            sample="Card on terminal",
            stretch=True,
        ),
        Column(key="number", title="Receipt", text=lambda line: line.number or "", sample="1234567"),
        Column(
            key="value",
            title="Amount",
            text=lambda line: _cents(line.value_cents, line.currency),
            tone=lambda line: "muted" if no_longer_counts(line) else "",
            align=Align.RIGHT,
            sample="1 234.00 EUR",
        ),
    )


def tax_columns(currency: Callable[[], str]) -> tuple[Column[FolioTax], ...]:
    """A folio's taxes by rate; the service tells them without a currency, it is the folio's."""

    def column(key: str, title: str, cents: Callable[[FolioTax], int | None]) -> Column[FolioTax]:
        return Column(
            key=key,
            title=title,
            text=lambda line: _cents(cents(line), currency()),
            align=Align.RIGHT,
            sample="1 234.00 EUR",
        )

    return (
        Column(
            key="rate",
            title="Tax",
            text=lambda line: " ".join(
                part
                for part in (line.tax_code, "" if line.tax_rate is None else f"{plain_number(line.tax_rate)} %")
                if part
            ),
            sample="A 20 %",
            stretch=True,
        ),
        column("net", "Net", lambda line: line.net_value_cents),
        column("tax", "Tax", lambda line: line.tax_value_cents),
        column("gross", "Gross", lambda line: line.gross_value_cents),
    )


def no_longer_counts(line: Charge | CreditItem) -> bool:
    """Whether a line is void or was replaced by a later version of itself (facts, section 5)."""
    return line.voided_at is not None or line.archived_at is not None


def plain_number(value: Decimal) -> str:
    """A quantity or a rate without needless zeros: `1`, `2.5`."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _date_column(day: Callable[[L], date | None], today: Callable[[], date]) -> Column[L]:
    return Column(
        key="date",
        title="Date",
        text=lambda line: day_text(found, today()) if (found := day(line)) else "–",
        tone=lambda _line: "muted",
        sample="28 Nov 2026",
    )


def _cents(cents: int | None, currency: str | None) -> str:
    return "–" if cents is None or currency is None else format_money(Money(cents, currency))


def _payment_text(line: CreditItem) -> str:
    kind = line.payment_sub_type or payment_type(line.payment_type)
    text = line.text or ""
    return " · ".join(dict.fromkeys(part for part in (kind, text) if part))


def _charge_tip(line: Charge) -> str:
    price = "" if line.qty is None else f"{plain_number(line.qty)} × {_cents(line.price_cents, line.currency)}"
    return "\n".join(part for part in (_void_tip(line), price, line.revenue_category) if part)


def _void_tip(line: Charge | CreditItem) -> str:
    if line.voided_at is None:
        return "Replaced by a later version" if line.archived_at is not None else ""
    return f"Void: {line.void_reason}" if line.void_reason else "Void"
