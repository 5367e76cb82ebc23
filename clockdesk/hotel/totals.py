"""Sums of folios and bookings. Nothing is stored: a charge or payment moves a balance by being there.

A folio's value is the gross of its valid charges, its balance that less its valid payments. A booking's balance adds
up its folios that are not voided, an open deposit folio among them (its balance is negative); a closed one has left
it (facts, section 8).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clockdesk.hotel.core import Core

Sums = tuple[int, int, int, int]

_VALID = "folio_id IN (SELECT value FROM json_each(?)) AND voided_at IS NULL AND archived_at IS NULL GROUP BY folio_id"
_CHARGES = f"""SELECT folio_id, sum(gross_value_cents), sum(net_value_cents), sum(tax_value_cents) FROM charges
    WHERE {_VALID}"""  # noqa: S608  our own words
_CREDITS = f"SELECT folio_id, sum(fixed_value_cents) FROM credit_items WHERE {_VALID}"  # noqa: S608  our own words
_FOLIOS = """SELECT id, payer_id, currency, deposit, close_date IS NOT NULL FROM folios
    WHERE payer_type = 'Booking' AND payer_id IN (SELECT value FROM json_each(?)) AND voided_at IS NULL"""


def folio_sums(core: Core, folios: Iterable[int]) -> dict[int, Sums]:
    """Folio -> (gross, net, tax, paid) in sub-units of its currency; folios without a line are left out."""
    keys = json.dumps(list(folios))
    sums: dict[int, Sums] = {
        folio: (gross, net, tax, 0) for folio, gross, net, tax in core.db.execute(_CHARGES, (keys,))
    }
    for folio, paid in core.db.execute(_CREDITS, (keys,)):
        gross, net, tax, _ = sums.get(folio, (0, 0, 0, 0))
        sums[folio] = (gross, net, tax, paid)
    return sums


def booking_money(core: Core, bookings: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Booking -> (balance, value) in sub-units of the booking's currency."""
    wanted = list(bookings)
    keys = json.dumps(wanted)
    sql = "SELECT id, manual_currency FROM bookings WHERE id IN (SELECT value FROM json_each(?))"
    codes = {key: code or core.house.currency for key, code in core.db.execute(sql, (keys,))}
    folios = core.db.execute(_FOLIOS, (keys,)).fetchall()
    sums = folio_sums(core, [folio[0] for folio in folios])
    result = dict.fromkeys(wanted, (0, 0))
    for folio, booking, currency, deposit, closed in folios:
        gross, _, _, paid = sums.get(folio, (0, 0, 0, 0))
        if deposit and closed:
            continue
        change = core.house.exchange
        balance, value = result[booking]
        code = codes[booking]
        result[booking] = (
            balance + change(gross - paid, currency, code),
            value if deposit else value + change(gross, currency, code),
        )
    return result


def refresh_folio(core: Core, folio: int) -> None:
    """After its lines changed: `payed` and the tax rows. Silent, as live: no stamp, no event on the folio."""
    gross, _, _, paid = folio_sums(core, [folio]).get(folio, (0, 0, 0, 0))
    core.set("folios", folio, {"payed": int(gross - paid <= 0)})
    at = core.clock.stamp()
    sql = """SELECT tax_rate, max(tax_code), sum(net_value_cents), sum(tax_value_cents), sum(gross_value_cents)
        FROM charges WHERE folio_id = ? AND voided_at IS NULL AND archived_at IS NULL
        GROUP BY tax_rate ORDER BY tax_rate"""
    known = dict(core.db.execute("SELECT tax_rate, id FROM folio_taxes WHERE folio_id = ?", (folio,)).fetchall())
    for rate, code, net, tax, gross in core.db.execute(sql, (folio,)).fetchall():
        values = {
            "net_value_cents": net,
            "tax_value_cents": tax,
            "gross_value_cents": gross,
            "balance_value_cents": gross,
        }
        if rate in known:
            core.set("folio_taxes", known.pop(rate), values | {"updated_at": at})
        else:
            key = core.next_id("folio_taxes")
            new = {"id": key, "folio_id": folio, "tax_rate": rate, "tax_code": code, "created_at": at, "updated_at": at}
            core.insert("folio_taxes", new | values)
    for key in known.values():
        core.db.execute("DELETE FROM folio_taxes WHERE id = ?", (key,))
