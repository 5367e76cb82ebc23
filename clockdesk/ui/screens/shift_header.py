"""The strip above the screens: the hotel's time, who is at this workstation, and how their shift stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from clockdesk.domain.dates import hotel_today, time_text, weekday_text
from clockdesk.ui.screens.shift_face import PANEL_KEYS, PERSON_KEYS, Face
from clockdesk.ui.theme.marks import Mark, paint_mark
from clockdesk.ui.widgets.buttons import PaintedButton
from clockdesk.ui.widgets.labels import PlainLabel
from clockdesk.ui.widgets.text import plain, tip

if TYPE_CHECKING:
    from clockdesk.domain.shift import Person
    from clockdesk.ui.screens.shift_look import ShiftPlace
    from clockdesk.ui.theme.look import Look

NOBODY: Final = "Who is here?"
WIDEST_NAME: Final = 160
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_CENTER = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine


class PersonButton(PaintedButton):
    """Initials and name of whoever is here; pressing it opens the menu of people."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Nobody at first."""
        super().__init__(look, NOBODY, parent)
        self._initials, self._name = "", ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_person(None)

    def show_person(self, person: Person | None) -> None:
        """This one is here."""
        initials, name = (plain(person.initials), plain(person.name)) if person is not None else ("", NOBODY)
        if (initials, name) == (self._initials, self._name):
            return
        self._initials, self._name = initials, name
        said = f"At this workstation: {name} ({initials})" if initials else NOBODY
        self.setAccessibleName(said)
        self.setToolTip(tip(f"{said}\nAnother person: {PERSON_KEYS}"))
        self.updateGeometry()
        self.update()

    @property
    def words(self) -> str:
        """What it says."""
        return f"{self._initials} {self._name}".strip()

    def _badge(self) -> float:
        if not self._initials:
            return 0.0
        return max(24.0, QFontMetrics(self._look.fonts.small_strong).horizontalAdvance(self._initials) + 12.0)

    @override
    def sizeHint(self) -> QSize:
        """Initials, name, arrow."""
        name = QFontMetrics(self._look.fonts.body).horizontalAdvance(self._name)
        return QSize(round(self._badge()) + min(name, WIDEST_NAME) + 46, self._look.size.control)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, size, fonts = self._look.theme, self._look.size, self._look.fonts
        rect = QRectF(self.rect())
        if (ground := self.ground()) is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(rect, size.radius, size.radius)
        left = 8.0
        if width := self._badge():
            pill = QRectF(left, rect.center().y() - 12, width, 24)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.accent.fill)
            painter.drawRoundedRect(pill, 12, 12)
            painter.setPen(theme.text.on_accent)
            painter.setFont(fonts.small_strong)
            painter.drawText(pill, int(_CENTER), self._initials)
            left = pill.right() + 8
        arrow = QRectF(rect.right() - 8 - size.icon, rect.center().y() - size.icon / 2, size.icon, size.icon)
        painter.setPen(theme.text.normal)
        painter.setFont(fonts.body)
        name = QFontMetrics(fonts.body).elidedText(
            self._name, Qt.TextElideMode.ElideRight, int(arrow.left() - 4 - left)
        )
        painter.drawText(QRectF(left, 0, arrow.left() - left, rect.height()), int(_LEFT), name)
        paint_mark(painter, Mark.CHEVRON_DOWN, arrow, theme.text.muted)
        self.paint_focus(painter, size.radius)


class ClockButton(PaintedButton):
    """How the shift stands, at a glance; pressing it opens the panel."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Says nothing of a shift until told."""
        super().__init__(look, "Shift clock", parent)
        self._face = Face("Shift clock")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._say()

    @property
    def face(self) -> Face:
        """What it shows."""
        return self._face

    def set_face(self, face: Face) -> None:
        """Show this."""
        if face != self._face:
            self._face = face
            self._say()

    def _say(self) -> None:
        about = ", ".join(self._face.hint.splitlines()) or self._face.words
        self.setAccessibleName(f"Shift clock: {about}" if self._face.hint else "Shift clock")
        self.setToolTip(tip("\n".join(part for part in (self._face.hint, f"Shift clock: {PANEL_KEYS}") if part)))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        """Mark and words, all of them."""
        words = QFontMetrics(self._look.fonts.strong).horizontalAdvance(self._face.words)
        return QSize(words + self._look.size.icon + 34, self._look.size.control)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pill: dashed and without its ground when what it says is old."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, size = self._look.theme, self._look.size
        face = self._face
        tone = theme.tone[face.tone] if face.tone else None
        border = tone.border if tone else theme.line.control
        ink = theme.text.muted if face.stale else tone.fg if tone else theme.text.normal
        rest = theme.surface.panel if tone is None or face.stale else tone.bg
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        line = Qt.PenStyle.DashLine if face.stale else Qt.PenStyle.SolidLine
        painter.setPen(QPen(border, 1, line))
        painter.setBrush(self.ground(rest) or rest)
        painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        mark = QRectF(12, rect.center().y() - size.icon / 2, size.icon, size.icon)
        paint_mark(painter, face.mark, mark, ink)
        painter.setPen(ink)
        painter.setFont(self._look.fonts.strong)
        words = QRectF(mark.right() + 8, 0, rect.right() - mark.right() - 8, self.height())
        painter.drawText(words, int(_LEFT), face.words)
        self.paint_focus(painter, rect.height() / 2)


class ShiftHeader(QWidget):
    """The strip. Hidden until there is a shift clock to follow.

    Signal: `seen(on)` when it comes to the screen, with the window, or leaves it (hidden, minimised).
    """

    seen = Signal(bool)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Its buttons are wired by whoever makes it."""
        super().__init__(parent)
        self.setAccessibleName("Shift clock")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "bar")
        self.setFixedHeight(6 * look.size.grid)
        self.day = PlainLabel(role="muted")
        self.time = PlainLabel(role="strong")
        self.person = PersonButton(look)
        self.clock = ClockButton(look)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * look.size.grid, 0, 2 * look.size.grid, 1)
        row.setSpacing(look.size.grid)
        for widget in (self.time, self.day):
            row.addWidget(widget)
        row.addStretch(1)
        for button in (self.person, self.clock):
            row.addWidget(button)
        self.setVisible(False)

    def refresh(self, place: ShiftPlace) -> None:
        """Say how things are now."""
        from clockdesk.ui.screens.shift_look import face_of  # noqa: PLC0415 (not before there is a shift clock)

        now, zone = place.clock.now(), place.zone()
        today = hotel_today(now, zone)
        self.time.setText(time_text(now, zone))
        self.day.setText(weekday_text(today, today))
        self.person.show_person(place.desk.person)
        self.clock.set_face(face_of(place.desk))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """It can be seen now."""
        super().showEvent(event)
        self.seen.emit(True)  # noqa: FBT003 (a signal's value)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """It can't."""
        super().hideEvent(event)
        self.seen.emit(False)  # noqa: FBT003 (a signal's value)
