"""The hotel changes, and the open screens with it, without a touch: real HTTP, real channels, the whole window.

What happens is made to happen through the hotel's control endpoint, as in the demo.
"""

import asyncio
import json
import urllib.request
from contextlib import asynccontextmanager

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from shiboken6 import delete

from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.freshness import Trust
from clockdesk.domain.kinds import Kind
from clockdesk.domain.predicate_text import parse
from clockdesk.ui.models.columns import Role
from clockdesk.ui.screens.main_window import MainWindow
from tests.support.engine import engine_on, until
from tests.support.hotel import Hotel
from tests.support.screens import column, settled, swept_up

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


class NoConnector:
    """Nothing to connect to."""

    async def test(self, form):
        raise AssertionError

    async def save(self, form):
        raise AssertionError

    async def remove(self, name):
        raise AssertionError


class Front:
    """A window on a running hotel."""

    def __init__(self, hotel, engine, window):
        self.hotel, self.engine, self.window = hotel, engine, window

    async def happens(self, what, **args):
        """Through the control endpoint; returns the id of what it happened to."""
        body = json.dumps({"what": what, **args}).encode()
        request = urllib.request.Request(f"{self.hotel.control}/happen", body, method="POST")  # noqa: S310
        answer = await asyncio.to_thread(lambda: urllib.request.urlopen(request, timeout=10).read())  # noqa: S310
        return json.loads(answer)["id"]

    @property
    def trust(self):
        return self.engine.office.freshness.trust


@asynccontextmanager
async def front(look, **options):
    swept_up()
    with Hotel(rooms=16, bookings=50, **options) as hotel:
        async with engine_on(hotel) as engine:
            window = MainWindow(look, engine.tasks, NoConnector())
            window.resize(1280, 800)
            window.show()
            window.activateWindow()
            window.show_office(engine.office)
            await engine.office.load()
            engine.start()
            made = Front(hotel, engine, window)
            await until(lambda: made.trust is Trust.LIVE)
            await settled()
            try:
                yield made
            finally:
                window.status.timer.stop()
                delete(window)


def tile(window, room):
    row = window.rooms.model.row_of(room)
    return window.rooms.model.index(row, 0).data()


async def test_a_housekeeping_change_appears_on_the_board(look):
    async with front(look) as it:
        window = it.window
        window.goto("rooms")
        room = next(line.id for line in window.rooms._lines() if line.housekeeping == "")
        count = window.rooms.legend.buttons["inspect"].count
        await it.happens("housekeeping", room_id=room, status="inspect")
        await until(lambda: "Inspect" in tile(window, room))
        assert window.rooms.model.index(window.rooms.model.row_of(room), 0).data(Role.GLOW) == 1.0
        assert window.rooms.legend.buttons["inspect"].count == count + 1
        await until(lambda: window.status.last_event.text().startswith("Housekeeping changed "))


async def test_a_new_booking_appears_in_the_lists(look):
    async with front(look) as it:
        window, today = it.window, it.engine.office.today
        window.goto("today")
        arrivals = window.today.counts["arrivals"].value
        ident = await it.happens("new_booking", arrival=today.isoformat(), guest_last_name="Newcomer")
        await until(lambda: ident in window.today.arrivals.model.ids)
        await until(lambda: window.today.counts["arrivals"].value != arrivals)
        row = window.today.arrivals.model.row_of(ident)
        assert column(window.today.arrivals.table, "guest")[row].startswith("Newcomer")
        window.goto("bookings")
        assert ident in window.bookings.model.ids


async def test_a_check_in_moves_the_guest_and_fills_the_room(look):
    async with front(look) as it:
        window = it.window
        window.goto("today")
        ident = await it.happens("check_in")
        await until(lambda: ident in window.today.in_house.model.ids)
        assert ident not in window.today.arrivals.model.ids
        room = it.engine.office.house.bookings[ident].room_id
        await until(lambda: "occupied" in tile(window, room))
        assert it.hotel.truth("bookings", ident)[0]["status"] == "checked_in"


async def test_a_folio_close_appears_in_list_and_drawer(look):
    async with front(look) as it:
        window = it.window
        window.goto("folios")
        folio = next(ident for ident in window.folios.model.ids if it.engine.office.house.folios[ident].state == "open")
        window.folios.open(folio)
        await until(lambda: window.folios.drawer.fresh)
        assert await it.happens("close_folio", folio_id=folio) == folio
        await until(lambda: it.engine.office.house.folios[folio].state == "closed")
        row = window.folios.model.row_of(folio)
        assert column(window.folios.table, "state")[row] == "Closed"
        chips = [window.folios.drawer._chips.itemAt(at).widget() for at in range(window.folios.drawer._chips.count())]
        assert "Closed" in [chip.status.word for chip in chips if chip is not None]


async def test_a_status_set_by_key_is_a_real_put_and_comes_back_once(look):
    async with front(look) as it:
        window = it.window
        window.goto("rooms")
        room = next(line.id for line in window.rooms._lines() if line.housekeeping == "checked_out")
        window.rooms.board.choose((room,))
        QTest.keyClick(window.rooms.board, Qt.Key.Key_C)
        await until(lambda: "Clean" in tile(window, room))
        assert it.hotel.truth("rooms", room)[0]["housekeeping_status"] == ""
        await until(window.rooms.toast.isVisible)
        assert window.rooms.board.chosen_ids == (room,)


async def test_f5_says_when_it_was_checked(look):
    async with front(look) as it:
        QTest.keyClick(it.window, Qt.Key.Key_F5)
        assert it.window.status.checked.text() == "Checking …"
        await until(lambda: it.window.status.checked.text().startswith("Checked "))
        clock = it.window.status.checked.text().removeprefix("Checked ")
        hours, minutes, seconds = (int(part) for part in clock.split(":"))
        now = it.engine.sync._clock.now().astimezone(it.engine.office.zone)
        assert abs(now.hour * 3600 + now.minute * 60 + now.second - (hours * 3600 + minutes * 60 + seconds)) < 60


async def test_a_pulled_line_is_told_and_so_is_its_return(look):
    async with front(look, idle_seconds=1.0) as it:
        window = it.window
        window.goto("rooms")
        first = window.rooms.model.ids[0]
        it.hotel.fault(refuse_api=True, refuse_channels=True)
        await until(lambda: window.status.badge.words.startswith("Offline since "))
        assert window.status.badge.loud
        assert "not up to date, read " in tile(window, first)
        assert window.bookings.model.index(0, 0).data(Role.AGE) != ""
        assert window.today.arrivals.model.index(0, 0).data(Role.STALE)
        QTest.keyClick(window, Qt.Key.Key_F5)
        await until(lambda: window.status.checked.property("tone") == "danger")
        room = next(line.id for line in window.rooms._lines() if line.housekeeping == "")
        await it.happens("housekeeping", room_id=room, status="progress")
        it.hotel.fault(refuse_api=False, refuse_channels=False)
        await until(lambda: it.trust is Trust.LIVE)
        await until(lambda: "In progress" in tile(window, room))
        assert "not up to date" not in tile(window, first)
        await until(window.away.isVisible)
        assert window.status.badge.words.startswith("Live · ")
        assert "1 room" in window.away.accessibleName()
        window.away.buttons[Kind.ROOM].click()
        assert room in window.rooms.model.ids
        assert len(window.rooms.model.ids) < 16
        window.away.close_button.click()
        assert window.status.badge.words == "Live"


async def test_a_pinned_filter_counts_and_tells_what_the_hotel_does(look):
    async with front(look) as it:
        window, office = it.window, it.engine.office
        await office.filters.save(Kind.BOOKING, "In house", parse("status = checked_in", ENTITIES[Kind.BOOKING]))
        await office.filters.pin(office.filters.known[0], pinned=True)
        named = office.filters.known[0]
        chip, bell = window.today.pinned.chips[named.id], window.today.pinned.bells[named.id]
        before = chip.count
        bell.setFocus()
        QTest.keyClick(bell, Qt.Key.Key_Space)
        await until(lambda: office.filters.known[0].told)
        ident = await it.happens("check_in")
        await until(lambda: chip.count == before + 1)
        await until(window.passages.isVisible)
        assert office.house.bookings[ident].number in window.passages.accessibleName()
        window.passages.button.click()
        assert ident in window.bookings.model.ids
        assert chip.moved == ""


@pytest.mark.logs("the service's firewall refused a call")
async def test_a_ban_ends_when_somebody_says_so(look):
    async with front(look, idle_seconds=1.0) as it:
        window = it.window
        window.ban_lifted.connect(it.engine.gate.lift)
        it.hotel.fault(ban=600)
        await until(lambda: window.status.badge.words.startswith("Blocked until "))
        it.hotel.fault(ban=False)
        calls = it.hotel.stats()["calls"]
        await asyncio.sleep(0.5)
        assert it.hotel.stats()["calls"] == calls
        assert window.status.mend.text() == "The ban is lifted"
        window.status.mend.click()
        await until(lambda: it.trust is Trust.LIVE)
        assert not window.status.mend.isVisible()


async def test_the_models_keep_their_promises_while_the_hotel_lives(look):
    async with front(look) as it:
        window, today = it.window, it.window.today
        pages = (today.panel, today.arrivals, today.in_house, today.departures, window.rooms)
        testers = [QAbstractItemModelTester(page.model, FATAL) for page in pages]
        for what in ("housekeeping", "new_booking", "check_in", "check_out", "change_booking", "out_of_service"):
            await it.happens(what)
        ident = await it.happens("check_out")
        await until(lambda: ident not in today.in_house.model.ids)
        window.rooms.legend.buttons["checked_out"].click()
        window.rooms.legend.buttons["checked_out"].click()
        await settled()
        del testers


async def test_a_selection_and_an_open_editor_survive_what_happens(look):
    async with front(look) as it:
        window = it.window
        window.goto("rooms")
        room = window.rooms.model.ids[4]
        window.rooms.open(room)
        window.rooms.drawer.remark.box.setFocus()
        QTest.keyClicks(window.rooms.drawer.remark.box, "Half a sen")
        await it.happens("housekeeping", room_id=room, status="progress")
        await until(lambda: "In progress" in tile(window, room))
        assert window.rooms.drawer.remark.text.endswith("Half a sen")
        assert window.rooms.drawer.remark.box.hasFocus()
        assert window.rooms.board.chosen_ids == (room,)
        QTest.keyClicks(window.rooms.drawer.remark.box, "tence")
        assert window.rooms.drawer.remark.text.endswith("Half a sentence")
        assert it.engine.office.house.line(Kind.ROOM, room).housekeeping == "progress"
