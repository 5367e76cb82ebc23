"""A shift as the panel shows it: person, state and its age, the big button, the sentence, the last shifts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget
from shiboken6 import isValid

from clockdesk.domain.dates import hotel_today, time_text
from clockdesk.domain.shift import Intention
from clockdesk.office import shift_words
from clockdesk.office.shift_clocking import Ending
from clockdesk.ui.screens.shift_button import BigButton
from clockdesk.ui.screens.shift_look import OUT, UNKNOWN, VERBS, kind_words, lost, sentence_case, standing_status
from clockdesk.ui.screens.shift_rows import LastShifts
from clockdesk.ui.screens.shift_told import Told
from clockdesk.ui.widgets.labels import Paragraph, PlainLabel
from clockdesk.ui.widgets.notices import MarkSpot
from clockdesk.ui.widgets.text import caption

if TYPE_CHECKING:
    from clockdesk.office.shift import Shift
    from clockdesk.office.shift_clocking import Outcome
    from clockdesk.ui.screens.shift_look import ShiftPlace
    from clockdesk.ui.theme.look import Look

LOOK_AGAIN: Final = "Look again"
LOOKING: Final = "Asking the time clock …"
NOT_RECORDED: Final = "NOT recorded"


class ShiftNow(QWidget):
    """Signals: `pressed(intention, kind)`, `look_wanted()`, `print_wanted()`."""

    pressed = Signal(object, str)
    look_wanted = Signal()
    print_wanted = Signal()

    def __init__(self, look: Look, place: ShiftPlace, parent: QWidget | None = None) -> None:
        """Says nothing until `refresh`."""
        super().__init__(parent)
        self._look, self._place = look, place
        self._shift: Shift | None = None
        self._was_busy = False
        self._complaint = ""
        self._looking, self._in_vain = False, ""
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.person = PlainLabel(role="muted")
        self.mark = MarkSpot(look, UNKNOWN.mark, side=20)
        self.state = Paragraph(role="title")
        self.reason = Paragraph()
        self.reason.set_tone("warning")
        self.age = Paragraph()
        self.age.set_tone("warning")
        self.kind = PlainLabel(role="muted")
        self.button = BigButton(look)
        self.button.clicked.connect(self.press)
        self.button.rested.connect(self._on_rested)
        self.kinds = QMenu(self)
        self.kinds.setAccessibleName("Kinds of shift")
        self.told = Told(look)
        self.told.retry_wanted.connect(self.retry)
        self.told.print_wanted.connect(self.print_wanted)
        self.rows_head = PlainLabel("Last shifts", role="section")
        self.rows = LastShifts(look)
        self._lay_out()

    def _lay_out(self) -> None:
        grid = self._look.size.grid
        top = QHBoxLayout()
        top.setSpacing(grid)
        top.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.state, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(grid)
        column.addWidget(self.person)
        column.addLayout(top)
        for widget in (self.reason, self.kind, self.age, self.button, self.told, self.rows_head, self.rows):
            column.addWidget(widget)

    # what is shown

    def refresh(self, shift: Shift) -> None:
        """Show this shift as it is now."""
        if shift is not self._shift:
            self._shift, self._was_busy, self._complaint = shift, shift.is_busy, ""
            self._looking, self._in_vain = False, ""
        if shift.next_intention is not None:  # known: how it was found out is of no interest
            self._looking, self._in_vain = False, ""
        now, zone = self._place.clock.now(), self._place.zone()
        self.person.setText(f"{shift.person.name} ({shift.person.initials})")
        self._show_state(shift)
        kind = kind_words(self._place.desk, shift.state.type)
        self.kind.setText(kind)
        self.kind.setVisible(bool(kind))
        self._show_button(shift)
        self._show_told(shift)
        self.rows.show_rows(shift.last_shifts, partial(kind_words, self._place.desk), zone, hotel_today(now, zone))
        for widget in (self.rows, self.rows_head):  # that none are told does not mean that there are none
            widget.setVisible(bool(shift.last_shifts))

    def _show_state(self, shift: Shift) -> None:
        """`In since 07:58 (3 h 12 min)`, in two lines where there is no room; why it is unknown, smaller."""
        status = standing_status(shift.state.standing)
        self.mark.set_mark(status.mark, "" if status is OUT else status.tone)
        words, _, reason = shift.words.partition(": ") if status is UNKNOWN else (shift.words, "", "")
        room = self.width() - self.mark.width() - self._look.size.grid
        if QFontMetrics(self._look.fonts.large).horizontalAdvance(words) > room:
            words = words.replace(" (", "\n(")
        _put(self.state, words)
        _put(self.reason, sentence_case(reason))
        _put(self.age, sentence_case(shift.age_words))

    def _show_button(self, shift: Shift) -> None:
        busy = shift.is_busy
        done = shift.outcome is not None and shift.outcome.ending in {Ending.DONE, Ending.ALREADY}
        if self._was_busy and not busy and done:
            self.button.rest()
        self._was_busy = busy
        intention = shift.next_intention
        verb = LOOK_AGAIN if intention is None else VERBS[intention]
        if intention is Intention.IN and len(shift.types) > 1:
            verb = f"{verb} as …"
        if self.button.text() != caption(verb):
            self.button.setText(verb)
        self._enable(on=not busy and not self._looking and not self.button.resting)

    def _enable(self, *, on: bool) -> None:
        """A button that goes to sleep must not throw the keyboard out of the panel."""
        if not on and self.button.hasFocus():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.button.setEnabled(on)
        if on and self.hasFocus():
            self.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_rested(self) -> None:
        if self._shift is not None:
            self._show_button(self._shift)

    def _show_told(self, shift: Shift) -> None:
        outcome = shift.outcome
        if shift.is_busy:
            self.told.tell(self._busy_words(shift), "info")
        elif self._looking:
            self.told.tell(LOOKING, "info")
        elif self._complaint or self._in_vain:
            self.told.tell(self._complaint or self._in_vain, "warning")
        elif shift.news:
            bad, open_ = NOT_RECORDED in shift.news, shift_words.CANT_TELL in shift.news
            tone = "danger" if bad else "warning" if open_ else "ok"
            self.told.tell(shift.news, tone, note=bad or open_)
        elif outcome is None:
            self.told.tell("", "info")
        else:
            self._show_outcome(shift, outcome)

    def _show_outcome(self, shift: Shift, outcome: Outcome) -> None:
        detail = outcome.error.detail if outcome.error is not None else ""
        match outcome.ending:
            case Ending.NOT_RECORDED:
                why = outcome.sentence.removeprefix(NOT_RECORDED).lstrip(" -:")
                sentence = f"Clocking {outcome.intention}: {why}"
                settled = lost(shift) is None
                head = "" if settled else NOT_RECORDED
                words = f"{outcome.sentence} It is so by now." if settled else sentence
                tone = "info" if settled else "danger"
                self.told.tell(words, tone, head=head, detail=detail, retry=not settled, note=True)
            case Ending.UNKNOWN:
                self.told.tell(outcome.sentence, "warning", detail=detail, retry=True, note=True)
            case _:
                self.told.tell(outcome.sentence, "ok")

    def _busy_words(self, shift: Shift) -> str:
        """While the time clock lets nobody through: the seconds that are left, counted down."""
        if shift.busy_until is None:
            return shift.sentence
        left = (shift.busy_until - self._place.clock.now()).total_seconds()
        return shift_words.busy_words(left)

    def looking(self, shift: Shift, *, on: bool) -> None:
        """The time clock is (no longer) asked because a person wanted it; says so when that did not help."""
        if shift is not self._shift:
            return
        self._looking, self._in_vain = on, ""
        if not on and shift.next_intention is None:
            at = time_text(self._place.clock.now(), self._place.zone())
            why = str(shift.trouble) if shift.trouble is not None else sentence_case(shift.state.reason)
            self._in_vain = f"Asked at {at}: still unknown. {why}".strip()
        self.refresh(shift)

    def complain(self, sentence: str) -> None:
        """Say what a person did not give."""
        self._complaint = sentence
        if self._shift is not None:
            self._show_told(self._shift)

    # what people do

    def press(self) -> None:
        """The big button: clock in or out, or look when the state is not known."""
        shift = self._shift
        if shift is None or shift.is_busy or self.button.resting:
            return
        intention = shift.next_intention
        if intention is None:
            self.look_wanted.emit()
        else:
            self._go(shift, intention)

    def retry(self) -> None:
        """The same press again, with the intention it had."""
        shift = self._shift
        if shift is not None and shift.outcome is not None and not shift.is_busy:
            self._go(shift, shift.outcome.intention)

    def _go(self, shift: Shift, intention: Intention) -> None:
        if intention is Intention.IN and len(shift.types) > 1:
            self._ask_kind(shift)
        else:
            self._press(intention, "")

    def _press(self, intention: Intention, kind: str) -> None:
        self._complaint = ""
        self.pressed.emit(intention, kind)

    def _ask_kind(self, shift: Shift) -> None:
        self.kinds.clear()
        for one in shift.types:
            action = self.kinds.addAction(caption(one.label or one.id))
            action.triggered.connect(lambda _=False, kind=one.id: self._press(Intention.IN, kind))
        self.kinds.setMinimumWidth(self.button.width())
        self.kinds.popup(self.button.mapToGlobal(QPoint(0, self.button.height() + 2)))
        if self.kinds.actions():
            self.kinds.setActiveAction(self.kinds.actions()[0])


def _put(label: Paragraph, text: str) -> None:
    """Show it; a text that is the same stays selected."""
    if isValid(label):
        if label.text() != text:
            label.setText(text)
        label.setVisible(bool(text))
