"""Rooms: the board by floor, what is going on in each room, and setting housekeeping statuses."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from clockdesk.domain.freshness import Trust
from clockdesk.domain.kinds import Kind
from clockdesk.domain.predicate import ALL, all_of
from clockdesk.office.lines import RoomLine
from clockdesk.office.lists import by_room
from clockdesk.ui.models.columns import Column
from clockdesk.ui.models.table import LineModel
from clockdesk.ui.screens.day_list import ASK_FOR_RIGHT, news
from clockdesk.ui.screens.pinned_strip import PinnedStrip
from clockdesk.ui.screens.room_bar import RoomBar
from clockdesk.ui.screens.room_drawer import TASKS_NOTE, RoomDrawer
from clockdesk.ui.screens.room_filter import OUT_OF_SERVICE, STAYS, RoomFilter
from clockdesk.ui.screens.room_legend import RoomLegend
from clockdesk.ui.screens.room_setting import StatusSetting
from clockdesk.ui.screens.room_status import KEYS
from clockdesk.ui.screens.room_within import Within
from clockdesk.ui.screens.saved_bar import SavedButton
from clockdesk.ui.screens.staleness import age
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.theme.status import housekeeping_status
from clockdesk.ui.widgets.board import RoomBoard
from clockdesk.ui.widgets.buttons import MarkButton
from clockdesk.ui.widgets.fields import SearchField
from clockdesk.ui.widgets.filterbar import FilterBar
from clockdesk.ui.widgets.labels import Paragraph, PlainLabel
from clockdesk.ui.widgets.multichoice import MultiChoice, Option
from clockdesk.ui.widgets.notices import Banner, EmptyState, Toast
from clockdesk.ui.widgets.pill import Pill
from clockdesk.ui.widgets.text import caption
from clockdesk.ui.widgets.tile import TileFace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence, Set

    from clockdesk.domain.freshness import Freshness
    from clockdesk.domain.predicate import Predicate
    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.office import Office
    from clockdesk.office.saved import NamedFilter
    from clockdesk.ui.theme.look import Look


class RoomsPage(QWidget):
    """Board, legend, filters, the foot that acts on the chosen rooms, and the drawer of one.

    Signals: `booking_wanted(id)` when a guest in the drawer is chosen, `export_wanted()`.
    """

    booking_wanted = Signal(object)
    export_wanted = Signal()

    def __init__(self, look: Look, tasks: Tasks, office: Office, parent: QWidget | None = None) -> None:
        """Follows `office`, and stops when it goes away."""
        super().__init__(parent)
        self._look, self._office = look, office
        self._filter = RoomFilter()
        self._state = (office.freshness.trust, office.unconfirmed_since)
        self.setAccessibleName("Rooms")
        self._live = office.live(
            Kind.ROOM, key=lambda line: (not line.floor, by_room(line.floor), by_room(line.name), line.id)
        )
        self.model: LineModel[RoomLine] = LineModel(
            (Column[RoomLine](key="room", title="Room", text=lambda line: self._face(line).spoken),),
            self._line,
            look.now,
            glow_seconds=look.theme.motion.glow / 1000,
            parent=self,
        )
        self._make_parts(tasks)
        self._lay_out()
        self._connect()
        self._follow_office()
        self._show(self._live.ids, frozenset())

    # putting it together

    def _make_parts(self, tasks: Tasks) -> None:
        look, office = self._look, self._office
        self.banner = Banner(look)
        self.bar = FilterBar(look, "Filter rooms")
        self.search = SearchField(look, "Room number or guest")
        self.types = MultiChoice(look, "Type")
        self.sectors = MultiChoice(look, "Sector")
        self.stays = MultiChoice(look, "Occupancy", [Option(key, word) for key, (word, _) in STAYS.items()])
        self.saved = SavedButton(look, tasks, office, Kind.ROOM, Kind.BOOKING)
        self.export_button = MarkButton(look, Mark.EXPORT, "Export the rooms shown (Ctrl+E)")
        self.export_button.clicked.connect(self.export_wanted)
        self.pinned = PinnedStrip(look, tasks, office, (Kind.ROOM,))
        self.within = Within(office, self._on_within)
        self._within_pill: Pill | None = None
        self.legend = RoomLegend(look)
        self.note = Paragraph(TASKS_NOTE, role="muted")
        self.board = RoomBoard(look, self.model, self._face, "Rooms by floor")
        self.empty = EmptyState(look, Mark.ROOMS)
        self.board.show_when_empty(self.empty)
        self.foot = RoomBar(look)
        self.drawer = RoomDrawer(look, tasks, office)
        self.drawer.setVisible(False)
        self.toast = Toast(look, self.board)
        self.setting = StatusSetting(tasks, office, self, self.toast, self.banner)

    def _lay_out(self) -> None:
        for field in (PlainLabel("Rooms", role="title"), self.search, self.types, self.sectors, self.stays):
            self.bar.add(field)
        self.bar.add(self.saved)
        self.bar.add(self.export_button)
        grid = self._look.size.grid
        self.pinned.set_margins(2 * grid, grid, 2 * grid, 0)
        self.note.setContentsMargins(2 * grid, 0, 2 * grid, grid)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        for widget in (self.bar, self.pinned, self.banner, self.legend, self.note):
            middle.addWidget(widget)
        middle.addWidget(self.board, 1)
        middle.addWidget(self.foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(middle, 1)
        row.addWidget(self.drawer)
        self.pinned.come_after(self.export_button)

    def _connect(self) -> None:
        self.search.searched.connect(lambda text: self.show_filter(replace(self._filter, text=text)))
        self.search.left_down.connect(self.board.setFocus)
        self.types.changed.connect(lambda chosen: self.show_filter(replace(self._filter, types=chosen)))
        self.sectors.changed.connect(lambda chosen: self.show_filter(replace(self._filter, sectors=chosen)))
        self.stays.changed.connect(lambda chosen: self.show_filter(replace(self._filter, stays=chosen)))
        self.legend.pressed.connect(self._on_legend_pressed)
        self.bar.reset_wanted.connect(self.show_all)
        self.empty.acted.connect(self.show_all)
        self.saved.chosen.connect(self.show_saved)
        self.saved.said.connect(self.toast.tell)
        self.saved.failed.connect(self.banner.tell)
        self.pinned.chosen.connect(self.show_saved)
        self.pinned.failed.connect(self.banner.tell)
        self.board.chosen.connect(self._on_chosen)
        self.board.opened.connect(self.open)
        self.board.typed.connect(self._on_typed)
        self.board.menu_wanted.connect(self._on_menu_wanted)
        self.foot.status_wanted.connect(lambda code: self.setting.set(self.board.chosen_ids, code))
        self.foot.open_wanted.connect(self._open_chosen)
        self.setting.progressed.connect(self.foot.show_progress)
        self.drawer.status_wanted.connect(lambda room, code: self.setting.set((room,), code))
        self.drawer.booking_wanted.connect(self.booking_wanted)
        self.drawer.closed.connect(self.close_drawer)

    def _follow_office(self) -> None:
        office, live = self._office, self._live
        ends: list[Callable[[], object]] = [
            live.listen(self._show),
            office.on_touched(self._on_touched),
            office.freshness_news.subscribe(self._on_freshness),
            partial(office.release, live),
            self.within.end,
        ]
        self.destroyed.connect(lambda: [end() for end in ends])

    # what the window asks

    def focus_search(self) -> None:
        """Go to the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def show_filter(self, wanted: RoomFilter) -> None:
        """Show the rooms of this filter."""
        self._filter = wanted
        with QSignalBlocker(self.search), QSignalBlocker(self.types), QSignalBlocker(self.sectors):
            self.search.setText(wanted.text)
            self.types.choose(wanted.types)
            self.sectors.choose(wanted.sectors)
        with QSignalBlocker(self.stays):
            self.stays.choose(wanted.stays)
        self.legend.choose(wanted.statuses, closed=OUT_OF_SERVICE in wanted.stays)
        self._show(self._live.ids, frozenset())

    def show_all(self) -> None:
        """Take every filter away."""
        self.within.clear()
        self.show_filter(RoomFilter())

    def show_saved(self, saved: NamedFilter) -> None:
        """Limit the board to a saved filter of rooms, or to the rooms of a saved filter of bookings."""
        if saved.predicate is None:
            self.banner.tell(f"The filter “{saved.name}” is no longer understood.", f"It says: {saved.text}")
            return
        self.show_within(saved.kind, saved.predicate, saved.name)

    def show_within(self, kind: Kind, predicate: Predicate, name: str) -> None:
        """Limit the board to these rooms, or to the rooms of these bookings; its other fields begin anew."""
        self.show_filter(RoomFilter())
        self.within.choose(kind, predicate, name)

    def open(self, room: int) -> None:
        """Open this room in the drawer, taking filters away that hide it."""
        line = self._line(room)
        if line is None:
            return
        within = self.within.rooms()
        if not self._filter.matches(line) or (within is not None and room not in within):
            self.show_all()
        if self.board.chosen_ids != (room,):
            self.board.choose((room,))
        self.drawer.show_room(room)
        self.drawer.setVisible(True)
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self.board.scrollTo(self.board.currentIndex())

    def close_drawer(self) -> None:
        """Only the board."""
        focus = self.focusWidget()
        self.drawer.setVisible(False)
        if focus is not None and self.drawer.isAncestorOf(focus):
            self.board.setFocus()

    def new_day(self) -> None:
        """The hotel's date is another one."""
        self._refresh()

    # the board

    def _line(self, ident: int) -> RoomLine | None:
        line = self._office.house.line(Kind.ROOM, ident)
        return line if isinstance(line, RoomLine) else None

    def _lines(self) -> list[RoomLine]:
        return [line for line in map(self._line, self._live.ids) if line is not None]

    def _face(self, line: RoomLine) -> TileFace:
        return TileFace(
            number=line.name,
            group=f"Floor {line.floor}" if line.floor else "Other rooms",
            status=housekeeping_status(line.housekeeping),
            room_type=line.room_type,
            occupied=line.occupied,
            arrival=line.arriving,
            departure=line.departing,
            out_of_service=line.out_of_service,
            warning=line.warning,
            age=age(self._office, line.read_at),
        )

    def _show(self, ids: Sequence[int], changed: Set[int]) -> None:
        lines = self._lines()
        self._offer(lines)
        within = self.within.rooms()
        shown = [line.id for line in lines if self._filter.matches(line) and (within is None or line.id in within)]
        self.legend.show_counts(lines)
        self.note.setVisible(bool(lines) and all(line.housekeeping is None for line in lines))
        self._say_empty(bool(ids))
        self.model.show(shown, news(self._office, self.model, changed))
        self.bar.set_tally(len(shown), filtered=bool(self._filter) or within is not None)
        self._offer_to_keep()

    def _offer_to_keep(self) -> None:
        """What is on the board can be kept under a name, where it can be told as a filter of rooms."""
        own, limit = self._filter.predicate(), self.within
        if own is None:
            self.saved.show_filter(None, "A search is not kept: clear it first")
        elif limit.kind is Kind.BOOKING:
            self.saved.show_filter(None, "A filter of bookings is kept on their screen", limit.name)
        else:
            whole = own if limit.predicate is None else all_of([limit.predicate, own])
            self.saved.show_filter(whole, "", limit.name if own == ALL else "")
        self.pinned.show_filter(limit.predicate if limit.kind is Kind.ROOM and own == ALL else own)

    def _on_within(self) -> None:
        words = self.within.words
        if self._within_pill is not None and self._within_pill.property("words") != words:
            self.bar.drop(self._within_pill)
            self._within_pill = None
        if words and self._within_pill is None:
            pill = self._within_pill = Pill(self._look, words, "Press to take this filter away")
            pill.setProperty("words", words)
            pill.clicked.connect(self.within.clear)
            self.bar.add(pill)
        self._show(self._live.ids, frozenset())

    def _offer(self, lines: Sequence[RoomLine]) -> None:
        """Types and sectors there are; a choice with nothing to choose from is not shown."""
        for field, found in (
            (self.types, {line.room_type for line in lines}),
            (self.sectors, {line.sector for line in lines}),
        ):
            field.set_options([Option(word, word) for word in sorted(found - {""})])
            field.setVisible(bool(found - {""}))

    def _say_empty(self, any_rooms: bool) -> None:  # noqa: FBT001 (one caller)
        trust = self._office.freshness_of(Kind.ROOM).trust
        if any_rooms:
            self.empty.tell("No room matches", "Another filter may show it.", "Clear filters")
        elif trust is Trust.NO_RIGHT:
            self.empty.tell("The API user may not read rooms", ASK_FOR_RIGHT)
        elif trust is Trust.STARTING:
            self.empty.tell("Reading the rooms", "They appear as they come.")
        else:
            self.empty.tell("No rooms", "The copy of this hotel holds no rooms yet.")

    def _refresh(self) -> None:
        self.model.refresh_all()
        self._say_empty(bool(self._live.ids))
        if self.drawer.isVisible() and self.drawer.room is not None:
            self.drawer.show_room(self.drawer.room)

    # news

    def _on_touched(self, kind: Kind, ids: frozenset[int]) -> None:
        room = self.drawer.room
        if kind is Kind.ROOM and room in ids and self.drawer.isVisible() and not self.drawer.show_room(room):
            self.close_drawer()

    def _on_freshness(self, freshness: Freshness) -> None:
        """A count of what is left to read comes often and changes nothing here; another state changes every tile."""
        self.board.viewport().update()
        if (state := (freshness.trust, self._office.unconfirmed_since)) != self._state:
            self._state = state
            self._refresh()

    # what people do

    def _on_legend_pressed(self, statuses: frozenset[str], closed: bool) -> None:  # noqa: FBT001 (a slot's value)
        stays = self._filter.stays - {OUT_OF_SERVICE} | ({OUT_OF_SERVICE} if closed else set())
        self.show_filter(replace(self._filter, statuses=statuses, stays=frozenset(stays)))

    def _on_chosen(self, ids: tuple[int, ...]) -> None:
        self.foot.show_chosen([line.name for line in map(self._line, ids) if line is not None])
        if self.drawer.isVisible() and len(ids) == 1 and ids[0] != self.drawer.room:
            self.drawer.show_room(ids[0])

    def _open_chosen(self) -> None:
        if len(self.board.chosen_ids) == 1:
            self.open(self.board.chosen_ids[0])

    def _on_typed(self, text: str) -> None:
        """C, I, P and D set the chosen rooms; anything else begins a search."""
        code = KEYS.get(text.upper())
        if code is not None and self.board.chosen_ids:
            self.setting.set(self.board.chosen_ids, code)
        elif text.isprintable() and text.strip():
            self.search.start_with(text)

    def _on_menu_wanted(self, ids: tuple[int, ...], place: QPoint) -> None:
        self.menu_for(ids).popup(place)

    def menu_for(self, ids: tuple[int, ...]) -> QMenu:
        """The menu of these rooms; the keys stand beside the statuses."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if len(ids) == 1:
            _add(menu, "Open room\tEnter", partial(self.open, ids[0]))
            menu.addSeparator()
        for letter, code in KEYS.items():
            word = caption(housekeeping_status(code).word)
            _add(menu, f"{word}\t{letter}", partial(self.setting.set, ids, code))
        return menu


def _add(menu: QMenu, text: str, call: Callable[[], object]) -> None:
    menu.addAction(text).triggered.connect(lambda _=False: call())
