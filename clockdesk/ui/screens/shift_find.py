"""Finding a person's account in the time clock: by what, the candidates (refused ones greyed), name and initials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from clockdesk.domain.shift import Candidate, FindBy
from clockdesk.ui.screens.shift_scroll import ScrolledLines
from clockdesk.ui.screens.shift_step import Says
from clockdesk.ui.theme.marks import Mark, paint_mark
from clockdesk.ui.widgets.buttons import PaintedButton, TextButton
from clockdesk.ui.widgets.fields import Choice
from clockdesk.ui.widgets.labels import Paragraph, PlainLabel
from clockdesk.ui.widgets.text import plain, tip

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from clockdesk.ui.theme.look import Look

WAYS: Final = (
    (FindBy.USERNAME, "User name", "The name they sign in to the CMS with"),
    (FindBy.API_ID, "API id", "From their profile in the CMS: Community Profile, Settings"),
    (FindBy.DISCORD, "Discord id", "A long number"),
    (FindBy.UNIQUE_ID, "Number", "Their number in the community"),
)
NOBODY_FOUND: Final = "Nobody was found. Look at the spelling, or try another way."
CONFIRM: Final = "Choose the right account; the time clock may find more than one."
HERE: Final = "At this workstation already"
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


class CandidateButton(PaintedButton):
    """One account, to be chosen; greyed with the reason when it can't be."""

    def __init__(self, look: Look, candidate: Candidate, *, known: bool = False, parent: QWidget | None = None) -> None:
        """Checkable. `known`: at this workstation already; choosing it changes name and initials."""
        refusal = plain(candidate.refusal)
        super().__init__(look, f"{candidate.words}{f', can not be chosen: {refusal}' if refusal else ''}", parent)
        self.candidate = candidate
        more = [
            HERE if known else "",
            f"Discord {candidate.discord}" if candidate.discord else "",
            ", ".join(candidate.api_ids),
        ]
        self.note = f"Can't be chosen: {refusal}" if refusal else plain(" · ".join(part for part in more if part))
        self.setCheckable(True)
        self.setEnabled(not refusal)
        self.setToolTip(tip(f"{candidate.words}\n{self.note}"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @override
    def sizeHint(self) -> QSize:
        """Two lines."""
        return QSize(30 * self._look.size.grid, self._look.size.row + 2 * self._look.size.grid)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint who it is, and what tells them from others."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, size, fonts = self._look.theme, self._look.size, self._look.fonts
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        can, on = self.isEnabled(), self.isChecked()
        painter.setPen(QPen(theme.accent.text if on else theme.line.control if can else theme.line.subtle, 1))
        rest = theme.surface.panel if can else theme.surface.sunken
        painter.setBrush(self.ground(rest) or rest)
        painter.drawRoundedRect(rect, size.radius, size.radius)
        middle = rect.center().y()
        mark = Mark.OK if on else Mark.PERSON if can else Mark.OUT_OF_SERVICE
        ink = theme.accent.text if on else theme.text.muted
        paint_mark(painter, mark, QRectF(12, middle - size.icon / 2, size.icon, size.icon), ink)
        left, width = 12 + size.icon + 10, rect.right() - 12 - size.icon - 20
        height = size.row / 2 + 2
        lines = (
            (
                plain(self.candidate.words),
                fonts.strong if on else fonts.body,
                theme.text.normal if can else theme.text.muted,
            ),
            (self.note, fonts.small, theme.text.muted),
        )
        for at, (text, font, colour) in enumerate(lines):
            painter.setFont(font)
            painter.setPen(colour)
            words = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(width))
            painter.drawText(QRectF(left, middle + (at - 1) * height, width, height), int(_LEFT), words)
        self.paint_focus(painter, size.radius)


class FindPerson(QWidget):
    """Signals: `find_wanted()`, `add_wanted(candidate, name, initials)`, `grown()`."""

    find_wanted = Signal()
    add_wanted = Signal(object, str, str)
    grown = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Nothing found yet."""
        super().__init__(parent)
        self._look = look
        self.candidates: list[CandidateButton] = []
        self.way = Choice(look, "Find by")
        for value, word, _ in WAYS:
            self.way.add(word, value)
        self.way.currentIndexChanged.connect(self._on_way)
        self.text = QLineEdit()
        self.text.setAccessibleName("What to look for")
        self.text.returnPressed.connect(self.find_wanted)
        self.find_button = TextButton("Find")
        self.find_button.clicked.connect(self.find_wanted)
        self.says, self.added = Says(look), Says(look)
        self.hint = Paragraph(role="small")
        self.name, self.initials = QLineEdit(), QLineEdit()
        for field, words in ((self.name, "Name"), (self.initials, "Initials")):
            field.setAccessibleName(words)
            field.setPlaceholderText(words)
            field.returnPressed.connect(self._add)
        self.initials.setFixedWidth(10 * look.size.grid)
        self.add_button = TextButton("Add", role="primary")
        self.add_button.clicked.connect(self._add)
        self._lay_out()
        self._on_way()
        self.start_over()

    def _lay_out(self) -> None:
        grid = self._look.size.grid
        search = QHBoxLayout()
        search.setSpacing(grid)
        search.addWidget(self.way)
        search.addWidget(self.text, 1)
        search.addWidget(self.find_button)
        self._scroll = ScrolledLines(grid // 2)
        self._who = QWidget()
        keep = QHBoxLayout(self._who)
        keep.setContentsMargins(0, 0, 0, 0)
        keep.setSpacing(grid)
        keep.addWidget(self.name, 1)
        keep.addWidget(self.initials)
        keep.addWidget(self.add_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, grid, 0, 0)
        column.setSpacing(grid)
        column.addWidget(PlainLabel("Add a person", role="section"))
        column.addLayout(search)
        for widget in (self.says, self.hint, self._scroll, self._who, self.added):
            column.addWidget(widget)

    @property
    def by(self) -> FindBy:
        """What is looked for."""
        return FindBy(self.way.currentData())

    @property
    def chosen(self) -> Candidate | None:
        """The account somebody has chosen."""
        return next((one.candidate for one in self.candidates if one.isChecked()), None)

    def _on_way(self) -> None:
        hint = next(hint for value, _, hint in WAYS if value == self.by)
        self.text.setPlaceholderText(hint)
        self.text.setAccessibleDescription(hint)

    def start_over(self) -> None:
        """Somebody was added: the next one."""
        self.show_candidates(())
        self.hint.setVisible(False)
        self.text.clear()
        self.name.clear()
        self.initials.clear()
        if self.isVisible():
            self.text.setFocus()

    def set_busy(self, *, busy: bool) -> None:
        """Stop the buttons while something is under way; what is typed stays."""
        for widget in (self.find_button, self.add_button):
            widget.setEnabled(not busy)

    def show_candidates(self, found: Sequence[Candidate], known: Collection[str] = ()) -> None:
        """Show who was found; nobody is chosen yet, not even the only one. `known`: accounts that are here already."""
        self.candidates = []
        for candidate in found:
            button = CandidateButton(self._look, candidate, known=candidate.account in known)
            button.clicked.connect(lambda _=False, button=button: self._choose(button))
            self.candidates.append(button)
        self._scroll.show_lines(self.candidates, self._look.size.row + 2 * self._look.size.grid)
        self.hint.setText(CONFIRM if found else NOBODY_FOUND)
        self.hint.setVisible(True)
        self._who.setVisible(False)
        self.added.tell("")
        free = next((one for one in self.candidates if one.isEnabled()), None)
        if free is not None:
            free.setFocus()
        self.grown.emit()

    def _choose(self, chosen: CandidateButton) -> None:
        for button in self.candidates:
            button.setChecked(button is chosen)
        candidate = chosen.candidate
        name = candidate.community_name or candidate.name
        self.name.setText(name)
        self.initials.setText("".join(word[0] for word in name.split())[:3].upper())
        self._who.setVisible(True)
        self.name.setFocus()
        self.grown.emit()

    def _add(self) -> None:
        if (candidate := self.chosen) is not None:
            self.add_wanted.emit(candidate, self.name.text(), self.initials.text())
