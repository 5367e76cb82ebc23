"""Asks once for the hotel's time zone, when the account names one that nobody here knows (design, section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter

from clockdesk.domain.zones import known_zones
from clockdesk.ui.widgets.dialogs import Answer, ask
from clockdesk.ui.widgets.fields import SearchField

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from clockdesk.ui.theme.look import Look

TITLE = "Which time zone is the hotel in?"
WHY = "Choose the nearest large city, so that today's arrivals are today's. Until then dates follow UTC."
ANSWERS = (Answer("", "Not now"), Answer("use", "Use this zone", "primary"))


async def ask_zone(look: Look, parent: QWidget, named: str) -> str:
    """The IANA name a person chose; empty when they would rather not. `named` is what the account says."""
    said = f"The account says “{named}”, which ClockDesk does not know." if named else "The account does not say."
    typed = ""
    while True:
        field = _field(look)
        field.setText(typed)
        if await ask(parent, TITLE, f"{said} {WHY}", ANSWERS, field) != "use":
            return ""
        typed = field.text().strip()
        if typed in known_zones():
            return typed
        said = f"“{typed}” is no zone ClockDesk knows; type a city such as Sofia or New York and choose from the list."


def _field(look: Look) -> SearchField:
    field = SearchField(look, "Europe/Sofia")
    completer = QCompleter(known_zones(), field)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    field.setCompleter(completer)
    return field
