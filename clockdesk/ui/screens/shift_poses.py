"""The shift clock as it is drawn for pictures, by doing what a person does; faults are the embedded hotel's own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from clockdesk.domain.shift import NEVER_READ, FindBy, Intention
from clockdesk.ui.screens.shift_setup import KEY, PEOPLE, REMINDERS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from clockdesk.domain.shift import ShiftState
    from clockdesk.office.shift_desk import ShiftDesk
    from clockdesk.ui.screens.main_window import MainWindow
    from clockdesk.ui.screens.shift_front import ShiftFront

FAULTS: Final = {"shift-unknown": "clock_rubbish", "shift-not-recorded": "clock_cut_line"}
"""Faults of the embedded time clock that must be on while these are drawn (`clockdesk.hotel.faults`)."""


def put_away(window: MainWindow) -> None:
    """Nothing floats over the screen."""
    window.close_dialog()
    window.front.close_dialog()
    if window.front.panel is not None:
        window.front.panel.close_panel()


def shift_poses(window: MainWindow) -> dict[str, Callable[[], Awaitable[None]]]:
    """Panel in every state, set-up and back office; nothing without people."""
    place = window.front.place
    if place is None or len(place.desk.settings.persons) < 2:
        return {}
    pose = _ShiftPose(window, window.front, place.desk)
    return {
        "shift-out": lambda: pose.panel(Intention.OUT),
        "shift-in": lambda: pose.panel(Intention.IN),
        "shift-not-recorded": pose.not_recorded,
        "shift-unknown": pose.unknown,
        "shift-setup": lambda: pose.setup(KEY),
        "shift-people": lambda: pose.setup(PEOPLE),
        "shift-reminders": lambda: pose.setup(REMINDERS),
        "shifts": pose.office,
    }


class _ShiftPose:
    """One window's."""

    def __init__(self, window: MainWindow, front: ShiftFront, desk: ShiftDesk) -> None:
        self._window, self._front, self._desk = window, front, desk

    async def _person(self, wanted: Intention) -> None:
        """Somebody who stands so is at the desk."""
        put_away(self._window)
        self._window.goto("today")
        persons = self._desk.settings.persons  # not everybody each time: a minute's calls are few
        for person in persons if wanted is Intention.OUT else persons[1:]:
            if (await self._state_of(person.account)).is_as(wanted):
                return

    async def _state_of(self, account: str) -> ShiftState:
        """Choose somebody; the look that follows by itself tells how they stand."""
        await self._desk.choose("")
        await self._desk.choose(account)
        shift = self._desk.shift
        while shift is not None and shift.state.read is None and shift.trouble is None:  # noqa: ASYNC110 (pictures)
            await asyncio.sleep(0.05)
        return NEVER_READ if shift is None else shift.state

    async def panel(self, wanted: Intention) -> None:
        await self._person(wanted)
        self._front.toggle_panel()

    async def unknown(self) -> None:
        put_away(self._window)
        await self._state_of(self._desk.settings.persons[-1].account)
        self._front.toggle_panel()

    async def not_recorded(self) -> None:
        put_away(self._window)
        self._front.toggle_panel()
        shift = self._desk.shift
        if shift is not None:
            await shift.clock(Intention.OUT if shift.state.is_as(Intention.IN) else Intention.IN)

    async def setup(self, step: int) -> None:
        put_away(self._window)
        self._front.open_setup()
        dialog = self._front.dialog
        if dialog is None:
            return
        dialog.go(step)
        if step == PEOPLE:
            finder = dialog.people.finder
            finder.text.setText("l")
            here = {person.account for person in self._desk.settings.persons}
            finder.show_candidates(await self._desk.find(FindBy.USERNAME, "l"), here)
            for button in [one for one in finder.candidates if one.isEnabled()][1:2]:
                button.click()

    async def office(self) -> None:
        put_away(self._window)
        self._window.goto("shifts")
        self._window.setFocus()
