"""The program itself on a warm copy, with an eye on its first paint of Today: `python -m tests.bench.program DATA KEY`.

Everything is as in `python -m clockdesk --store DATA`, except that the keyring answers at once: what a keyring takes is
the system's affair. Prints `painted`, the monotonic second and the processor seconds used when the list of arrivals was
painted with rows in it, then ends without a farewell.
"""

from __future__ import annotations

import base64
import os
import sys
import time
from typing import TYPE_CHECKING
from unittest import mock

from PySide6.QtCore import QEvent, QObject
from typing_extensions import override

from clockdesk.app import cli, window
from clockdesk.app.keys import MemorySecrets
from clockdesk.ui.screens.main_window import MainWindow

if TYPE_CHECKING:
    from clockdesk.office.office import Office

ACCOUNT = "bench"


class Keyring(MemorySecrets):
    """Holds the account's key and the key of its copy, and answers at once."""

    kept = True

    def __init__(self) -> None:
        super().__init__()
        copy_key = base64.b64encode(bytes(range(32))).decode()
        self._secrets = {f"api:{ACCOUNT}": sys.argv[2], f"copy:{ACCOUNT}": copy_key}


class FirstPaint(QObject):
    """Ends the program at the end of the first paint of Today with arrivals in it."""

    def __init__(self, watched: MainWindow) -> None:
        super().__init__()
        self._window = watched
        watched.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Have the window paint here and now, then look what it painted."""
        if event.type() is not QEvent.Type.UpdateRequest:
            return False
        self._window.event(event)
        today = self._window.today
        if today is not None and today.arrivals.model.rowCount():
            print("painted", time.monotonic(), time.process_time(), flush=True)
            os._exit(0)
        return True


def main() -> None:
    """Start, wait for the first paint, say so, end."""
    watching: list[FirstPaint] = []
    show = MainWindow.show_office

    def show_office(self: MainWindow, office: Office, notice: str = "") -> None:
        watching.append(FirstPaint(self))
        show(self, office, notice)

    with mock.patch.object(window, "SystemSecrets", Keyring), mock.patch.object(MainWindow, "show_office", show_office):
        cli.main(["--store", sys.argv[1]])


if __name__ == "__main__":
    main()
