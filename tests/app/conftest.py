"""What tests of the command line get: the real command with a home of its own."""

from __future__ import annotations

import pytest

from tests.api.conftest import tls_server_context
from tests.support.command import Command

__all__ = ["clockdesk", "tls_server_context"]


@pytest.fixture
def clockdesk(tmp_path):
    return Command(tmp_path / "home")
