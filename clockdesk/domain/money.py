"""Money as an integer count of sub-units with its currency. Never a float."""

from __future__ import annotations

from msgspec import Struct, field

SUBUNITS: dict[str, int] = {
    "BHD": 1000, "CLF": 10000, "IQD": 1000, "JPY": 1, "KWD": 1000, "LYD": 1000,
    "MGA": 5, "MRO": 5, "OMR": 1000, "TND": 1000, "VND": 1, "VUV": 1,
}  # fmt: skip
"""Sub-units of one unit where it is not 100 (the twelve named by the service's introduction). CLDR's digits differ:
it gives IQD and MGA none, so this table and not the locale decides."""


def subunits(currency: str) -> int:
    """How many sub-units make one unit of this currency."""
    return SUBUNITS.get(currency, 100)


class Money(Struct, frozen=True, order=False):
    """An amount; the service writes it as `{"cents": 8000, "currency": "BGN"}`."""

    minor: int = field(name="cents")
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
