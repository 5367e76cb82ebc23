"""The pictures of the shift clock show what they are named after, by really doing it."""

from __future__ import annotations

from clockdesk.office.shift_clocking import Ending
from clockdesk.ui.screens.shift_poses import FAULTS, put_away, shift_poses
from clockdesk.ui.screens.shift_setup import KEY, PEOPLE, REMINDERS
from tests.support.engine import until
from tests.support.hotel import running_hotel
from tests.support.pages import POPUPS, collected_in_this_thread
from tests.support.shift_window import shift_window

__all__ = ["collected_in_this_thread"]
pytestmark = POPUPS

hotel = running_hotel(rooms=2, bookings=2)


async def test_every_pose(hotel, look):
    async with shift_window(hotel, look) as it:
        poses = shift_poses(it.window)
        seen = {
            "shift-out": lambda: it.panel.now.state.text() == "Out",
            "shift-in": lambda: it.panel.now.state.text().startswith("In since"),
            "shift-not-recorded": lambda: it.panel.now.told.head.text() == "NOT recorded",
            "shift-unknown": lambda: it.panel.now.state.text() == "Unknown",
            "shift-setup": lambda: it.setup.tabs.currentIndex() == KEY,
            "shift-people": lambda: (
                it.setup.tabs.currentIndex() == PEOPLE and it.setup.people.finder.chosen is not None
            ),
            "shift-reminders": lambda: it.setup.tabs.currentIndex() == REMINDERS,
            "shifts": lambda: it.window.stack.currentWidget() is it.page and len(it.page.shifts.lines) == 6,
        }
        assert list(poses) == list(seen)
        for name, pose in poses.items():
            if name in FAULTS:
                hotel.fault(**{FAULTS[name]: True})
            await pose()
            await until(seen[name])
            if name in FAULTS:
                hotel.fault(**{FAULTS[name]: False})
            assert it.window.picture().size() == it.window.size() * it.window.devicePixelRatio()
        put_away(it.window)
        assert not it.panel.isVisible()
        assert it.front.dialog is None
        assert it.at.states == [Ending.NOT_RECORDED.value.replace("_", " ")]


async def test_a_workstation_without_people_has_no_pictures_of_them(hotel, look):
    async with shift_window(hotel, look) as it:
        await it.desk.remove_person(it.desk.settings.persons[0].account)
        assert shift_poses(it.window) == {}
