"""What tests of widgets get: the program's look in the light theme, on a clock moved by hand."""

from __future__ import annotations

import pytest

from clockdesk.ui.theme.look import Appearance, Look
from tests.support.looks import Hand, theme_of


@pytest.fixture
def hand():
    return Hand()


@pytest.fixture
def look(qapp, hand):
    made = Look(qapp, theme_of("light"), theme_of("dark"), hand, appearance=Appearance.LIGHT)
    yield made
    made.deleteLater()
