"""What tests of hostile servers get: the lines and the certificate of tests/api, and time clocks."""

from __future__ import annotations

import pytest

from clockdesk.api.timeclock import LARGEST, TimeClock
from clockdesk.api.wire import Patience
from clockdesk.app.clock import SystemClock
from clockdesk.domain.tasks import Tasks
from tests.api.conftest import lines, tls_server_context

__all__ = ["lines", "time_clocks", "tls_server_context"]

TIME_CLOCK_KEY = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
async def time_clocks():
    """`make(server)`: a time clock at a scripted server."""
    tasks, made = Tasks(), []

    def make(server, **patience) -> TimeClock:
        bounds = Patience(**({"largest": LARGEST} | patience))
        made.append(TimeClock(server.url, TIME_CLOCK_KEY, SystemClock(), tasks, patience=bounds))
        return made[-1]

    yield make
    for one in made:
        await one.close()
    assert tasks.names == [], "a task was left behind"
