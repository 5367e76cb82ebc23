"""The demo's hotel: started as a process of its own, and gone with us."""

from __future__ import annotations

import httpx
import pytest

from clockdesk.app import demo
from clockdesk.app.demo import start_hotel
from clockdesk.domain.errors import KnownError

SMALL = ["--rooms", "3", "--bookings", "4", "--speed", "0"]


async def test_it_answers_and_ends():
    hotel = await start_hotel(SMALL)
    try:
        assert hotel.url.startswith("http://127.0.0.1:")
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{hotel.control}/stats")).status_code == 200
    finally:
        hotel.close()
    assert hotel.process.poll() is not None
    hotel.close()


async def test_a_hotel_that_does_not_start_is_said_with_the_next_step():
    with pytest.raises(KnownError, match="run `clockdesk hotel` to see why"):
        await start_hotel(["--rooms", "none"])


async def test_a_hotel_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr(demo, "READY", 0.01)
    with pytest.raises(KnownError):
        await start_hotel(SMALL)
