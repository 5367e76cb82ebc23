"""The program's own themes and a clock moved by hand, for tests of widgets."""

from __future__ import annotations

from pathlib import Path

from clockdesk.ui.theme.tokens import load_theme

THEMES = Path(__file__).parents[2] / "resources" / "themes"


class Hand:
    """A monotonic clock moved by hand."""

    def __init__(self):
        self.time = 100.0

    def __call__(self):
        return self.time


def theme_of(name):
    return load_theme((THEMES / f"{name}.toml").read_text("utf-8"))
