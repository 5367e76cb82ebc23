"""What tests of the command line get: the real command with a home of its own."""

from __future__ import annotations

import pytest

from tests.support.command import Command


@pytest.fixture
def clockdesk(tmp_path):
    return Command(tmp_path / "home")
