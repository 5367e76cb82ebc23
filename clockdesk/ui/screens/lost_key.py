"""The files on this computer were made with a key that is lost: a person decides whether to begin anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockdesk.ui.widgets.dialogs import Answer, ask

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

TITLE = "ClockDesk's files can't be opened"
TEXT = (
    "They were made with another key, which this computer's key store no longer gives. If it was locked or moved, mend "
    "that first and start again. Otherwise set the files aside and begin anew: the hotel is read from the service, but "
    "saved filters, notes and the manual log stay in the old files, which are kept under a dated name and not deleted."
)
ANSWERS = (Answer("", "Leave them"), Answer("anew", "Set aside and begin anew", "danger"))


async def ask_to_begin_anew(parent: QWidget) -> bool:
    """Whether a person wants the files set aside. Closing the question leaves them as they are."""
    return await ask(parent, TITLE, TEXT, ANSWERS) == "anew"
