"""Carries out what somebody chose for rooms on the board, and tells how each room ended: nothing fails unseen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from clockdesk.domain.words import HOUSEKEEPING_CODES, housekeeping
from clockdesk.office.actions import Ending
from clockdesk.ui.screens.room_status import Result, failures, rooms_word, seen_statuses, set_status, summary
from clockdesk.ui.widgets.dialogs import Answer, ask

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtWidgets import QWidget

    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.office import Office
    from clockdesk.ui.widgets.notices import Banner, Toast

RETRIED = frozenset({Ending.FAILED, Ending.UNKNOWN})


class StatusSetting(QObject):
    """Sends statuses, one batch after the other, and says in `toast` or `banner` what came of them.

    Signal: `progressed(done, of)`.
    """

    progressed = Signal(int, int)

    def __init__(self, tasks: Tasks, office: Office, over: QWidget, toast: Toast, banner: Banner) -> None:
        """Belongs to `over`, where conflicts are asked about."""
        super().__init__(over)
        self._tasks, self._office, self._over, self._toast, self._banner = tasks, office, over, toast, banner
        self._turn = asyncio.Lock()
        self._sent: dict[int, str] = {}
        self._to_undo: tuple[Result, ...] = ()
        self._to_retry: tuple[Result, ...] = ()
        toast.acted.connect(self.undo)
        banner.acted.connect(self.retry)

    def set(self, rooms: Sequence[int], code: str) -> None:
        """Give these rooms this status."""
        seen = seen_statuses(self._office, rooms)
        self._begin({room: code for room in rooms if room in seen}, seen)

    def undo(self) -> None:
        """Give the rooms changed last their statuses back."""
        undone, self._to_undo = self._to_undo, ()
        back = {each.room: each.seen for each in undone if each.seen is not None and each.seen in HOUSEKEEPING_CODES}
        self._begin(back, {each.room: each.wanted for each in undone})

    def retry(self) -> None:
        """Send again what failed, for rooms that still are as they were seen."""
        again, self._to_retry = self._to_retry, ()
        self._banner.clear()
        self._begin({each.room: each.wanted for each in again}, {each.room: each.seen for each in again})

    def _begin(self, wanted: Mapping[int, str], seen: Mapping[int, str | None]) -> None:
        """What is on its way counts as seen: somebody who presses twice is not in conflict with himself."""
        if wanted:
            self._toast.hide()  # its Undo would speak of what was done before
            seen = {room: self._sent.get(room, seen[room]) for room in wanted}
            self._sent.update(wanted)
            self._tasks.spawn(self._run(dict(wanted), seen), "set room statuses")

    async def _run(self, wanted: dict[int, str], seen: Mapping[int, str | None]) -> None:
        results = await self._send(wanted, seen)
        met = [result for result in results if result.outcome.ending is Ending.CONFLICT]
        if met and isValid(self):
            results = [result for result in results if result not in met]
            if await self._ask_about(met) and isValid(self):
                again = {each.room: each.wanted for each in met}
                results += await self._send(again, {each.room: each.theirs for each in met})
        if isValid(self):
            self._tell(results)

    async def _send(self, wanted: dict[int, str], seen: Mapping[int, str | None]) -> list[Result]:
        async with self._turn:
            try:
                return list(await set_status(self._office, wanted, self._progress, seen))
            finally:
                for room, code in wanted.items():
                    if self._sent.get(room) == code:
                        del self._sent[room]

    def _progress(self, done: int, of: int) -> None:
        if isValid(self):
            self.progressed.emit(done, of)

    async def _ask_about(self, met: Sequence[Result]) -> bool:
        """Both sides; whether what the person wanted shall be set all the same."""
        word = housekeeping(met[0].wanted).word
        lines = [
            f"Room {each.name}: you saw {housekeeping(each.seen).word}, it is {housekeeping(each.theirs).word} now."
            for each in met
        ]
        title = f"Room {met[0].name} was changed meanwhile" if len(met) == 1 else f"{rooms_word(len(met))} were changed"
        text = "Somebody else was faster:\n" + "\n".join(lines)
        answers = (Answer("", "Leave as it is"), Answer("over", f"Set to {word}", "primary"))
        return await ask(self._over, title, text, answers) == "over"

    def _tell(self, results: Sequence[Result]) -> None:
        if not results:
            self._toast.tell("Left as it is.", tone="info")
            return
        self._to_undo = tuple(result for result in results if result.changed)
        self._to_retry = tuple(result for result in results if result.outcome.ending in RETRIED)
        if all(result.done for result in results):
            self._toast.tell(summary(results), verb="Undo" if self._to_undo else "")
            return
        self._banner.tell(summary(results), failures(results), verb="Try again" if self._to_retry else "")
