"""A screen that is one list with its filter and a drawer: what bookings and folios share."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid
from typing_extensions import override

from clockdesk.domain.errors import ErrorCode, KnownError, UserError
from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.predicate import ALL, PredicateError, compile_matcher
from clockdesk.domain.predicate_text import format_predicate, parse
from clockdesk.domain.words import next_step
from clockdesk.ui.models.table import LineModel
from clockdesk.ui.screens.pinned_strip import PinnedStrip
from clockdesk.ui.screens.query_line import QueryLine
from clockdesk.ui.screens.saved_bar import SavedButton
from clockdesk.ui.screens.staleness import age, missing_right, read_words
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.widgets.fitting import FittingTable
from clockdesk.ui.widgets.notices import Banner, EmptyState, Toast

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from clockdesk.domain.freshness import Freshness
    from clockdesk.domain.kinds import Kind
    from clockdesk.domain.predicate import Predicate
    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.forms import BookingForm, FolioForm
    from clockdesk.office.office import Office
    from clockdesk.office.saved import NamedFilter
    from clockdesk.ui.models.columns import Column
    from clockdesk.ui.screens.filter_panel import FilterPanel
    from clockdesk.ui.screens.reading_drawer import ReadingDrawer
    from clockdesk.ui.theme.look import Look

L = TypeVar("L")


class ListPage(QWidget, Generic[L]):
    """Filter, text, list, drawer.

    `/` and Ctrl+F go to the search, arrows walk, Enter opens, Escape closes the drawer. Signals: `folio_wanted(id)`
    and `booking_wanted(id)` when somebody wants to see one that is shown elsewhere, `export_wanted()`.
    """

    folio_wanted = Signal(object)
    booking_wanted = Signal(object)
    export_wanted = Signal()

    kind: ClassVar[Kind]
    noun: ClassVar[str]

    def __init__(
        self,
        look: Look,
        tasks: Tasks,
        office: Office,
        panel: FilterPanel[Any],
        form_of: Callable[[Predicate], BookingForm | FolioForm],
        columns: Sequence[Column[L]],
        expendable: Sequence[str],
        drawer: ReadingDrawer,
        order: Callable[[Any], Any],
    ) -> None:
        """`order` sorts lines as long as no column was chosen."""
        super().__init__()
        self._look, self._tasks, self._office = look, tasks, office
        self._form_of = form_of
        self._predicate: Predicate = ALL
        self._names: dict[Predicate, str] = {}
        self._missing: list[int] = []
        self._no_right = ""
        self._ends = ExitStack()
        self.panel, self.drawer = panel, drawer
        self.saved = SavedButton(look, tasks, office, self.kind)
        self.pinned = PinnedStrip(look, tasks, office, (self.kind,))
        self.query = QueryLine(look, self.kind, self.saved, self.pinned)
        self.banner = Banner(look)
        self.model: LineModel[L] = LineModel(
            columns,
            self._line,
            look.now,
            glow_seconds=look.theme.motion.glow / 1000,
            age=self._age,
            parent=self,
        )
        self.table = FittingTable(look, self.model, self.noun.capitalize(), expendable)
        self.empty = EmptyState(look, Mark.SEARCH)
        self.table.show_when_empty(self.empty)
        self.toast = Toast(look, self)
        self._lay_out()
        self._connect()
        self._live = office.live(self.kind, ALL, order)
        self._follow_office()
        self._on_list(self._live.ids, frozenset())
        self._show_filter()
        self._look_at_rights()

    def _lay_out(self) -> None:
        """The filter across the whole page, so that the rows keep their place when the drawer opens."""
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addWidget(self.table, 1)
        below.addWidget(self.drawer)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.panel, self.query, self.banner):
            column.addWidget(widget)
        column.addLayout(below, 1)
        self.drawer.setVisible(False)
        stops = (self.panel.last_stop, self.saved, self.query.text, self.query.copy_button, self.query.ask_button)
        for before, after in pairwise(
            (*stops, self.query.export_button, self.banner.button, self.banner.close_button, self.table)
        ):
            QWidget.setTabOrder(before, after)
        self.pinned.come_after(self.query.export_button)

    def _connect(self) -> None:
        self.panel.changed.connect(lambda form: self._apply(form.predicate(), by_panel=True))
        self.panel.search.left_down.connect(self._into_list)
        self.query.read.connect(self._apply)
        self.query.asked.connect(self.ask)
        self.query.export_button.clicked.connect(self.export_wanted)
        self.query.copied.connect(lambda: self.toast.tell("Request copied."))
        self.saved.chosen.connect(self.show_saved)
        self.saved.said.connect(self.toast.tell)
        self.saved.failed.connect(self._on_saving_failed)
        self.pinned.chosen.connect(self.show_saved)
        self.pinned.failed.connect(self._on_saving_failed)
        self.banner.acted.connect(self._read_missing)
        self.empty.acted.connect(self.ask)
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(self.open)
        self.table.clicked.connect(lambda index: self._on_clicked(index.row()))
        self.table.typed.connect(self._on_typed)
        self.drawer.closed.connect(self.close_drawer)

    def _follow_office(self) -> None:
        """Listen until `retire`, or until the page is gone."""
        office, live = self._office, self._live
        self._ends.callback(office.release, live)
        for end in (
            live.listen(self._on_list),
            office.on_touched(self._on_touched),
            office.freshness_news.subscribe(self._on_freshness),
        ):
            self._ends.callback(end)
        self.destroyed.connect(self._ends.close)

    def retire(self) -> None:
        """The account is given up: hear nothing more of it."""
        self._ends.close()
        self.saved.retire()
        self.pinned.retire()
        self.drawer.retire()

    # what the list shows

    def _line(self, ident: int) -> L | None:
        return cast("L | None", self._office.house.line(self.kind, ident))

    def _age(self, line: Any) -> str:
        read_at: datetime | None = line.read_at
        return read_words(self._office, read_at) if self._no_right else age(self._office, read_at)

    def _on_list(self, ids: list[int], changed: frozenset[int]) -> None:
        self.model.show(ids, changed)
        self.panel.show_tally(len(ids))
        self._show_empty()

    def new_day(self) -> None:
        """The hotel's date is another one: say days and requests anew."""
        self.model.refresh_all()
        self.panel.turn()
        self._show_filter(by_panel=True)
        self.drawer.refresh()

    def _on_touched(self, kind: Kind, ids: frozenset[int]) -> None:
        """Other objects changed that the screen speaks of."""

    def _on_freshness(self, _news: Freshness) -> None:
        self._look_at_rights()
        self.table.viewport().update()

    def _look_at_rights(self) -> None:
        """A right that the API user lacks is told where its objects would be."""
        before, self._no_right = self._no_right, missing_right(self._office, self.kind)
        if self._no_right == before:
            return
        self.query.ask_button.setEnabled(not self._no_right)
        self._show_empty()
        if self._no_right:
            self.banner.tell(f"The API user may not read {self.noun}.", self._right_words(), tone="warning")
        else:
            self.banner.clear()

    def _right_words(self) -> str:
        return f"It lacks the right {self._no_right}. {next_step(ErrorCode.NO_RIGHT)}"

    def _show_empty(self) -> None:
        if self.model.rowCount():
            return
        if self._no_right:
            self.empty.tell(f"No {self.noun} can be shown", "The API user lacks the right to read them.")
        elif self._predicate == ALL:
            self.empty.tell(f"No {self.noun} in the copy yet", "They appear here as they are read.")
        else:
            words = "Nothing in the copy matches the filter. The hotel may know more, from before or after its days."
            self.empty.tell(f"No {self.noun} match", words, "Ask the hotel")

    # the filter

    @property
    def predicate(self) -> Predicate:
        """The filter in force."""
        return self._predicate

    def show_filter(self, wanted: Predicate | str, name: str = "") -> None:
        """Show what matches this; a condition no field can show is called `name`. Raises UserError for a wrong text."""
        self._names = {wanted: name} if name and not isinstance(wanted, str) else {}
        self._apply(parse(wanted, ENTITIES[self.kind]) if isinstance(wanted, str) else wanted)

    def _apply(self, predicate: Predicate, *, by_panel: bool = False) -> None:
        try:
            compile_matcher(predicate, ENTITIES[self.kind], self._office.context(self.kind))
        except PredicateError as error:
            self.query.complain(error)
            return
        self._predicate = predicate
        self._missing = []
        self.banner.clear()
        self._show_filter(by_panel=by_panel)
        self._live.filter(predicate)

    def _show_filter(self, *, by_panel: bool = False) -> None:
        """Have every place that shows the filter show this one."""
        entity = ENTITIES[self.kind]
        if not by_panel:
            self.panel.show_form(
                self._form_of(self._predicate), lambda part: self._names.get(part) or format_predicate(part, entity)
            )
        requests, unsent = self._office.request_text(self.kind, self._predicate)
        self.query.show_filter(self._predicate, requests, unsent)
        self.saved.show_filter(self._predicate)
        self.pinned.show_filter(self._predicate)

    def show_saved(self, saved: NamedFilter) -> None:
        """Put a saved filter in force; one that is no longer understood is offered to be mended."""
        if saved.predicate is not None:
            self._apply(saved.predicate)
        else:
            self.query.text.offer(saved.text)

    def _on_saving_failed(self, words: str) -> None:
        self.banner.tell(words)

    # asking the hotel

    def ask(self) -> None:
        """Ask the hotel what matches and is not in the copy."""
        self.query.ask_button.setEnabled(False)
        self.query.ask_button.setText("Asking …")
        self._tasks.spawn(self._ask(self._predicate), "ask the hotel")

    async def _ask(self, predicate: Predicate) -> None:
        failure: KnownError | UserError | None = None
        missing: list[int] = []
        seconds = 0.0
        try:
            missing, seconds = await self._office.ask_hotel(self.kind, predicate)
        except (KnownError, UserError) as error:
            failure = error
        if not isValid(self):
            return
        self.query.ask_button.setText("Ask the hotel")
        self.query.ask_button.setEnabled(True)
        if predicate != self._predicate:
            return
        if isinstance(failure, KnownError):
            self.banner.tell_error(failure)
        elif failure is not None:
            self.banner.tell(str(failure))
        else:
            self._tell_missing(missing, seconds)

    def _tell_missing(self, missing: list[int], seconds: float) -> None:
        self._missing = missing
        if not missing:
            self.banner.tell(f"The hotel knows no other {self.noun} that match.", tone="ok")
            return
        reads = f"{len(missing)} read{'s' if len(missing) > 1 else ''}"
        self.banner.tell(
            f"The hotel knows {len(missing)} more that may match.",
            f"To show them takes {reads}, about {max(1, round(seconds))} s; they appear as they come.",
            verb="Read them",
            tone="info",
        )

    def _read_missing(self) -> None:
        self._office.read_in_background(self.kind, self._missing)
        self.banner.clear()
        self.toast.tell(f"Reading {len(self._missing)}; they appear as they come.")
        self._missing = []

    # the drawer

    def open(self, ident: int) -> None:
        """Show one in the drawer, and in the list where it is there."""
        if self.table.chosen_id != ident:
            self.table.choose(ident)
        self.drawer.setVisible(True)
        self.drawer.show_one(ident)

    def close_drawer(self) -> bool:
        """Only the list; says whether there was a drawer to close."""
        was_open = not self.drawer.isHidden()
        self.drawer.leave()
        self.drawer.setVisible(False)
        if was_open:
            self.table.setFocus()
        return was_open

    def _on_chosen(self, ident: int | None) -> None:
        """The drawer, once open, follows the row."""
        if ident is not None and not self.drawer.isHidden():
            self.drawer.show_one(ident, passing=True)

    def _on_clicked(self, row: int) -> None:
        ident = self.model.id_at(row)
        if ident is not None:
            self.open(ident)

    # keys

    def focus_search(self) -> None:
        """Go to the search."""
        self.panel.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.panel.search.selectAll()

    def _on_typed(self, text: str) -> None:
        if text == "/":
            self.focus_search()
        else:
            self.panel.search.start_with(text)

    def _into_list(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.table.chosen_id is None and (first := self.model.id_at(0)) is not None:
            self.table.choose(first)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What no widget of the page wanted for itself."""
        if event.matches(QKeySequence.StandardKey.Find) or event.text() == "/":
            self.focus_search()
        elif not (event.key() == Qt.Key.Key_Escape and self.close_drawer()):
            super().keyPressEvent(event)
