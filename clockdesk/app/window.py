"""The program with its window: from the command line to the first paint, and from the last click to a clean end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import qInstallMessageHandler
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from clockdesk.app import logs
from clockdesk.app import settings as settings_file
from clockdesk.app.account import RunningAccount, Station
from clockdesk.app.application import make_app
from clockdesk.app.clock import SystemClock
from clockdesk.app.connector import AccountConnector
from clockdesk.app.crash import Watch
from clockdesk.app.keys import NO_KEYRING, MemorySecrets, SystemSecrets, store_key
from clockdesk.app.leaving import leaving, with_leaving, without_leaving
from clockdesk.app.loop import run
from clockdesk.app.options import SET_BY_IT, Options, options_here
from clockdesk.app.places import Places, places
from clockdesk.app.second_start import OpenElsewhereError, SecondStart
from clockdesk.app.settings import AccountSettings
from clockdesk.app.sweeping import Sweeping
from clockdesk.app.workstation import keep_place, known_connection, place_window
from clockdesk.domain.errors import ErrorCode, KnownError, UserError
from clockdesk.domain.tasks import Tasks
from clockdesk.office.connect import ConnectionForm
from clockdesk.ui.screens.main_window import MainWindow
from clockdesk.ui.theme.look import Appearance, Look
from clockdesk.ui.theme.tokens import load_theme

if TYPE_CHECKING:
    import argparse

    from clockdesk.api.address import BaseUrl
    from clockdesk.api.gate import Gate
    from clockdesk.app.demo import DemoHotel
    from clockdesk.app.engine import Engine
    from clockdesk.app.keys import SecretStore
    from clockdesk.app.links import Link
    from clockdesk.ui.screens.fault import Faults

log = logging.getLogger(__name__)

DEMO_NOTICE = "Demo: an embedded hotel on this computer. Nothing you do here reaches a real one."
MEMORY_ONLY = (
    "This computer keeps nothing of the hotel: the copy, notes and saved filters are gone when ClockDesk closes."
)
SHOWN = 0.25
"""Seconds after which the window appears whatever is still awaited (a keyring, a slow disk). Before, it comes whole."""

QUIT = 3.0
"""Seconds the program gets to end cleanly: calls that were sent wait side by side, then the files are closed."""

REMOVAL = "take an account off this computer"
"""The task that does it."""

REMOVAL_ENDS = 2.5
"""Seconds of `QUIT` that a removal gets when the window is closed meanwhile; the next start goes on with the rest."""


def open_window(options: argparse.Namespace) -> int:
    """Open the window and stay until it is closed; returns the exit status."""
    at = places(Path(options.store) if options.store else None)
    folder = None if options.demo else at.logs
    logs.set_up(folder, verbose=options.verbose)
    watch = Watch(folder, SystemClock())
    try:
        return run(make_app, lambda: Program(at, options, watch).main())
    except (KnownError, UserError):
        raise  # told by whoever started it
    except Exception as error:  # noqa: BLE001 (whatever it was: it is written down, and the next start tells)
        watch.fell(error)
        return 1
    finally:
        watch.end()


class Program:
    """What runs behind the window: the account in use, and the way from one to another."""

    def __init__(self, at: Places, options: argparse.Namespace, watch: Watch | None = None) -> None:
        """Nothing is opened yet. `watch` sees the faults nobody caught, and tells them in this window."""
        self._at, self._options, self._watch = at, options, watch
        self._clock = SystemClock()
        self._tasks = Tasks(self._on_bug)
        self._secrets: SecretStore = MemorySecrets() if options.demo else SystemSecrets()
        self._account: RunningAccount | None = None
        self._hotel: DemoHotel | None = None
        self._workstation = Options() if options.demo else options_here(at)
        self._faults: Faults | None = None
        self._link: Link | None = getattr(options, "link", None)
        self._end, self._opened = asyncio.Event(), asyncio.Event()
        self._opened.set()
        self._removal: asyncio.Task[None] | None = None
        self._shown: asyncio.TimerHandle
        self._heard: QApplication | None = None
        self._sweeping = Sweeping()
        app = QApplication.instance()
        self._look = self._dress(app)
        connector = AccountConnector(
            at, self._secrets, self._clock, self._tasks, self._switch, self._gate_of, self._workstation, self._forget
        )
        self._window = MainWindow(self._look, self._tasks, connector, self._known_connection)
        self._window.setWindowIcon(QIcon(str(at.resources / "icons" / "clockdesk.svg")))
        self._station = Station(
            at, self._secrets, self._clock, self._tasks, self._on_bug, self._workstation, self._window, self._look
        )
        self._window.close_requested.connect(self._end.set)
        self._window.ban_lifted.connect(self._lift_ban)

    def _on_session_end(self) -> None:
        """The computer asks once and waits a few seconds: nothing may hold it up, so nobody is asked anything."""
        self._end.set()

    def _on_bug(self, error: BaseException) -> None:
        if self._watch is not None:
            self._watch.task_failed(error)

    def _dress(self, app: Any) -> Look:
        light, dark = (
            load_theme((self._at.resources / "themes" / f"{name}.toml").read_text("utf-8"))
            for name in ("light", "dark")
        )
        appearance = Appearance.SYSTEM
        try:
            appearance = Appearance(settings_file.load(self._at.settings).theme)
        except (KnownError, ValueError):
            log.info("the settings name no theme; following the system")
        return Look(app, light, dark, self._clock.monotonic, appearance=appearance)

    async def main(self) -> int:
        """Show the window, open the account, stay until closed, end cleanly."""
        if self._options.offscreen_seconds is not None:
            self._window.resize(1280, 800)
        if not self._options.demo:
            place_window(self._window, self._at.settings)
        self._shown = asyncio.get_running_loop().call_later(SHOWN, self._window.show)
        self._follow_faults()
        if self._options.offscreen_seconds is None:
            self._hear_the_system()
        try:
            if self._options.demo:
                await self._open_demo()
            else:
                await self._open_last()
            if self._options.offscreen_seconds is not None and self._engine is not None:
                from clockdesk.app.showing import Showing  # noqa: PLC0415 (nobody watches such a run)

                showing = Showing(self._window, self._engine, self._look, self._hotel)
                await showing.run(self._options.offscreen_seconds, self._options.screens)
            else:
                await self._end.wait()
        except KnownError as error:
            if error.code is ErrorCode.ALREADY_RUNNING or self._options.demo:
                print(f"clockdesk: {error}", file=sys.stderr)  # noqa: T201 (there is no window to say it in)
                return 0 if error.code is ErrorCode.ALREADY_RUNNING else 1
            raise
        finally:
            self._shown.cancel()
            await self._close()
        return 0

    def _hear_the_system(self) -> None:
        """A service manager's SIGTERM, somebody signing off and the computer going down end it like its own window."""
        with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):  # Windows; not the main thread
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._end.set)
        if isinstance(app := QApplication.instance(), QApplication):
            app.commitDataRequest.connect(self._on_session_end)
            self._heard = app

    def _follow_faults(self) -> None:
        """Faults are told in the window; runs that nobody watches only write them down."""
        if self._watch is None or self._options.offscreen_seconds is not None:
            return
        self._watch.follow(asyncio.get_running_loop(), self._tell_fault)
        if self._watch.left_behind:
            self._window.show()
            self._tell_fault(self._watch.left_behind, last_time=True)

    def _tell_fault(self, text: str, *, last_time: bool = False) -> None:
        from clockdesk.ui.screens.fault import LAST_TIME, NOW, Faults  # noqa: PLC0415 (most days have none)

        self._faults = self._faults or Faults(self._window)
        self._faults.tell(text, LAST_TIME if last_time else NOW)

    # Accounts

    async def _open_demo(self) -> None:
        from clockdesk.app.demo import start_hotel  # noqa: PLC0415 (not in a start on a real hotel)

        options = self._options
        self._hotel = await start_hotel(
            ["--seed", str(options.seed), "--speed", str(options.speed), "--rate-limit", str(options.rate_limit)]
        )
        account = AccountSettings("demo", self._hotel.url, self._hotel.user, options.rate_limit)
        await self._open(account, self._hotel.key, None, None, DEMO_NOTICE)

    async def _open_last(self) -> None:
        """The account of last time; none yet, or no key: the connection dialog."""
        try:
            kept = settings_file.load(self._at.settings)
            if name := leaving(kept):  # the last end had no time for it
                self._tasks.spawn(self._forget(name), "go on with a removal")
                return
            account = self._workstation.account(kept.account())
        except UserError as error:
            self._show_connection(self._why_not(error))
            return
        except KnownError as error:
            self._show_connection(str(error))
            return
        try:
            key = await self._secrets.read(f"api:{account.name}")
        except KnownError as error:
            self._show_connection(str(error))
            return
        if key is None:
            self._show_connection("The keyring no longer holds the key of this account. Type it once more.")
            return
        await self._open_kept(account, key)

    def _show_connection(self, words: str) -> None:
        self._window.show()
        self._window.show_connection(words)

    def _why_not(self, error: UserError) -> str:
        """No account yet needs no words; one that IT does not want here does."""
        return str(error) if SET_BY_IT in str(error) else self._workstation.problem

    async def _open_kept(self, account: AccountSettings, key: str, *, anew: bool = False) -> None:
        """Open an account's copy; `anew` sets files aside that were made with another key."""
        folder = self._at.store(account.name)
        doors = (folder, self._at.logs)  # the second is that of a window which keeps nothing on the disk
        start = SecondStart(doors, self._link, self._clock)
        await start.give_way()
        self._opened.clear()
        try:
            memory_only = self._workstation.memory_only
            copy_key = None if memory_only else await store_key(self._secrets, account.name)
            kept = copy_key is not None
            notice = MEMORY_ONLY if memory_only else "" if kept else NO_KEYRING
            store = folder if kept else None
            await start.open(
                lambda: self._open(account, key, store, copy_key, notice, anew=anew),
                self._shown.cancel,  # no window that comes up and goes away again
            )
        except OpenElsewhereError:
            raise
        except (KnownError, UserError) as error:
            if isinstance(error, KnownError) and error.code is ErrorCode.STORE_WRONG_KEY:
                self._tasks.spawn(self._offer_anew(account, key, str(error)), "offer to begin anew")
            else:
                self._show_connection(str(error))
        finally:
            self._opened.set()

    async def _offer_anew(self, account: AccountSettings, key: str, words: str) -> None:
        from clockdesk.ui.screens.lost_key import ask_to_begin_anew  # noqa: PLC0415 (a question seldom asked)

        if await ask_to_begin_anew(self._window):
            await self._open_kept(account, key, anew=True)
        else:
            self._show_connection(words)

    async def _switch(self, account: AccountSettings, key: str) -> None:
        """Change over to another account (or to a new key of this one); not behind a lock."""
        await self._opened.wait()
        await self._window.lock.lifted()
        await self._leave()
        await self._open_kept(account, key)

    async def _forget(self, name: str) -> None:
        """Take an account off this computer. The connection dialog comes anew and says how it went; never raises."""
        await self._opened.wait()
        try:
            settings_file.save(self._at.settings, with_leaving(settings_file.load(self._at.settings), name))
        except (KnownError, UserError) as error:
            self._tell_removal(str(error))
            return
        self._removal = self._tasks.spawn(self._remove(name), REMOVAL)
        await asyncio.wait([self._removal])  # whoever waits may be stopped at the end; the removal goes on

    async def _remove(self, name: str) -> None:
        from clockdesk.app.removal import REMOVED, remove_account  # noqa: PLC0415 (done once in an account's life)

        self._window.leave_office()
        await self._leave()
        words = REMOVED.format(name)
        try:
            await remove_account(self._at, self._secrets, name)
        except (KnownError, UserError) as error:
            if self._end.is_set():  # nobody can be told: the next start tries again
                return
            words = str(error)
            with contextlib.suppress(KnownError):  # where another window has it open
                settings_file.save(self._at.settings, without_leaving(settings_file.load(self._at.settings), name))
                await self._open_last()  # what could not be removed is shown as it was
        self._tell_removal(words)

    def _tell_removal(self, words: str) -> None:
        if not self._end.is_set():
            self._window.close_dialog()
            self._show_connection(words)

    async def _leave(self) -> None:
        """Close the account in use, once it is wholly open."""
        await self._opened.wait()
        if self._account is not None:
            await self._account.close()
            self._account = None

    def _known_connection(self) -> ConnectionForm:
        """What the connection dialog need not ask again: the account in use or of last time, without its key."""
        if self._options.demo:
            return ConnectionForm()
        account = None
        with contextlib.suppress(KnownError, UserError):
            account = self._engine.account if self._engine else settings_file.load(self._at.settings).account()
        return known_connection(self._workstation, account)

    def _lift_ban(self) -> None:
        if self._account is not None:
            self._account.lift_ban()

    def _gate_of(self, base: BaseUrl, user: str) -> Gate | None:
        return self._account.gate_of(base, user) if self._account is not None else None

    async def _open(
        self,
        account: AccountSettings,
        key: str,
        folder: Path | None,
        copy_key: bytes | None,
        notice: str,
        *,
        anew: bool = False,
    ) -> None:
        self._account = RunningAccount(self._station, self._hotel)
        await self._account.open(account, key, folder, copy_key, notice, anew=anew, link=self._link)
        self._link = None

    @property
    def _engine(self) -> Engine | None:
        """Of the account in use."""
        return self._account.engine if self._account is not None else None

    async def _close(self) -> None:
        self._end.set()
        if self._watch is not None:
            self._watch.leave()
        if self._engine is not None and not self._options.demo:
            keep_place(self._window, self._at.settings)
        self._window.hide()
        if self._account is not None:
            self._account.leave_window()
        try:
            async with asyncio.timeout(QUIT):
                await self._tasks.stop(except_for=REMOVAL)
                if self._removal is not None:
                    await asyncio.wait([self._removal], timeout=REMOVAL_ENDS)
                    await self._tasks.stop()
                if self._account is not None:
                    await self._account.close()
        except TimeoutError:
            log.warning("some work did not end in time: %s", ", ".join(self._tasks.names))
        if self._hotel is not None:
            self._hotel.close()
        self._window.deleteLater()
        self._sweeping.end()
        if self._heard is not None:
            self._heard.commitDataRequest.disconnect(self._on_session_end)
        qInstallMessageHandler(None)
