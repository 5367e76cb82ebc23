"""A newer ClockDesk, told quietly: a strip with a link, put away for good when closed. Nothing is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from clockdesk.ui.widgets.notices import Banner

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from clockdesk.ui.theme.look import Look


class UpdateNotice(Banner):
    """Hidden until told. `put_away` is called when a person closes it."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Nothing yet."""
        super().__init__(look, parent)
        self._page = ""
        self.put_away: Callable[[], None] = _nobody
        self.dismissed.connect(self._on_dismissed)
        self.acted.connect(self._open)

    def tell_version(self, version: str, page: str, words: str = "") -> None:
        """There is this one; `page` is where to read of it, in the browser."""
        self._page = page
        step = "Nothing is installed by itself; ask whoever looks after ClockDesk here."
        self.tell(f"ClockDesk {version} is there. {words}".strip(), step, verb="What is new", tone="info")

    def _on_dismissed(self) -> None:
        self.put_away()

    def _open(self) -> None:
        if self._page.startswith("https://"):
            QDesktopServices.openUrl(QUrl(self._page))


def _nobody() -> None:
    """Nobody is to be told."""
