"""The program's look for tests on Qt's own loop."""

from __future__ import annotations

from tests.gui.conftest import hand, look

__all__ = ["hand", "look"]
