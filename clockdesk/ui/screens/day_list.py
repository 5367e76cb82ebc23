"""The three lists of the day: who comes, who is here, who leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clockdesk.domain.dates import day_text
from clockdesk.domain.freshness import Trust
from clockdesk.domain.kinds import Kind
from clockdesk.domain.money import format_money
from clockdesk.domain.words import housekeeping
from clockdesk.office.lines import BookingLine
from clockdesk.ui.models.columns import Align, Column
from clockdesk.ui.models.table import LineModel
from clockdesk.ui.screens.staleness import age
from clockdesk.ui.theme.status import housekeeping_status
from clockdesk.ui.widgets.fitting import FittingTable
from clockdesk.ui.widgets.money import owed_tone
from clockdesk.ui.widgets.notices import EmptyState
from clockdesk.ui.widgets.section import SectionHeader

if TYPE_CHECKING:
    from collections.abc import Set
    from datetime import date

    from clockdesk.office.lists import LiveList
    from clockdesk.office.office import Office
    from clockdesk.ui.theme.look import Look
    from clockdesk.ui.theme.marks import Mark


ASK_FOR_RIGHT: Final = "Ask the hotel's administrator to give it this right in Clock."


@dataclass(frozen=True, slots=True)
class Words:
    """What a list is called and what it says when it is empty."""

    title: str
    mark: Mark
    empty: str
    empty_means: str


class DayList(QWidget):
    """One list under its head.

    Signals: `booking_wanted(id)` on Enter or a click, `passed(id or None)` when somebody walks along the rows,
    `whole_wanted()` when somebody wants the list on its own screen.
    """

    booking_wanted = Signal(object)
    passed = Signal(object)
    whole_wanted = Signal()

    def __init__(
        self,
        look: Look,
        office: Office,
        live: LiveList,
        columns: tuple[Column[BookingLine], ...],
        expendable: tuple[str, ...],
        words: Words,
        parent: QWidget | None = None,
    ) -> None:
        """Follows `live`, and releases it when it goes away."""
        super().__init__(parent)
        self._office, self._words = office, words
        self.setAccessibleName(words.title)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "card")
        self.model: LineModel[BookingLine] = LineModel(
            columns,
            self._line,
            look.now,
            glow_seconds=look.theme.motion.glow / 1000,
            age=lambda line: age(office, line.read_at),
            parent=self,
        )
        self._head = SectionHeader(words.title, verb="Open list")
        self._head.button.setAccessibleName(f"Open the list: {words.title}")
        self._head.acted.connect(self.whole_wanted)
        self.table = FittingTable(look, self.model, words.title, expendable)
        self.table.opened.connect(self.booking_wanted)
        self.table.clicked.connect(lambda index: self.booking_wanted.emit(self.model.id_at(index.row())))
        self.table.chosen.connect(self.passed)
        self._empty = EmptyState(look, words.mark)
        self.table.show_when_empty(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, look.size.grid // 2)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self.table, 1)
        unlisten = live.listen(self._show)
        ends = (unlisten, lambda: office.release(live))
        self.destroyed.connect(lambda: [end() for end in ends])
        self._show(live.ids, frozenset())

    def _line(self, ident: int) -> BookingLine | None:
        line = self._office.house.line(Kind.BOOKING, ident)
        return line if isinstance(line, BookingLine) else None

    def _show(self, ids: list[int], changed: Set[int]) -> None:
        if not ids:
            self._say_empty()
        self.model.show(ids, news(self._office, self.model, changed))
        self._head.set_count(len(ids))

    def _say_empty(self) -> None:
        trust = self._office.freshness_of(Kind.BOOKING).trust
        if trust is Trust.STARTING:
            self._empty.tell("Reading from the hotel", "Rows appear as they come.")
        elif trust is Trust.NO_RIGHT:
            self._empty.tell("The API user may not read bookings", ASK_FOR_RIGHT)
        else:
            self._empty.tell(self._words.empty, self._words.empty_means)

    def refresh(self) -> None:
        """The words of a date changed; the rows are the same."""
        self.model.refresh_all()

    def refresh_trust(self) -> None:
        """The copy is trusted more, or less, than before."""
        self._say_empty()
        self.table.viewport().update()


def news(office: Office, model: LineModel[Any], changed: Set[int]) -> Set[int]:
    """What of a change is to glow: while the copy is first read, rows that merely come in are no news."""
    if office.freshness.trust is not Trust.STARTING:
        return changed
    return {ident for ident in changed if model.row_of(ident) is not None}


def arrivals_columns(office: Office) -> tuple[Column[BookingLine], ...]:
    """Who is still to arrive: when, who, into which room and whether it is ready.

    A column without a key of its own gives back the list's order: by time here, by room in the two others.
    """

    def when(line: BookingLine) -> str:
        return _day(line.arrival, office.today) if line.overdue else line.arrival_time

    return (
        Column[BookingLine](
            key="time",
            title="Time",
            text=when,
            sample="28 Nov",
            tone=lambda line: "warning" if line.overdue else "muted",
            tip=lambda line: f"Expected on {_day(line.arrival, office.today)}" if line.overdue else "",
        ),
        _guest(),
        _room(),
        Column[BookingLine](
            key="ready",
            title="Is",
            text=lambda line: housekeeping(line.housekeeping).word if line.room_id is not None else "",
            chip=lambda line: housekeeping_status(line.housekeeping) if line.room_id is not None else None,
            tip=lambda line: f"The room is: {housekeeping(line.housekeeping).word}" if line.room_id is not None else "",
            sample="P",
        ),
    )


def in_house_columns(office: Office) -> tuple[Column[BookingLine], ...]:
    """Who is here, where, until when."""
    return (
        _room(strong=True),
        _guest(strong=False),
        Column[BookingLine](
            key="departure",
            title="Until",
            text=lambda line: _day(line.departure, office.today),
            sample="28 Nov",
            sort=lambda line: line.departure,
            tone=lambda line: "danger" if line.overdue else "warning" if line.due_out else "muted",
            tip=lambda line: "Should have left" if line.overdue else "Leaves today" if line.due_out else "",
        ),
    )


def departures_columns(office: Office) -> tuple[Column[BookingLine], ...]:
    """Who is still to leave, and what is open."""
    return (
        _room(strong=True),
        _guest(strong=False, sample="Moldoveanu"),
        Column[BookingLine](
            key="balance",
            title="Balance",
            text=_balance,
            sample="1 234.50 EUR",
            align=Align.RIGHT,
            sort=lambda line: line.balance.minor if line.balance is not None else None,
            tone=lambda line: owed_tone(line.balance),
        ),
    )


def _room(*, strong: bool = False) -> Column[BookingLine]:
    return Column[BookingLine](
        key="room",
        title="Room",
        text=lambda line: line.room,
        sample="12045",
        strong=strong,
        tip=lambda line: line.room_type,
    )


def _guest(*, strong: bool = True, sample: str = "Papadimitriou") -> Column[BookingLine]:
    return Column[BookingLine](
        key="guest",
        title="Guest",
        text=lambda line: line.guest or f"Booking {line.number}",
        sample=sample,
        stretch=True,
        strong=strong,
        sort=lambda line: line.guest.casefold(),
        tip=lambda line: f"{line.guest} · booking {line.number}" if line.guest else "",
    )


def _balance(line: BookingLine) -> str:
    return format_money(line.balance) if line.balance else ""


def _day(day: date | None, today: date) -> str:
    return "" if day is None else day_text(day, today)
