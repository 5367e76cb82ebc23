"""What other starts of the program, and links, may wish of the open window: to be shown something, to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from clockdesk.app.doorbell import Doorbell
from clockdesk.app.handover import RAISE, SYNC, WATCH
from clockdesk.app.links import Link, parse_link
from clockdesk.domain.errors import UserError
from clockdesk.domain.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from clockdesk.app.engine import Engine
    from clockdesk.domain.records import ChangeSet
    from clockdesk.domain.tasks import Tasks
    from clockdesk.ui.screens.main_window import MainWindow


class Visitors:
    """Answers for the window on one account. A link shows, and nothing else."""

    def __init__(self, window: MainWindow, engine: Engine) -> None:
        """Nobody can ask until `open_door`."""
        self._window, self._engine = window, engine

    def open_door(self, folder: Path, tasks: Tasks) -> Doorbell:
        """From now on other starts on this copy are heard."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        wishes = {RAISE: self._raise, SYNC: self._sync_for_another}
        return Doorbell(folder, tasks, wishes, {WATCH: self._tell_changes}, self._follow)

    def show_first(self, link: Link | None) -> None:
        """The link the program was started with."""
        if link is not None:
            try:
                self._show(link)
            except UserError as error:
                self._window.banner.tell(str(error), tone="info")

    async def _follow(self, link: str) -> dict[str, Any]:
        """Another start was given a link: show what it names here. Raises UserError."""
        wanted = parse_link(link)
        await self._raise()
        self._show(wanted)
        return {"opened": wanted.text}

    def _show(self, link: Link) -> None:
        """Go to what a link names. Raises UserError for a room that is not there."""
        ident = link.ident(self._engine.office.house)
        places = {Kind.BOOKING: self._window.ways.open_booking, Kind.ROOM: self._window.ways.open_room}
        places.get(link.kind, self._window.ways.open_folio)(ident)

    async def _raise(self) -> dict[str, Any]:
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()
        return {"raised": True}

    async def _sync_for_another(self) -> dict[str, Any]:
        """`clockdesk sync` beside this window: the window sweeps and tells how it went."""
        from clockdesk.app.cli.summary import sync_beside  # noqa: PLC0415 (few starts ever get such a visit)

        return await sync_beside(self._engine)

    def _tell_changes(self, tell: Callable[[dict[str, Any]], None]) -> Callable[[], None]:
        """`clockdesk sync --watch` beside this window: every change, as the command prints it."""
        from clockdesk.app.cli.summary import happenings  # noqa: PLC0415 (few starts ever get such a visit)

        def pass_on(change: ChangeSet) -> None:
            for line in happenings(change):
                tell(line)

        return self._engine.changes.subscribe(pass_on)
