"""The pinned filters of a screen in one line: each with its count, and a bell that has it tell who enters or leaves."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget
from shiboken6 import isValid

from clockdesk.domain.errors import KnownError
from clockdesk.domain.words import explain
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.widgets.buttons import MarkButton
from clockdesk.ui.widgets.flow import FlowLayout
from clockdesk.ui.widgets.pinned import PinnedChip
from clockdesk.ui.widgets.text import tip

if TYPE_CHECKING:
    from collections.abc import Collection

    from clockdesk.domain.kinds import Kind
    from clockdesk.domain.predicate import Predicate
    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.office import Office
    from clockdesk.office.saved import NamedFilter
    from clockdesk.ui.theme.look import Look

BELL_WORDS = "Tell me when a row enters or leaves “{}”"


class PinnedStrip(QWidget):
    """Hidden while nothing is pinned. The counts move with each event.

    Signals: `chosen(NamedFilter)` when somebody wants its rows, `failed(words)`.
    """

    chosen = Signal(object)
    failed = Signal(str)

    def __init__(self, look: Look, tasks: Tasks, office: Office, kinds: Collection[Kind]) -> None:
        """Of these kinds; follows `office` until it goes away."""
        super().__init__()
        self._look, self._tasks, self._office, self._kinds = look, tasks, office, frozenset(kinds)
        self.chips: dict[int, PinnedChip] = {}
        self.bells: dict[int, MarkButton] = {}
        self._filters: dict[int, NamedFilter] = {}
        self._predicate: Predicate | None = None
        self._before: QWidget | None = None
        self._flow = FlowLayout(self, gap=look.size.grid)
        self._flow.setContentsMargins(0, 0, 0, 0)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("Pinned filters")
        self._ends = ExitStack()
        for end in (
            office.filters.listen(self._on_filters),
            office.counting.listen(lambda passage: self._count(passage.filter.id)),
            office.telling.listen(self._count_all),
        ):
            self._ends.callback(end)
        self.destroyed.connect(self._ends.close)
        self._on_filters(office.filters.known)

    def retire(self) -> None:
        """The account is given up."""
        self._ends.close()

    def come_after(self, widget: QWidget) -> None:
        """The Tab key comes here from this widget. Call it once both are in one window."""
        self._before = widget
        self._order_tab()

    def set_margins(self, left: int, top: int, right: int, bottom: int) -> None:
        """The space around the chips, gone with them."""
        self._flow.setContentsMargins(left, top, right, bottom)

    def show_filter(self, predicate: Predicate | None) -> None:
        """This filter is in force on the screen: its chip is marked, and what passed through it is seen."""
        self._predicate = predicate
        for ident, named in self._filters.items():
            here = predicate is not None and named.predicate == predicate
            self.chips[ident].setChecked(here)
            if here and self.isVisible():
                self._office.telling.seen(ident)

    def _on_filters(self, filters: tuple[NamedFilter, ...]) -> None:
        pinned = {each.id: each for each in filters if each.pinned and each.kind in self._kinds and each.predicate}
        same = [(each.id, each.name) for each in pinned.values()] == [
            (each.id, each.name) for each in self._filters.values()
        ]
        self._filters = pinned
        if not same:
            self._make_anew()
        for ident, named in pinned.items():
            self.bells[ident].setChecked(named.told)
            self.chips[ident].setToolTip(tip(named.text))
        self._count_all()
        self.show_filter(self._predicate)
        self.setVisible(bool(pinned))

    def _make_anew(self) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.chips, self.bells = {}, {}
        for ident, named in self._filters.items():
            self._flow.addWidget(self._make_chip(ident, named))
        self._order_tab()
        self.updateGeometry()

    def _order_tab(self) -> None:
        if self._before is None:
            return
        stops = [widget for ident in self.chips for widget in (self.chips[ident], self.bells[ident])]
        for before, after in pairwise([self._before, *stops]):
            QWidget.setTabOrder(before, after)

    def _make_chip(self, ident: int, named: NamedFilter) -> QWidget:
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        chip = self.chips[ident] = PinnedChip(self._look, named.name)
        chip.setCheckable(True)
        chip.clicked.connect(lambda: self._on_chip(ident))
        bell = self.bells[ident] = MarkButton(self._look, Mark.BELL, BELL_WORDS.format(named.name))
        bell.setCheckable(True)
        bell.clicked.connect(lambda on: self._tell(ident, on=on))
        row.addWidget(chip)
        row.addWidget(bell)
        return both

    def _count_all(self) -> None:
        for ident in self.chips:
            self._count(ident)

    def _count(self, ident: int) -> None:
        if ident not in self.chips:
            return
        passage = self._office.telling.unseen(ident)
        entered, left = (len(passage.entered), len(passage.left)) if passage is not None else (0, 0)
        before = self.chips[ident].sizeHint()
        self.chips[ident].show_count(self._office.counting.count(ident), entered, left)
        if self.chips[ident].sizeHint() != before:
            self.updateGeometry()

    def _on_chip(self, ident: int) -> None:
        named = self._filters[ident]
        self.chips[ident].setChecked(named.predicate == self._predicate)
        self._office.telling.seen(ident)
        self.chosen.emit(named)

    def _tell(self, ident: int, *, on: bool) -> None:
        self._tasks.spawn(self._keep(self._filters[ident], on=on), "tell of a filter")

    async def _keep(self, named: NamedFilter, *, on: bool) -> None:
        try:
            await self._office.filters.tell(named, told=on)
        except KnownError as error:
            if isValid(self):
                self._on_filters(self._office.filters.known)
                self.failed.emit(explain(error))
