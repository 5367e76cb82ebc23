"""The program itself on a warm copy, with an eye on its first paint of Today: `python -m tests.bench.program DATA KEY`.

Everything is as in `python -m clockdesk --store DATA`, except that the keyring answers at once: what a keyring takes is
the system's affair. Prints `painted`, the monotonic second and the processor seconds used when the list of arrivals was
painted with rows in it, then ends without a farewell.
"""

from __future__ import annotations

import base64
import importlib.abc
import importlib.machinery
import os
import sys
import time
from typing import TYPE_CHECKING, Any

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

WINDOW = "clockdesk.app.window"
ACCOUNT = "bench"


class OnImport(importlib.abc.MetaPathFinder):
    """Does something with the window's module as soon as the program has imported it, and not a moment before."""

    def __init__(self, then: Callable[[Any], None]) -> None:
        self._then = then

    @override
    def find_spec(
        self, name: str, path: Any, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The usual spec, with a loader that calls back."""
        spec = importlib.machinery.PathFinder.find_spec(name, path) if name == WINDOW else None
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                execute(module)
                self._then(module)

            spec.loader.exec_module = exec_module
        return spec


def watch(window: Any) -> None:
    """Give the program a keyring that answers at once, and look at its paints."""
    from PySide6.QtCore import QEvent, QObject

    from clockdesk.app.keys import MemorySecrets

    class Keyring(MemorySecrets):
        kept = True

        def __init__(self) -> None:
            super().__init__()
            copy_key = base64.b64encode(bytes(range(32))).decode()
            self._secrets = {f"api:{ACCOUNT}": sys.argv[2], f"copy:{ACCOUNT}": copy_key}

    class FirstPaint(QObject):
        def __init__(self, watched: Any) -> None:
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

    class Window(window.MainWindow):  # type: ignore[misc]
        def __init__(self, *parts: Any) -> None:
            super().__init__(*parts)
            self._first_paint = FirstPaint(self)

    window.SystemSecrets = Keyring
    window.MainWindow = Window


def main() -> None:
    """Start, wait for the first paint, say so, end."""
    sys.modules["click"] = None  # type: ignore[assignment]  # an installed program has none; httpx would load a lot more
    sys.meta_path.insert(0, OnImport(watch))
    from clockdesk.app import cli

    cli.main(["--store", sys.argv[1]])


if __name__ == "__main__":
    main()
