"""A theme as Qt takes it: one palette, one style sheet generated from the tokens, on the Fusion style."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from string import Template
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QColor, QPalette

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from clockdesk.ui.theme.tokens import Theme


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Dress the whole program in `theme`. May be called again at any time."""
    if app.style().objectName().lower() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(palette_of(theme))
    app.setStyleSheet(sheet_of(theme))


def palette_of(theme: Theme) -> QPalette:
    """The palette for everything the style sheet does not name."""
    role = QPalette.ColorRole
    palette = QPalette()
    for key, colour in {
        role.Window: theme.surface.window,
        role.WindowText: theme.text.normal,
        role.Base: theme.surface.panel,
        role.AlternateBase: theme.surface.sunken,
        role.Text: theme.text.normal,
        role.Button: theme.surface.raised,
        role.ButtonText: theme.text.normal,
        role.BrightText: theme.tone.danger.fg,
        role.ToolTipBase: theme.surface.raised,
        role.ToolTipText: theme.text.normal,
        role.PlaceholderText: theme.text.muted,
        role.Highlight: theme.accent.fill,
        role.HighlightedText: theme.text.on_accent,
        role.Accent: theme.accent.fill,
        role.Link: theme.accent.text,
        role.LinkVisited: theme.accent.text,
        role.Light: theme.surface.raised,
        role.Midlight: theme.line.subtle,
        role.Mid: theme.line.subtle,
        role.Dark: theme.line.control,
        role.Shadow: theme.line.control,
    }.items():
        palette.setColor(key, colour)
    for key in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, theme.text.faint)
    return palette


def sheet_of(theme: Theme) -> str:
    """The style sheet of `theme`."""
    return _Sheet(_SHEET).substitute(_flat(theme))


class _Sheet(Template):
    """Tokens by their dotted names: `@surface.window`."""

    delimiter = "@"
    idpattern = r"[a-z_]+(?:\.[a-z_]+)*"


def _flat(value: Any, place: str = "") -> dict[str, str]:
    if isinstance(value, QColor):
        return {place: value.name()}
    if not is_dataclass(value):
        return {place: str(value)}
    found: dict[str, str] = {}
    for field in fields(value):
        found |= _flat(getattr(value, field.name), f"{place}.{field.name}".lstrip("."))
    return found


_SHEET = """
QToolTip {
    color: @text.normal; background: @surface.raised; border: 1px solid @line.control; padding: 4px 6px;
    font-size: @{size.text_small}px;
}

QLabel { background: transparent; }
QLabel[role="muted"] { color: @text.muted; }
QLabel[role="small"] { color: @text.muted; font-size: @{size.text_small}px; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="title"] { font-size: @{size.text_large}px; font-weight: 600; }
QLabel[role="section"] { color: @text.muted; font-size: @{size.text_small}px; font-weight: 600; }
QLabel[tone="danger"] { color: @tone.danger.fg; }
QLabel[tone="warning"] { color: @tone.warning.fg; }
QLabel[tone="ok"] { color: @tone.ok.fg; }
QLabel[tone="muted"] { color: @text.muted; }
QLabel:disabled { color: @text.faint; }

QPushButton {
    color: @text.normal; background: @surface.raised; border: 1px solid @line.control;
    border-radius: @{size.radius}px; padding: 0 14px; min-height: 30px; min-width: 40px;
}
QPushButton:hover { background: @surface.hover; }
QPushButton:pressed, QPushButton:checked { background: @surface.selected; }
QPushButton:focus { border: 2px solid @line.focus; padding: 0 13px; min-height: 28px; }
QPushButton:disabled { color: @text.faint; border-color: @line.subtle; background: transparent; }
QPushButton[role="primary"] {
    color: @text.on_accent; background: @accent.fill; border-color: @accent.fill; font-weight: 600;
}
QPushButton[role="primary"]:hover { background: @accent.hover; border-color: @accent.hover; }
QPushButton[role="primary"]:pressed { background: @accent.pressed; }
QPushButton[role="primary"]:focus { border: 2px solid @text.normal; }
QPushButton[role="primary"]:disabled {
    color: @text.faint; background: @surface.sunken; border-color: @line.subtle;
}
QPushButton[role="danger"] { color: @tone.danger.fg; border-color: @tone.danger.border; }
QPushButton[role="danger"]:hover { background: @tone.danger.bg; }
QPushButton[role="quiet"] { color: @accent.text; background: transparent; border-color: transparent; padding: 0 8px; }
QPushButton[role="quiet"]:hover { background: @surface.hover; }
QPushButton[role="quiet"]:focus { border: 2px solid @line.focus; padding: 0 7px; }
QPushButton[role="quiet"]:disabled { color: @text.faint; }

QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox {
    color: @text.normal; background: @surface.panel; border: 1px solid @line.control;
    border-radius: @{size.radius}px; padding: 0 8px;
    selection-background-color: @accent.fill; selection-color: @text.on_accent; placeholder-text-color: @text.muted;
}
QLineEdit, QAbstractSpinBox { min-height: 30px; }
QPlainTextEdit, QTextEdit { padding: 4px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus {
    border: 2px solid @line.focus; padding: 0 7px;
}
QLineEdit:focus, QAbstractSpinBox:focus { min-height: 28px; }
QPlainTextEdit:focus, QTextEdit:focus { padding: 3px; }
QLineEdit:disabled, QPlainTextEdit:disabled { color: @text.faint; border-color: @line.subtle; }
QLineEdit:read-only { background: @surface.sunken; }
QLineEdit[bad="true"] { border: 2px solid @tone.danger.border; padding: 0 7px; min-height: 28px; }

QMenu, QComboBox QAbstractItemView {
    color: @text.normal; background: @surface.raised; border: 1px solid @line.control; padding: 4px;
}
QMenu::item { padding: 6px 20px 6px 12px; border-radius: @{size.radius_small}px; }
QMenu::item:selected { background: @surface.selected; }
QMenu::item:disabled { color: @text.faint; }
QMenu::separator { height: 1px; background: @line.subtle; margin: 4px 8px; }
QComboBox QAbstractItemView { outline: none; selection-background-color: @surface.selected;
    selection-color: @text.normal; }
QComboBox QAbstractItemView::item { min-height: 28px; padding: 0 6px; border-radius: @{size.radius_small}px; }

QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: @line.control; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 40px; }
QScrollBar::handle:horizontal { min-width: 40px; }
QScrollBar::handle:hover { background: @text.muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; }

QScrollArea { border: none; background: transparent; }
QTableView, QListView { border: none; background: @surface.panel; outline: none; }
QListView[surface="board"] { background: @surface.window; }
QHeaderView { background: @surface.panel; border: none; }

QTabBar::tab { color: @text.muted; padding: 8px 12px; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: @text.normal; border-bottom-color: @accent.fill; font-weight: 600; }
QTabBar::tab:hover { color: @text.normal; }
QTabBar::tab:focus { border-bottom-color: @line.focus; }
QTabWidget::pane { border: none; border-top: 1px solid @line.subtle; }
QStatusBar { background: @surface.window; border-top: 1px solid @line.subtle; }
QStatusBar::item { border: none; }
QSplitter::handle { background: @line.subtle; }

QWidget[surface="panel"] { background: @surface.panel; }
QWidget[surface="window"] { background: @surface.window; }
QWidget[surface="rail"] { background: @surface.rail; border-right: 1px solid @line.subtle; }
QWidget[surface="bar"] { background: @surface.panel; border-bottom: 1px solid @line.subtle; }
QWidget[surface="drawer"] { background: @surface.panel; border-left: 1px solid @line.subtle; }
QWidget[surface="status"] { background: @surface.window; border-top: 1px solid @line.subtle; }
QWidget[surface="foot"] { background: @surface.panel; border-top: 1px solid @line.subtle; }
QWidget[surface="raised"] {
    background: @surface.raised; border: 1px solid @line.control; border-radius: @{size.radius_large}px;
}
QWidget[surface="popup"] { background: @surface.raised; border: 1px solid @line.control; }
QWidget[surface="card"] {
    background: @surface.panel; border: 1px solid @line.subtle; border-radius: @{size.radius_large}px;
}
"""
