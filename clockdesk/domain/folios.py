"""What is to be paid, as the service gives it: folios, and the charges, payments (credit items) and taxes on them.

Like all of its objects (see `values`); besides, a decimal that is no number anybody means has the object refused.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from clockdesk.domain.money import Int64, Money
from clockdesk.domain.values import Id, Instant, Value

_MOST_PLACES = 40
"""Decimal places, before or after the point; the service's are DECIMAL(15, 4) (its introduction, "Data formats")."""


def _finite(*decimals: Decimal | None) -> None:
    """Raise ValueError (msgspec: ValidationError) for what is no number anybody means.

    NaN and infinities, which JSON can smuggle in as text, and exponents beyond reason: 1e999999999 is a gigabyte of
    digits once it is written out.
    """
    for decimal in decimals:
        if decimal is None:
            continue
        exponent = decimal.as_tuple().exponent
        if not isinstance(exponent, int) or abs(exponent) > _MOST_PLACES or decimal.adjusted() > _MOST_PLACES:
            raise ValueError("not a number")


class Folio(Value, frozen=True, kw_only=True, gc=False):
    """A folio. Open = no `close_date`; valid = no `voided_at`; a correction names its master in `client_folio_id`."""

    id: Id
    number: str | None = None
    name: str | None = None
    currency: str | None = None
    deposit: bool | None = None
    payer_id: Id | None = None
    payer_type: str | None = None
    tax_mode: str | None = None
    value: Money | None = None
    net_value: Money | None = None
    total_vat: Money | None = None
    balance: Money | None = None
    payed: bool | None = None
    document_type_id: Id | None = None
    invoice_number: str | None = None
    close_date: date | None = None
    closed_at: Instant | None = None
    closed_by_id: Id | None = None
    voided_at: Instant | None = None
    void_reason: str | None = None
    client_folio_id: Id | None = None
    invoice_to_company_id: Id | None = None
    issuer_billing_info_id: Id | None = None
    contragent_billing_info: dict[str, Any] | None = None
    surcharge_rate: Decimal | None = None
    payment_terms_days: Int64 | None = None
    payment_terms_date: date | None = None
    one_line_description: str | None = None
    notes: str | None = None
    fiscal_request_code: str | None = None
    fiscal_response_code: str | None = None
    qr_code_text: str | None = None
    user_created_id: Id | None = None
    user_updated_id: Id | None = None
    account_id: Id | None = None

    def __post_init__(self) -> None:
        """Refuse a rate that is no number."""
        _finite(self.surcharge_rate)

    @property
    def state(self) -> str:
        """voided, closed or open."""
        if self.voided_at is not None:
            return "voided"
        return "open" if self.close_date is None else "closed"


class Charge(Value, frozen=True, kw_only=True, gc=False):
    """One line of a folio. `qty` and rates are decimals (15,4); `*_cents` are sub-units of their currency."""

    id: Id
    folio_id: Id | None = None
    revenue_date: date | None = None
    service_date: date | None = None
    text: str | None = None
    print_text: str | None = None
    qty: Decimal | None = None
    price_cents: Int64 | None = None
    currency: str | None = None
    value_cents: Int64 | None = None
    fixed_value_cents: Int64 | None = None
    fixed_value_currency: str | None = None
    net_value_cents: Int64 | None = None
    tax_value_cents: Int64 | None = None
    gross_value_cents: Int64 | None = None
    tax_currency: str | None = None
    tax_rate: Decimal | None = None
    tax_code: str | None = None
    tax_mode: str | None = None
    discount_rate: Decimal | None = None
    p_balance_value_cents: Int64 | None = None
    revenue_group: str | None = None
    revenue_category: str | None = None
    visual_group_text: str | None = None
    service: bool | None = None
    archived_at: Instant | None = None
    voided_at: Instant | None = None
    void_reason: str | None = None
    version: Int64 | None = None
    account_id: Id | None = None

    def __post_init__(self) -> None:
        """Refuse a quantity or rate that is no number."""
        _finite(self.qty, self.tax_rate, self.discount_rate)


class CreditItem(Value, frozen=True, kw_only=True, gc=False):
    """A payment."""

    id: Id
    folio_id: Id | None = None
    number: str | None = None
    revenue_date: date | None = None
    payment_date: date | None = None
    text: str | None = None
    payment_type: str | None = None
    payment_sub_type: str | None = None
    currency: str | None = None
    value_cents: Int64 | None = None
    fixed_value_cents: Int64 | None = None
    fixed_value_currency: str | None = None
    local_value_cents: Int64 | None = None
    local_currency: str | None = None
    reference: str | None = None
    reference_id: Id | None = None
    reference_text: str | None = None
    credit_amount_transfer_id: Id | None = None
    archived_at: Instant | None = None
    voided_at: Instant | None = None
    void_reason: str | None = None
    version: Int64 | None = None
    account_id: Id | None = None


class FolioTax(Value, frozen=True, kw_only=True, gc=False):
    """One tax rate's share of a folio."""

    id: Id
    folio_id: Id | None = None
    net_value_cents: Int64 | None = None
    tax_value_cents: Int64 | None = None
    gross_value_cents: Int64 | None = None
    balance_value_cents: Int64 | None = None
    tax_rate: Decimal | None = None
    tax_code: str | None = None

    def __post_init__(self) -> None:
        """Refuse a rate that is no number."""
        _finite(self.tax_rate)
