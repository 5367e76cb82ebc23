"""Money as an integer count of sub-units with its currency, and its two text forms. Never a float."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, Struct, field

from clockdesk.domain.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1
Int64 = Annotated[int, Meta(ge=INT64_MIN, le=INT64_MAX)]
"""The service's Integer (its introduction, "Data formats"); anything larger would not fit the copy."""

SUBUNITS: dict[str, int] = {
    "BHD": 1000, "CLF": 10000, "IQD": 1000, "JPY": 1, "KWD": 1000, "LYD": 1000,
    "MGA": 5, "MRO": 5, "OMR": 1000, "TND": 1000, "VND": 1, "VUV": 1,
}  # fmt: skip
"""Sub-units of one unit where it is not 100 (the twelve named by the service's introduction). CLDR's digits differ:
it gives IQD and MGA none, so this table and not the locale decides."""

_DIGITS = {1: 0, 5: 1, 100: 2, 1000: 3, 10000: 4}
_BLANKS = dict.fromkeys(map(ord, " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}"), " ")
_APOSTROPHES = {ord("\N{RIGHT SINGLE QUOTATION MARK}"): "'"}
_READABLE = _BLANKS | _APOSTROPHES | {ord("\N{MINUS SIGN}"): "-"}
_SEPARATORS = ".,' "
_NUMBER = re.compile(r"([-+]?) ?([0-9.,' ]{0,40}[0-9])")


def subunits(currency: str) -> int:
    """How many sub-units make one unit of this currency."""
    return SUBUNITS.get(currency, 100)


def digits(currency: str) -> int:
    """How many decimal places an amount of this currency is written with (MGA and MRO: one, in steps of 0.2)."""
    return _DIGITS[subunits(currency)]


class Money(Struct, frozen=True, order=False, gc=False):
    """An amount; the service writes it as `{"cents": 8000, "currency": "BGN"}`."""

    minor: Int64 = field(name="cents")
    currency: str

    def __add__(self, other: Money) -> Money:
        """Sum of two amounts of one currency. Raises ValueError across currencies."""
        if self.currency != other.currency:
            msg = f"cannot add {other.currency} to {self.currency}"
            raise ValueError(msg)
        return Money(self.minor + other.minor, self.currency)

    def __neg__(self) -> Money:
        """The amount with its sign turned."""
        return Money(-self.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        """Difference of two amounts of one currency. Raises ValueError across currencies."""
        return self + -other

    def __bool__(self) -> bool:
        """Whether it is not zero."""
        return self.minor != 0


def totals(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """One sum for each currency met, ordered by currency; amounts are never converted. Nothing in, nothing out."""
    sums: dict[str, Money] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, Money(0, amount.currency)) + amount
    return tuple(sums[currency] for currency in sorted(sums))


def decimal_text(money: Money) -> str:
    """The plain decimal string of a write (facts, section 4): `-1234.50`, yen `1235`, dinars `1.234`, ariary `0.2`."""
    units, rest = divmod(abs(money.minor), subunits(money.currency))
    places = digits(money.currency)
    sign = "-" if money.minor < 0 else ""
    if not places:
        return f"{sign}{units}"
    fraction = rest * 10**places // subunits(money.currency)
    return f"{sign}{units}.{fraction:0{places}}"


def format_money(money: Money, *, group: str = " ", point: str = ".") -> str:
    """The amount for people: `1 234.50 BGN`. `group` stands between thousands, `point` before the decimals."""
    whole, _, fraction = decimal_text(money).partition(".")
    grouped = f"{int(whole):,}".replace(",", group)
    if whole == "-0":
        grouped = "-0"
    return f"{grouped}{point if fraction else ''}{fraction} {money.currency}".rstrip()


def parse_money(text: str, currency: str) -> Money:
    """Read what a person typed as an amount of `currency`: `1,234.50`, `1 234,50`, `-12.5`, `12.50 BGN`.

    A point and a comma may each mean decimals or thousands. The rule: the last separator is the decimal one when it
    stands once, is not a blank or an apostrophe, and no more digits follow it than the currency has; every other
    separator groups thousands, must be the same throughout and be followed by groups of digits (three, or India's
    two). So `1.234` is 1234.00 BGN, but 1.234 KWD.

    Raises UserError: not an amount, too many decimals, no whole number of sub-units, another currency, too large.
    """
    tidy = text.translate(_READABLE).strip()
    amount, said = _without_currency(tidy)
    if said and said != currency:
        raise UserError(f"This amount is in {currency}, not in {said}.")
    match = _NUMBER.fullmatch(amount)
    if match is None:
        raise UserError(_not_an_amount(currency))
    whole, fraction = _split(match[2], digits(currency))
    if whole is None:
        raise UserError(_wrong_decimals(currency) if fraction else _not_an_amount(currency))
    minor = _minor(int(whole), fraction, currency)
    if minor > INT64_MAX:
        raise UserError("This amount is too large.")
    return Money(-minor if match[1] == "-" else minor, currency)


def read_quantity(text: str) -> Decimal:
    """Read a typed quantity: up to 15 digits, up to 4 of them decimals (the service's Decimal 15,4).

    A single point or comma is the decimal one; blanks group thousands. Raises UserError.
    """
    tidy = text.translate(_READABLE).replace(" ", "").replace(",", ".")
    if not re.fullmatch(r"[-+]?[0-9]{1,15}(\.[0-9]{1,4})?", tidy):
        raise UserError("Type a quantity such as 2 or 1.5, with at most four decimals.")
    quantity = Decimal(tidy)
    if not fits_decimal(quantity):
        raise UserError("A quantity has at most 11 digits before the point and four after it.")
    return quantity


def fits_decimal(value: Decimal, precision: int = 15, scale: int = 4) -> bool:
    """Whether a column DECIMAL(precision, scale) of the service holds `value` unchanged."""
    if not value.is_finite():
        return False
    return abs(value) < 10 ** (precision - scale) and value == value.quantize(Decimal(1).scaleb(-scale))


def _without_currency(text: str) -> tuple[str, str]:
    """The number and the code after it, when one was typed (`12.50 BGN`)."""
    match = re.fullmatch(r"(.*[0-9]) ?([^\W\d_]{3})", text)
    return (match[1], match[2].upper()) if match else (text, "")


def _split(number: str, places: int) -> tuple[str | None, str]:
    """Whole digits and decimals by the rule of `parse_money`; no whole when it can't be read.

    Then the decimals tell why: given = there are too many of them, empty = it is no number.
    """
    last = max(number.rfind(mark) for mark in _SEPARATORS)
    if last < 0:
        return number, ""
    mark, after = number[last], number[last + 1 :]
    single = mark in ".," and number.count(mark) == 1
    if single and len(after) <= places:
        whole = _ungrouped(number[:last]) if last else "0"
        return whole, after if whole is not None else ""
    whole = _ungrouped(number)
    return whole, after if whole is None and single and _ungrouped(number[:last] or "0") is not None else ""


def _ungrouped(number: str) -> str | None:
    """The digits of a whole number with or without grouping; None when the grouping is odd or has two kinds."""
    if re.fullmatch(r"[0-9]+|[1-9][0-9]{0,2}(?:([.,' ])[0-9]{3})(?:\1[0-9]{3})*", number) or re.fullmatch(
        r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}", number
    ):
        return re.sub(r"[^0-9]", "", number)
    return None


def _minor(units: int, fraction: str, currency: str) -> int:
    """Sub-units of a whole number and its decimals."""
    per_unit = subunits(currency)
    part, odd = divmod(int(fraction or "0") * per_unit, int("1" + "0" * len(fraction)))
    if odd:
        raise UserError(f"{currency} goes in steps of {decimal_text(Money(1, currency))}.")
    return units * per_unit + part


def _not_an_amount(currency: str) -> str:
    return f"Type an amount such as {decimal_text(Money(62 * subunits(currency), currency))}."


def _wrong_decimals(currency: str) -> str:
    places = digits(currency)
    if not places:
        return f"{currency} has no decimals."
    return f"{currency} has {places} decimal{'s' if places > 1 else ''} at most."
