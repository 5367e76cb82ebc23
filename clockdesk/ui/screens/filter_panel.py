"""The fields above a list that make its filter: the form of `office.forms`, on screen."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from clockdesk.domain.words import BOOKING_STATUSES, FOLIO_STATES
from clockdesk.office.forms import BookingForm, FolioForm, without_rest
from clockdesk.ui.theme.status import booking_status, folio_status
from clockdesk.ui.widgets.fields import Choice, SearchField, TickBox
from clockdesk.ui.widgets.filterbar import FilterBar
from clockdesk.ui.widgets.labels import PlainLabel, dress
from clockdesk.ui.widgets.multichoice import MultiChoice, Option
from clockdesk.ui.widgets.pill import Pill
from clockdesk.ui.widgets.text import tip
from clockdesk.ui.widgets.when import DayRange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from clockdesk.domain.predicate import Predicate
    from clockdesk.ui.theme.look import Look

F = TypeVar("F", BookingForm, FolioForm)


class WordField(QLineEdit):
    """A short text that filters when it is done: on Enter, or when the focus leaves.

    Signal: `done(text)` when the text is another one.
    """

    done = Signal(str)

    def __init__(self, look: Look, name: str, sample: str, parent: QWidget | None = None) -> None:
        """`name` is what it takes; `sample` the widest usual text."""
        super().__init__(parent)
        self._told = ""
        self.setAccessibleName(name)
        self.setPlaceholderText(name)
        width = QFontMetrics(look.fonts.body).horizontalAdvance(max(sample, name, key=len))
        self.setFixedWidth(width + 3 * look.size.grid)
        self.editingFinished.connect(self._tell)
        self.textEdited.connect(lambda: self.complain(""))

    def put(self, text: str) -> None:
        """Show a text that is known already."""
        self._told = text
        self.complain("")
        if self.text() != text:
            self.setText(text)

    def complain(self, reason: str) -> None:
        """Mark the field as wrong and say why; an empty reason takes the mark away."""
        self.setToolTip(tip(reason))
        self.setAccessibleDescription(reason)
        dress(self, "bad", "true" if reason else "")

    def _tell(self) -> None:
        if self.text() != self._told:
            self._told = self.text()
            self.done.emit(self._told)


class FilterPanel(QWidget, Generic[F]):
    """What both panels share. `form` is what the fields say.

    Signal: `changed(form)` when a person changed a field.
    """

    changed = Signal(object)

    empty: ClassVar[Any]

    def __init__(self, look: Look, title: str, hint: str, today: Callable[[], date]) -> None:
        """`title` heads the screen, `hint` says what the search finds."""
        super().__init__()
        self._look = look
        self._today = today
        self._form: F = self.empty
        self._showing = False
        self._day_fields: list[DayRange] = []
        self._stops: list[QWidget] = []
        self._pills: list[Pill] = []
        self._say_rest: Callable[[Predicate], str] = repr
        self.bar = FilterBar(look, f"Filter of the {title.lower()}")
        self.bar.reset_wanted.connect(self._reset)
        self.search = SearchField(look, hint)
        words = QFontMetrics(look.fonts.body).horizontalAdvance(hint)
        self.search.setMaximumWidth(words + 10 * look.size.grid)
        self.search.searched.connect(lambda text: self._change(text=text))
        heading = PlainLabel(title, role="title")
        self.bar.add(heading)
        self.bar.add(self.search)
        self._rest = QWidget()
        self._rest_row = QHBoxLayout(self._rest)
        self._rest_row.setContentsMargins(0, 0, 0, 0)
        self._rest_row.setSpacing(look.size.grid)
        self._rest.setVisible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.bar)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._add_fields()
        self.bar.add(self._rest)
        self._order_tabs()

    def _add_fields(self) -> None:
        """Fields beside the search, which every list has."""

    def _put(self, form: F) -> None:
        """Show a form in those fields."""

    @property
    def last_stop(self) -> QWidget:
        """The last widget that Tab comes to."""
        return self.bar.reset_button

    @property
    def form(self) -> F:
        """What the fields say."""
        return self._form

    def show_form(self, form: F, say_rest: Callable[[Predicate], str]) -> None:
        """Put this into the fields, without a signal. `say_rest` writes what no field can show."""
        self._showing = True
        self._form = form
        self._say_rest = say_rest
        self.search.setText(form.text)
        self._put(form)
        self._show_rest(form.rest)
        self._showing = False

    def turn(self) -> None:
        """The hotel's date is another one: say the days anew."""
        for field in self._day_fields:
            field.turn()

    def show_tally(self, shown: int) -> None:
        """How many rows there are."""
        self.bar.set_tally(shown, filtered=self._form != self.empty)

    def _change(self, **members: object) -> None:
        if self._showing:
            return
        form = replace(self._form, **members)  # type: ignore[arg-type]  # each field gives its own member's type
        if form != self._form:
            self._form = form
            self.changed.emit(form)

    def _reset(self) -> None:
        self.show_form(self.empty, self._say_rest)
        self.changed.emit(self._form)
        self.search.setFocus()

    def _show_rest(self, rest: Sequence[Predicate]) -> None:
        for pill in self._pills:
            self._rest_row.removeWidget(pill)
            pill.hide()
            pill.deleteLater()
        self._pills = []
        for part in rest:
            pill = Pill(self._look, self._say_rest(part), "Take this condition away")
            pill.clicked.connect(partial(self._drop, part))
            self._rest_row.addWidget(pill)
            pill.setVisible(True)
            self._pills.append(pill)
        self._rest.setVisible(bool(rest))
        self._order_tabs()

    def _order_tabs(self) -> None:
        """Tab goes as one reads: the search, the fields, the conditions beside them, the button that clears all."""
        for before, after in pairwise((self.search, *self._stops, *self._pills, self.bar.reset_button)):
            QWidget.setTabOrder(before, after)

    def _drop(self, part: Predicate, _pressed: bool = False) -> None:  # noqa: FBT001, FBT002 (the signal's value)
        form = without_rest(self._form, part)
        self._form = form
        self._show_rest(form.rest)
        self.changed.emit(form)

    def _add(self, field: QWidget) -> None:
        self.bar.add(field)
        self._stops.append(field)

    def _days(self, title: str, member: str, *, since: bool = False) -> DayRange:
        field = DayRange(self._look, title, self._today, since=since)
        field.changed.connect(lambda days: self._change(**{member: days.start if since else days}))
        self._day_fields.append(field)
        self._add(field)
        return field

    def _word(self, name: str, sample: str, member: str) -> WordField:
        field = WordField(self._look, name, sample)
        field.done.connect(lambda text: self._change(**{member: text.strip()}))
        self._add(field)
        return field

    def _choice(self, title: str, options: Sequence[Option], member: str) -> MultiChoice:
        field = MultiChoice(self._look, title, options)
        field.changed.connect(lambda values: self._change(**{member: values}))
        self._add(field)
        return field

    def _tick(self, text: str, member: str) -> TickBox:
        field = TickBox(self._look, text)
        field.toggled.connect(lambda on: self._change(**{member: on}))
        self._add(field)
        return field


class BookingFilter(FilterPanel[BookingForm]):
    """The filter of the bookings list."""

    empty = BookingForm()

    def __init__(self, look: Look, today: Callable[[], date]) -> None:
        """Rooms and room types come with `offer`."""
        self._rooms: dict[str, str] = {}
        super().__init__(look, "Bookings", "Name, number, e-mail", today)

    @override
    def _add_fields(self) -> None:
        statuses = [Option(code, word, booking_status(code)) for code, word in BOOKING_STATUSES.items()]
        self.status = self._choice("Status", statuses, "statuses")
        self.arrival = self._days("Arrival", "arrival")
        self.departure = self._days("Departure", "departure")
        self.room_type = MultiChoice(self._look, "Room type")
        self.room_type.changed.connect(lambda values: self._change(room_types=frozenset(map(int, values))))
        self._add(self.room_type)
        self.room = WordField(self._look, "Room", "101, 102")
        self.room.done.connect(self._on_room)
        self._add(self.room)
        self.reference = self._word("Reference", "BK-123456", "reference")
        self.updated = self._days("Updated", "updated_since", since=True)
        self.owing = self._tick("Owing", "owing")

    def offer(self, rooms: Iterable[str], room_types: Mapping[int, str]) -> None:
        """The hotel's room numbers and room types as they are now."""
        self._rooms = {name.casefold(): name for name in rooms}
        chosen = self._form.room_types
        missing = {ident: f"Room type {ident}" for ident in chosen if ident not in room_types}
        named = sorted((missing | dict(room_types)).items(), key=lambda item: item[1].casefold())
        self._showing = True
        self.room_type.set_options([Option(str(ident), name) for ident, name in named])
        self.room_type.choose(map(str, chosen))  # type: ignore[arg-type]
        self._showing = False

    def _on_room(self, text: str) -> None:
        names = [name for part in text.split(",") if (name := part.strip())]
        known = [self._rooms.get(name.casefold(), "") for name in names]
        if "" in known:
            self.room.complain(f"There is no room {names[known.index('')]} here.")
            return
        self._change(rooms=tuple(dict.fromkeys(known)))

    @override
    def _put(self, form: BookingForm) -> None:
        self.status.choose(form.statuses)
        self.arrival.set_days(form.arrival)
        self.departure.set_days(form.departure)
        self.room_type.choose({str(ident) for ident in form.room_types})
        self.room.put(", ".join(form.rooms))
        self.reference.put(form.reference)
        self.updated.set_days(replace(self.updated.days, start=form.updated_since))
        self.owing.setChecked(form.owing)


_DEPOSIT = {"any": None, "deposit": True, "no": False}


class FolioFilter(FilterPanel[FolioForm]):
    """The filter of the folios list."""

    empty = FolioForm()

    def __init__(self, look: Look, today: Callable[[], date]) -> None:
        """All fields are known beforehand."""
        super().__init__(look, "Folios", "Name, invoice, wording", today)

    @override
    def _add_fields(self) -> None:
        states = [Option(code, word, folio_status(code)) for code, word in FOLIO_STATES.items()]
        self.state = self._choice("State", states, "states")
        self.deposit = Choice(self._look, "Deposit")
        for word, key in (("Deposit or not", "any"), ("Deposits only", "deposit"), ("No deposits", "no")):
            self.deposit.add(word, key)
        self.deposit.currentIndexChanged.connect(
            lambda _: self._change(deposit=_DEPOSIT[str(self.deposit.currentData())])
        )
        self._add(self.deposit)
        self.number = self._word("Number", "1234567", "number")
        self.closed = self._days("Closed", "closed")
        self.owing = self._tick("Owing", "owing")

    @override
    def _put(self, form: FolioForm) -> None:
        self.state.choose(form.states)
        self.deposit.setCurrentIndex(list(_DEPOSIT.values()).index(form.deposit))
        self.number.put(form.number)
        self.closed.set_days(form.closed)
        self.owing.setChecked(form.owing)
