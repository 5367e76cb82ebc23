"""A saved filter on the room board: the rooms it names, or the rooms of the bookings it names. Live like any list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockdesk.domain.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from clockdesk.domain.predicate import Predicate
    from clockdesk.office.lists import LiveList
    from clockdesk.office.office import Office


class Within:
    """Which rooms the board is limited to, beside its own fields.

    A filter of rooms gives those that match. A filter of bookings gives the rooms that its bookings are in or are
    assigned to; a booking without a room has no tile.
    """

    def __init__(self, office: Office, changed: Callable[[], None]) -> None:
        """No limit. `changed` is called when other rooms belong to it, or another filter is in force."""
        self._office, self._changed = office, changed
        self._live: LiveList | None = None
        self.name = ""
        self.words = ""

    @property
    def kind(self) -> Kind | None:
        """What the filter is over; None without one."""
        return self._live.kind if self._live is not None else None

    @property
    def predicate(self) -> Predicate | None:
        """The filter; None without one."""
        return self._live.predicate if self._live is not None else None

    def choose(self, kind: Kind, predicate: Predicate, name: str) -> None:
        """Limit the board to this; `name` is what the person calls it."""
        self._drop()
        self._live = self._office.live(kind, predicate)
        self._live.listen(lambda _ids, _changed: self._changed())
        self.name = name
        self.words = name if kind is Kind.ROOM else f"Rooms of: {name}"
        self._changed()

    def clear(self) -> None:
        """No limit any more."""
        if self._live is not None:
            self._drop()
            self._changed()

    def end(self) -> None:
        """The board is gone."""
        self._drop()

    def rooms(self) -> set[int] | None:
        """The ids of the rooms; None for all."""
        if self._live is None:
            return None
        if self._live.kind is Kind.ROOM:
            return set(self._live.ids)
        bookings = self._office.house.bookings
        found = {bookings[ident].room_id for ident in self._live.ids if ident in bookings}
        return {room for room in found if room is not None}

    def _drop(self) -> None:
        live, self._live = self._live, None
        self.name = self.words = ""
        if live is not None:
            self._office.release(live)
