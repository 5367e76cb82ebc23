"""A folio on paper, as the copy has it: to be looked at, never an invoice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockdesk.domain.dates import day_text, moment_text
from clockdesk.domain.kinds import Kind
from clockdesk.domain.money import Money, format_money
from clockdesk.domain.words import folio_state, payment_type
from clockdesk.office.lines import FolioLine
from clockdesk.office.sheets import Column, Document, Facts, Section, Table

if TYPE_CHECKING:
    from decimal import Decimal

    from clockdesk.domain.folios import Charge, CreditItem, FolioTax
    from clockdesk.office.office import Office
    from clockdesk.office.sheets import AsOf, Cell

NO_INVOICE = "This is what ClockDesk's copy holds. It is no invoice and no receipt; those are printed by Clock."


def folio_document(office: Office, ident: int, as_of: AsOf) -> Document | None:
    """The folio with its charges, payments and taxes; None when the copy does not hold it."""
    line = office.house.line(Kind.FOLIO, ident)
    if not isinstance(line, FolioLine):
        return None
    currency = office.house.folios[ident].currency or (line.balance.currency if line.balance else "")
    blocks = (
        _facts(line, as_of),
        _charges(office.charges(ident)),
        _payments(office.credit_items(ident)),
        _taxes(office.folio_taxes(ident), currency),
    )
    return Document(f"Folio {line.number}", as_of, (Section(f"Folio {line.number}", blocks),))


def _facts(line: FolioLine, as_of: AsOf) -> Facts:
    read = moment_text(line.read_at, as_of.zone, as_of.today) if line.read_at is not None else "never"
    facts = (
        ("Payer", line.payer),
        ("Room", line.room or "none"),
        ("State", f"{folio_state(line.state)}{', deposit' if line.deposit else ''}"),
        ("Closed", day_text(line.close_date, as_of.today) if line.close_date else "no"),
        ("Invoice", line.invoice_number or "none"),
        ("Value", _money(line.value)),
        ("Balance", f"{_money(line.balance)}, read at {read}"),
    )
    return Facts("folio", "Folio", facts, note=NO_INVOICE)


def _charges(charges: tuple[Charge, ...]) -> Table:
    columns = (
        Column("date", "Date", 12),
        Column("text", "Charge", 50, strong=True),
        Column("quantity", "Qty", 8, right=True),
        Column("value", "Value", 20, money=True),
        Column("void", "", 12),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            charge.service_date or charge.revenue_date,
            charge.print_text or charge.text or "",
            _number(charge.qty),
            _cents(charge.value_cents, charge.currency),
            _void(charge),
        )
        for charge in charges
    )
    return Table("charges", "Charges", columns, rows, empty="No charges in the copy.")


def _payments(payments: tuple[CreditItem, ...]) -> Table:
    columns = (
        Column("date", "Date", 12),
        Column("text", "Payment", 44, strong=True),
        Column("receipt", "Receipt", 14),
        Column("value", "Amount", 20, money=True),
        Column("void", "", 12),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            item.payment_date or item.revenue_date,
            " · ".join(filter(None, (item.payment_sub_type or payment_type(item.payment_type), item.text))),
            item.number or "",
            _cents(item.value_cents, item.currency),
            _void(item),
        )
        for item in payments
    )
    return Table("payments", "Payments", columns, rows, empty="No payments in the copy.")


def _taxes(taxes: tuple[FolioTax, ...], currency: str) -> Table:
    columns = (
        Column("tax", "Tax", 40),
        Column("net", "Net", 20, money=True),
        Column("amount", "Tax", 20, money=True),
        Column("gross", "Gross", 20, money=True),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            " ".join(filter(None, (tax.tax_code, f"{_number(tax.tax_rate)} %" if tax.tax_rate is not None else ""))),
            *(_cents(c, currency) for c in (tax.net_value_cents, tax.tax_value_cents, tax.gross_value_cents)),
        )
        for tax in taxes
    )
    return Table("taxes", "Taxes", columns, rows, empty="No taxes in the copy.")


def _void(line: Charge | CreditItem) -> str:
    """A line that no longer counts says so: a line through it would be lost in a bad print."""
    if line.voided_at is not None:
        return "VOID"
    return "REPLACED" if line.archived_at is not None else ""


def _cents(cents: int | None, currency: str | None) -> Money | None:
    return None if cents is None or not currency else Money(cents, currency)


def _money(amount: Money | None) -> str:
    return "not told" if amount is None else format_money(amount)


def _number(value: Decimal | None) -> str:
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
