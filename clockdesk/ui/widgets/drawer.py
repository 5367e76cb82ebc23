"""The drawer at the right: the selected thing and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from clockdesk.domain.money import Money
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.widgets.buttons import MarkButton, TextButton
from clockdesk.ui.widgets.chip import StatusChip
from clockdesk.ui.widgets.labels import Paragraph, PlainLabel
from clockdesk.ui.widgets.money import MoneyLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QKeyEvent

    from clockdesk.ui.theme.look import Look
    from clockdesk.ui.theme.status import Status

_LABEL_WIDTH = 112


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what it is, and its value as text or money. `tone`: muted, danger, warning, ok; `owed` = a balance."""

    label: str
    value: str | Money | None
    tone: str = ""
    owed: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Facts under a head. A section may end in a widget of the screen's own (a list, an editor)."""

    title: str
    facts: tuple[Fact, ...] = ()
    widget: QWidget | None = None

    @property
    def shape(self) -> tuple[object, ...]:
        """What must be equal for the values to be changed in place."""
        kinds = tuple((fact.label, isinstance(fact.value, Money), fact.owed) for fact in self.facts)
        return (self.title, kinds, id(self.widget))


class DetailDrawer(QWidget):
    """Heading, sections, actions. Nothing modal: the list beside it goes on working.

    Signal: `closed()` on its cross or Escape.
    """

    closed = Signal()

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        """Empty until told. `name` for screen readers."""
        super().__init__(parent)
        self._look = look
        self._shape: tuple[object, ...] = ()
        self._values: list[Paragraph | MoneyLabel] = []
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "drawer")
        self.setFixedWidth(look.size.drawer)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_heading())
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(self._scroll, 1)
        self._actions = QWidget()
        self._actions.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._actions.setProperty("surface", "foot")
        self._action_row = QHBoxLayout(self._actions)
        self._action_row.setContentsMargins(16, 10, 16, 10)
        self._action_row.setSpacing(8)
        self._actions.setVisible(False)
        column.addWidget(self._actions)
        self.show_sections(())

    def _make_heading(self) -> QWidget:
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 12, 8, 8)
        row.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(4)
        self._title = PlainLabel(role="title")
        self._subtitle = PlainLabel(role="muted")
        self._chips = QHBoxLayout()
        self._chips.setSpacing(6)
        words.addWidget(self._title)
        words.addWidget(self._subtitle)
        words.addLayout(self._chips)
        self.close_button = MarkButton(self._look, Mark.CLOSE, "Close (Esc)")
        self.close_button.clicked.connect(self.closed)
        row.addLayout(words, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def set_heading(self, title: str, subtitle: str = "", statuses: Sequence[Status] = ()) -> None:
        """What is selected, and in which state it is."""
        self._title.setText(title)
        self._subtitle.setText(subtitle)
        self._subtitle.setVisible(bool(subtitle))
        _empty(self._chips)
        for status in statuses:
            self._chips.addWidget(StatusChip(self._look, status))
        self._chips.addStretch(1)

    def show_sections(self, sections: Sequence[Section]) -> None:
        """Show these. When only values differ they change in place: scroll, focus and selected text stay."""
        shape = tuple(section.shape for section in sections)
        if shape != self._shape or not shape:
            self._rebuild(sections)
            self._shape = shape
        facts = [fact for section in sections for fact in section.facts]
        for label, fact in zip(self._values, facts, strict=True):
            _put(label, fact)

    def set_actions(self, actions: Sequence[tuple[str, str, Callable[[], object]]]) -> list[TextButton]:
        """Buttons at the foot: (verb, role, what to call). Gives the buttons, to disable one with a reason."""
        _empty(self._action_row)
        buttons = []
        for verb, role, call in actions:
            button = TextButton(verb, role=role)
            button.clicked.connect(lambda _=False, call=call: call())
            self._action_row.addWidget(button)
            buttons.append(button)
        self._action_row.addStretch(1)
        self._actions.setVisible(bool(buttons))
        return buttons

    def _rebuild(self, sections: Sequence[Section]) -> None:
        for section in sections:
            if section.widget is not None:
                section.widget.setParent(None)
        self._values = []
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(16, 0, 16, 16)
        column.setSpacing(4)
        for section in sections:
            column.addSpacing(12)
            if section.title:
                column.addWidget(PlainLabel(section.title, role="section"))
            column.addLayout(self._make_facts(section.facts))
            if section.widget is not None:
                column.addWidget(section.widget)
                section.widget.setVisible(True)
        column.addStretch(1)
        self._scroll.setWidget(body)
        body.setAutoFillBackground(False)  # a scroll area switches it on: the drawer shows through instead

    def _make_facts(self, facts: Sequence[Fact]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        for row, fact in enumerate(facts):
            label = PlainLabel(fact.label, role="muted")
            value = MoneyLabel(self._look, owed=fact.owed) if isinstance(fact.value, Money) else Paragraph()
            label.setBuddy(value)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)
            self._values.append(value)
        return grid

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


def _put(label: Paragraph | MoneyLabel, fact: Fact) -> None:
    if isinstance(label, MoneyLabel):
        label.set_money(fact.value if isinstance(fact.value, Money) else None)
        return
    text = fact.value if isinstance(fact.value, str) and fact.value else "–"
    if text != label.text():
        label.setText(text)
    label.set_tone(fact.tone)


def _empty(layout: QHBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
