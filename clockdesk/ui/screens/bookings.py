"""The screen of bookings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import override

from clockdesk.domain.kinds import Kind
from clockdesk.office.forms import BookingForm
from clockdesk.office.lists import by_room
from clockdesk.ui.screens.booking_drawer import BookingDrawer
from clockdesk.ui.screens.columns_bookings import EXPENDABLE, booking_columns
from clockdesk.ui.screens.filter_panel import BookingFilter
from clockdesk.ui.screens.list_page import ListPage

if TYPE_CHECKING:
    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.lines import BookingLine
    from clockdesk.office.office import Office
    from clockdesk.ui.theme.look import Look


class BookingsPage(ListPage["BookingLine"]):
    """All bookings of the copy, filtered; one of them in the drawer."""

    kind = Kind.BOOKING
    noun = "bookings"

    def __init__(self, look: Look, tasks: Tasks, office: Office) -> None:
        """Shows everything the copy holds, by arrival."""
        fields, drawer = BookingFilter(look, lambda: office.today), BookingDrawer(look, tasks, office)
        columns = booking_columns(lambda: office.today)
        super().__init__(look, tasks, office, fields, BookingForm.of, columns, EXPENDABLE, drawer, _by_arrival)
        self.fields = fields
        drawer.folio_wanted.connect(self.folio_wanted)
        self._offer()

    @override
    def _on_touched(self, kind: Kind, ids: frozenset[int]) -> None:
        if kind in {Kind.ROOM, Kind.ROOM_TYPE}:
            self._offer()

    def _offer(self) -> None:
        """Rooms and room types to choose from."""
        house = self._office.house
        types = {each.id: each.name or f"Room type {each.id}" for each in house.room_types.values()}
        self.fields.offer([room.name for room in house.rooms.values() if room.name], types)


_ACTIVE = frozenset({"expected", "checked_in"})


def _by_arrival(line: BookingLine) -> Any:
    """Who is here or comes, by arrival and room; then the others, the last to leave first."""
    if line.status in _ACTIVE:
        return (0, line.arrival.toordinal() if line.arrival else 0, by_room(line.room))
    return (1, -line.departure.toordinal() if line.departure else 0, by_room(line.room))
