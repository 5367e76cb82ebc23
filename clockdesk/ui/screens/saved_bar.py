"""The filters that staff kept: the button that opens them and does what is asked for in their panel."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy
from shiboken6 import isValid
from typing_extensions import override

from clockdesk.domain.errors import KnownError, UserError
from clockdesk.domain.predicate import ALL
from clockdesk.domain.words import explain
from clockdesk.ui.screens.saved_panel import SavedPanel
from clockdesk.ui.theme.marks import Mark, paint_mark
from clockdesk.ui.widgets.buttons import PaintedButton
from clockdesk.ui.widgets.text import plain

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from clockdesk.domain.kinds import Kind
    from clockdesk.domain.predicate import Predicate
    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.counting import Passage
    from clockdesk.office.office import Office
    from clockdesk.office.saved import NamedFilter
    from clockdesk.ui.theme.look import Look

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


class SavedButton(PaintedButton):
    """`Saved`, with the name of the saved filter in force.

    Signals: `chosen(NamedFilter)`, `said(words)` when something was kept or forgotten, `failed(words)`.
    """

    chosen = Signal(object)
    said = Signal(str)
    failed = Signal(str)

    def __init__(self, look: Look, tasks: Tasks, office: Office, *kinds: Kind) -> None:
        """Offers filters of these kinds; what is in force is kept as one of the first. Follows `office`."""
        super().__init__(look, "Saved filters")
        self._tasks, self._filters, self._counting = tasks, office.filters, office.counting
        self._kinds = kinds
        self._predicate: Predicate | None = ALL
        self._hint = ""
        self._name = ""
        self.all: tuple[NamedFilter, ...] = ()
        self.panel: SavedPanel | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open_panel)
        self._ends = ExitStack()
        self._ends.callback(self._filters.listen(self._on_filters))
        self._ends.callback(self._counting.listen(self._on_passage))
        self.destroyed.connect(self._ends.close)
        self._on_filters(self._filters.known)

    def retire(self) -> None:
        """The account is given up."""
        self._ends.close()

    def load(self) -> None:
        """Fetch them anew; shown when they come."""
        self._do(self._filters.load(), "")

    def show_filter(self, predicate: Predicate | None, hint: str = "", name: str = "") -> None:
        """This filter is in force now; None for one that can't be kept (`hint` says why), with its `name` if any."""
        self._predicate, self._hint = predicate, hint
        same = (each.name for each in self.all if predicate is not None and each.predicate == predicate)
        self._name = plain(name or next(same, ""))
        self.setAccessibleName(f"Saved filters: {self._name or 'none in force'}")
        self.updateGeometry()
        self.update()

    def keep(self, name: str) -> None:
        """Keep the filter in force under this name."""
        if self._predicate is not None:
            self._do(self._filters.save(self._kinds[0], name, self._predicate), f"Filter “{name.strip()}” saved.")

    def forget(self, each: NamedFilter) -> None:
        """Remove one."""
        self._do(self._filters.forget(each.id), f"Filter “{each.name}” forgotten.")

    def pin(self, each: NamedFilter, on: bool) -> None:  # noqa: FBT001 (a slot's value)
        """Have its count stand on the screen, or no longer."""
        self._do(self._filters.pin(each, pinned=on), "")

    def tell(self, each: NamedFilter, on: bool) -> None:  # noqa: FBT001 (a slot's value)
        """Have a notice say who enters or leaves it, or no longer."""
        self._do(self._filters.tell(each, told=on), "")

    def _do(self, work: Coroutine[Any, Any, object], words: str) -> None:
        self._tasks.spawn(self._done(work, words), "saved filters")

    async def _done(self, work: Coroutine[Any, Any, object], words: str) -> None:
        """Do it and say `words`; a button that did not do what it shows shows again what is so."""
        try:
            await work
        except (UserError, KnownError) as error:
            if isValid(self):
                self._on_filters(self._filters.known)
                self.failed.emit(explain(error) if isinstance(error, KnownError) else str(error))
            return
        if isValid(self) and words:
            self.said.emit(words)

    def _on_filters(self, filters: tuple[NamedFilter, ...]) -> None:
        self.all = tuple(each for kind in self._kinds for each in filters if each.kind is kind)
        self.show_filter(self._predicate, self._hint)
        if self.panel is not None and isValid(self.panel):
            self.panel.show_all(self.all)

    def _on_passage(self, passage: Passage) -> None:
        if self.panel is not None and isValid(self.panel):
            self.panel.show_count(passage.filter.id, passage.count)

    def open_panel(self) -> SavedPanel:
        """Open them under the button."""
        panel = self.panel = SavedPanel(self._look, self._counting.count, self)
        panel.show_all(self.all)
        panel.offer(self._predicate, self._hint)
        panel.chosen.connect(self.chosen)
        panel.kept.connect(self.keep)
        panel.forgotten.connect(self.forget)
        panel.pinned.connect(self.pin)
        panel.told.connect(self.tell)
        panel.show_under(self)
        return panel

    @property
    def _words(self) -> str:
        return self._name or "Saved"

    @override
    def sizeHint(self) -> QSize:
        """Room for mark, words and arrow."""
        words = QFontMetrics(self._look.fonts.strong).horizontalAdvance(self._words)
        return QSize(min(words, 180) + 68, self._look.size.control)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the star, the words and the arrow."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, size, fonts = self._look.theme, self._look.size, self._look.fonts
        rect = QRectF(self.rect())
        rest = theme.surface.selected if self._name else theme.surface.panel
        painter.setPen(QPen(theme.accent.text if self._name else theme.line.control, 1))
        painter.setBrush(self.ground(rest) or rest)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), size.radius, size.radius)
        middle = rect.center().y() - size.icon / 2
        ink = theme.accent.text if self._name else theme.text.muted
        paint_mark(painter, Mark.STAR, QRectF(10, middle, size.icon, size.icon), ink)
        painter.setFont(fonts.strong if self._name else fonts.body)
        painter.setPen(theme.text.normal)
        words = rect.adjusted(34, 0, -30, 0)
        shown = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, int(_LEFT), shown)
        arrow = QRectF(rect.right() - 26, middle, size.icon, size.icon)
        paint_mark(painter, Mark.CHEVRON_DOWN, arrow, theme.text.muted)
        self.paint_focus(painter, size.radius)
