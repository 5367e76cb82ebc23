"""An amount of money, right-aligned, loud only when somebody owes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from clockdesk.domain.money import format_money
from clockdesk.ui.widgets.labels import dress

if TYPE_CHECKING:
    from clockdesk.domain.money import Money
    from clockdesk.ui.theme.look import Look


def owed_tone(balance: Money | None) -> str:
    """The tone of a balance: the guest owes (danger), nothing to do (muted), or the house owes (warning)."""
    if balance is None or not balance:
        return "muted"
    return "danger" if balance.minor > 0 else "warning"


class MoneyLabel(QLabel):
    """Shows an amount of any currency with its own decimals."""

    def __init__(self, look: Look, *, owed: bool = False, strong: bool = False, parent: QWidget | None = None) -> None:
        """With `owed`, the amount is a balance and coloured by `owed_tone`."""
        super().__init__(parent)
        self._owed = owed
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(look.fonts.strong if strong else look.fonts.body)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.set_money(None)

    def set_money(self, money: Money | None) -> None:
        """Show this amount; None shows a dash (not told)."""
        self.setText("–" if money is None else format_money(money))
        tone = owed_tone(money) if self._owed else ""
        said = {"danger": ", owed", "warning": ", owed to the guest"}.get(tone, "")
        self.setAccessibleName("not told" if money is None else f"{self.text()}{said}")
        dress(self, "tone", tone)
