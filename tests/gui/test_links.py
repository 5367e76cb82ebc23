"""A link opens what it names: at the start, and in the window that is open already."""

from __future__ import annotations

import pytest

from clockdesk.app.handover import OPEN, RAISE, ask_window
from clockdesk.app.links import parse_link
from clockdesk.app.settings import AccountSettings
from clockdesk.domain.errors import KnownError
from tests.support.engine import until
from tests.support.hotel import running_hotel
from tests.support.workstation import ACCOUNT, connected_before, program

hotel = running_hotel(rooms=6, bookings=20)
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)


@pytest.fixture
def at(monkeypatch, tmp_path, hotel):
    with connected_before(monkeypatch, tmp_path, hotel) as made:
        yield made


def has_door(running):
    """Whether other starts can reach it."""
    return running._account is not None and running._account.doorbell is not None


async def test_a_start_with_a_link_shows_what_it_names(at, hotel):
    ident = hotel.truth("bookings")[3]["id"]
    async with program(at, link=parse_link(f"clockdesk://booking/{ident}")) as running:
        window = running._window
        await until(lambda: window.bookings is not None and window.bookings.drawer.ident == ident)
        assert window.stack.currentWidget() is window.bookings
        assert window.bookings.drawer.isVisible()


async def test_a_second_start_hands_its_link_to_the_window(at, hotel):
    room, door = (hotel.truth("rooms")[2][name] for name in ("id", "name"))
    folder = at.store(ACCOUNT)
    async with program(at) as running:
        window = running._window
        await until(
            lambda: (
                running._account is not None
                and running._account.doorbell is not None
                and window.rooms is not None
                and window.rooms.model.rowCount()
            )
        )
        window.showMaximized()
        assert await ask_window(folder, f"{OPEN}clockdesk://room/{door}", 5) == {"opened": f"clockdesk://room/{door}"}
        assert window.isMaximized(), "coming to the front changes no size"
        await until(lambda: window.stack.currentWidget() is window.rooms)
        assert window.rooms.board.chosen_ids == (room,)


async def test_the_account_may_change_while_another_start_still_hangs_up(at, hotel):
    async with program(at) as running:
        await until(lambda: has_door(running) and running._window.front.place is not None)
        await ask_window(at.store(ACCOUNT), RAISE, 5)
        first = running._account
        other = AccountSettings("Rila", hotel.base, hotel.user, 1000)
        running._tasks.spawn(running._switch(other, hotel.key), "another account")
        await until(lambda: running._account is not first and has_door(running))


async def test_a_link_that_is_none_is_refused_by_the_window_too(at):
    async with program(at) as running:
        await until(lambda: has_door(running))
        with pytest.raises(KnownError, match="not one of ClockDesk's"):
            await ask_window(at.store(ACCOUNT), f"{OPEN}clockdesk://reboot/now", 5)
        with pytest.raises(KnownError, match="does not have"):
            await ask_window(at.store(ACCOUNT), f"{OPEN}clockdesk://room/nowhere", 5)
        assert running._window.isVisible()


@pytest.mark.parametrize("link", ["booking/{booking}", "folio/{folio}", "room/{room}"])
async def test_a_link_only_shows(at, hotel, link, caplog):
    """Whatever is opened, nothing but reading goes out."""
    names = {kind: hotel.truth(f"{kind}s")[0]["id"] for kind in ("booking", "room", "folio")}
    async with program(at) as running:
        await until(lambda: has_door(running) and running._engine is not None)
        await until(lambda: running._engine.office.house.rooms)
        await ask_window(at.store(ACCOUNT), f"{OPEN}clockdesk://{link.format_map(names)}", 5)
        await until(lambda: running._engine.sync.standing.started)
        desk = running._engine.store.desk
        assert await running._engine.store.run(desk.intents) == []
        said = [record.getMessage() for record in caplog.records if record.name == "clockdesk.api.transport"]
        assert said
        assert all(line.startswith("GET ") for line in said)
