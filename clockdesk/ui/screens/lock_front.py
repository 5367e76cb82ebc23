"""The lock in the window: Ctrl+L, by itself after some minutes, at the start when it was locked at the end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from shiboken6 import isValid

from clockdesk.domain.errors import KnownError, UserError
from clockdesk.domain.words import explain
from clockdesk.ui.widgets.idle import IdleWatch

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow

    from clockdesk.domain.tasks import Tasks
    from clockdesk.ui.screens.lock import LockCover
    from clockdesk.ui.screens.lock_dialog import LockDialog
    from clockdesk.ui.screens.lock_place import LockPlace
    from clockdesk.ui.theme.look import Look
    from clockdesk.ui.widgets.curtain import Curtain

SET_UP_KEYS = "Ctrl+Shift+L"


class LockFront(QObject):
    """Follows one lock at a time; without one there is nothing to cover. Signal: `offered(on)`."""

    offered = Signal(bool)

    def __init__(self, look: Look, tasks: Tasks, window: QMainWindow) -> None:
        """Over `window`."""
        super().__init__(window)
        self._look, self._tasks, self._window = look, tasks, window
        self._place: LockPlace | None = None
        self._taking_over = False
        self._lifted = asyncio.Event()
        self._lifted.set()
        self.idle: IdleWatch | None = None
        self.dialog: LockDialog | None = None
        QShortcut(QKeySequence(SET_UP_KEYS), window).activated.connect(self.open_dialog)

    @cached_property
    def cover(self) -> LockCover:
        """What hides the window; made when it is first wanted."""
        from clockdesk.ui.screens.lock import LockCover  # noqa: PLC0415 (most windows are opened unlocked)

        cover = LockCover(self._look)
        cover.tried.connect(self._on_tried)
        cover.given_up.connect(self._on_given_up)
        return cover

    @cached_property
    def curtain(self) -> Curtain:
        """What hangs the cover up; made with it."""
        from clockdesk.ui.widgets.curtain import Curtain  # noqa: PLC0415

        return Curtain(self._window, self.cover)

    @property
    def is_locked(self) -> bool:
        """Whether the cover hangs."""
        return "curtain" in self.__dict__ and self.curtain.drawn

    async def lifted(self) -> None:
        """Come back as soon as nothing covers the window: what must not go on behind a cover waits here."""
        await self._lifted.wait()

    def _uncover(self) -> None:
        if self.is_locked:
            self.curtain.open()
        self._lifted.set()

    def follow(self, place: LockPlace | None) -> None:
        """This lock from now on; one that was left locked covers at once."""
        if self.idle is not None:
            self.idle.deleteLater()
            self.idle = None
        self._place, self._taking_over = place, False
        self._uncover()
        self.offered.emit(place is not None)
        if place is None:
            return
        self.idle = IdleWatch(place.clock, self)
        self.idle.left.connect(self.lock)
        self.idle.set_minutes(place.minutes)
        if place.lock.locked:
            self._cover(place)

    def lock(self) -> None:
        """Cover the window at once."""
        if self._place is not None and (not self.is_locked or self._taking_over):
            self._taking_over = False
            self._cover(self._place)
            self._tasks.spawn(self._lock(self._place), "lock")

    def may_take_over(self, account: str) -> bool:
        """Whether this person may take the place without a word; one with a PIN types it on the cover first."""
        place = self._place
        if place is None or not place.lock.has_pin(account) or account == place.here():
            return True
        self._taking_over = True
        self._cover(place)
        self.cover.title.setText("Your PIN")
        self.cover.choose(account)
        return False

    def _on_given_up(self) -> None:
        """Whoever was here goes on, as long as nobody has locked meanwhile."""
        if self._taking_over:
            self._taking_over = False
            self._uncover()

    def open_dialog(self) -> None:
        """Minutes and PIN."""
        if self._place is None or self.is_locked:
            return
        if self.dialog is None or not isValid(self.dialog):
            from clockdesk.ui.screens.lock_dialog import LockDialog  # noqa: PLC0415 (opened seldom)

            place = replace(self._place, keep_minutes=self._keep_minutes)
            self.dialog = LockDialog(self._tasks, place, self._window)
        self.dialog.open()

    def _keep_minutes(self, minutes: int) -> None:
        if self._place is not None:
            self._place.keep_minutes(minutes)
            self._place = replace(self._place, minutes=minutes)
            if self.idle is not None:
                self.idle.set_minutes(minutes)

    def _cover(self, place: LockPlace) -> None:
        self._lifted.clear()
        self.cover.show_place(place)
        self.curtain.draw()

    async def _lock(self, place: LockPlace) -> None:
        try:
            await place.lock.lock()
        except KnownError as error:
            self.cover.say(explain(error))

    def _on_tried(self, account: str, pin: str) -> None:
        if self._place is not None:
            self.cover.button.setEnabled(False)
            self._tasks.spawn(self._unlock(self._place, account, pin), "unlock")

    async def _unlock(self, place: LockPlace, account: str, pin: str) -> None:
        try:
            await place.lock.unlock(account, pin)
            if account != place.here():
                await place.choose(account)
        except (UserError, KnownError) as error:
            if isValid(self) and self.is_locked:
                self.cover.say(explain(error) if isinstance(error, KnownError) else str(error))
                self.cover.refresh()
                self.cover.pin.setFocus()
            if place.lock.locked or self._taking_over:
                return
        self._taking_over = False
        if isValid(self) and place is self._place:
            if self.idle is not None:
                self.idle.touch()
            self._uncover()
