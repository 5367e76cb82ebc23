"""The look in force: which theme, which fonts, whether things move. One per program, handed to every screen."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from clockdesk.ui.theme.fonts import Fonts, fonts_of
from clockdesk.ui.theme.pulse import Pulse
from clockdesk.ui.theme.sheet import apply_theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication

    from clockdesk.ui.theme.tokens import Sizes, Theme


class Appearance(StrEnum):
    """What a person chose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Look(QObject):
    """Keeps the program in the light or the dark theme, as the system says or as a person chose.

    Signals: `changed` when the theme is another one; painted widgets repaint with `look.theme` at hand.
    """

    changed = Signal()

    def __init__(
        self,
        app: QApplication,
        light: Theme,
        dark: Theme,
        now: Callable[[], float],
        *,
        appearance: Appearance = Appearance.SYSTEM,
        motion: bool = True,
    ) -> None:
        """Dress `app`. `now` gives monotonic seconds; without `motion` nothing slides or fades."""
        super().__init__()
        self._app = app
        self._light = light
        self._dark = dark
        self._appearance = appearance
        self.motion = motion
        self.now = now
        self.pulse = Pulse(self)
        self._hints = app.styleHints()
        self._theme = self._due(self._hints.colorScheme())
        self.fonts: Fonts = fonts_of(app.font(), self._theme.size)
        app.setFont(self.fonts.body)
        apply_theme(app, self._theme)
        self._tell_system()
        self._hints.colorSchemeChanged.connect(self._on_scheme_changed)

    @property
    def theme(self) -> Theme:
        """The theme in force."""
        return self._theme

    @property
    def size(self) -> Sizes:
        """The lengths, equal in both themes."""
        return self._theme.size

    @property
    def appearance(self) -> Appearance:
        """What was chosen."""
        return self._appearance

    def choose(self, appearance: Appearance) -> None:
        """Follow the system, or be light or dark whatever it says."""
        self._appearance = appearance
        self._tell_system()
        self._wear(self._due(self._hints.colorScheme()))

    def _on_scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        self._wear(self._due(scheme))

    def _tell_system(self) -> None:
        """Have the frames the system draws (title bar, file dialogs) follow what was chosen."""
        if self._appearance is Appearance.SYSTEM:
            self._hints.unsetColorScheme()
        else:
            dark = self._appearance is Appearance.DARK
            self._hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)

    def _due(self, scheme: Qt.ColorScheme) -> Theme:
        if self._appearance is Appearance.SYSTEM:
            return self._dark if scheme is Qt.ColorScheme.Dark else self._light
        return self._dark if self._appearance is Appearance.DARK else self._light

    def _wear(self, theme: Theme) -> None:
        if theme is self._theme:
            return
        self._theme = theme
        apply_theme(self._app, theme)
        self.changed.emit()
