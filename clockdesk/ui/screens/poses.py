"""The window as it is drawn for pictures: each screen, and each drawer open on something worth seeing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QPainter
from shiboken6 import isValid

from clockdesk.domain.kinds import Kind
from clockdesk.office.lines import BookingLine, FolioLine, RoomLine
from clockdesk.ui.screens.shift_poses import put_away, shift_poses

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from PySide6.QtGui import QPixmap

    from clockdesk.office.office import Office
    from clockdesk.ui.screens.main_window import MainWindow
    from clockdesk.ui.theme.look import Look


def poses_of(window: MainWindow) -> dict[str, Callable[[], Awaitable[None]]]:
    """What brings the window into each pose, by the picture's name. Without an account there is but one."""
    if window.office is None:
        return {"connection": _Pose(window, "connection").take}
    there = [name for name, (screen, _) in _SCREENS.items() if getattr(window, screen) is not None]
    return {name: _Pose(window, name).take for name in (*there, "connection")} | shift_poses(window)


def picture_of(window: MainWindow, look: Look) -> QPixmap:
    """The window with the dialog that is open over it."""
    made = window.grab()
    open_ones = [one for one in (window.dialog, window.front.dialog) if one is not None and isValid(one)]
    for dialog in open_ones:
        if not dialog.isVisible():
            continue
        drawn = dialog.grab()
        painter = QPainter(made)
        painter.setOpacity(0.4)
        painter.fillRect(made.rect(), look.theme.surface.sunken if look.theme.dark else look.theme.text.normal)
        painter.setOpacity(1)
        place = dialog.rect()
        place.moveCenter(window.rect().center())
        painter.drawPixmap(place, drawn)
        painter.setPen(look.theme.line.control)
        painter.drawRect(place)
        painter.end()
    return made


class _Pose:
    """One picture."""

    def __init__(self, window: MainWindow, name: str) -> None:
        self._window, self._name = window, name

    async def take(self) -> None:
        window = self._window
        put_away(window)
        if self._name == "connection":
            window.show_connection()
            return
        screen, kind = _SCREENS[self._name]
        window.goto(screen)
        page: Any = getattr(window, screen)
        if page.drawer.isVisible():
            page.close_drawer()
        if kind is not None and window.office is not None and (ident := _worth_seeing(window.office, kind)) is not None:
            page.open(ident)


_SCREENS: dict[str, tuple[str, Kind | None]] = {
    "today": ("today", None),
    "bookings": ("bookings", None),
    "booking": ("bookings", Kind.BOOKING),
    "rooms": ("rooms", None),
    "room": ("rooms", Kind.ROOM),
    "folios": ("folios", None),
    "folio": ("folios", Kind.FOLIO),
    "downtime": ("downtime", None),
}


def _worth_seeing(office: Office, kind: Kind) -> int | None:
    """One with much to show: a guest leaving with a balance, the room changing hands, an open folio that is owed."""
    ids = sorted(office.house.ids(kind))
    return max(ids, key=lambda ident: _much(office.house.line(kind, ident)), default=None)


def _much(line: object) -> tuple[int, ...]:
    match line:
        case BookingLine():
            return (line.status == "checked_in", line.remarks, line.balance is not None and line.balance.minor > 0)
        case RoomLine():
            return (line.departing, line.arriving, bool(line.warning), line.occupied)
        case FolioLine():
            owed = line.balance is not None and line.balance.minor > 0
            return (line.state == "open" and owed, line.balance.minor if line.balance is not None else 0)
    return ()
