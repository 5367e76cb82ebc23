"""One window per copy: a second start, or a headless command, hands its wish to the window that runs.

A local socket named after the user and the copy's folder; one line of JSON each way.
"""

from __future__ import annotations

import getpass
import hashlib
import json
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from clockdesk.domain.tasks import Tasks

CONNECT_MS = 300
ANSWER_MS = 600_000


def socket_name(folder: Path) -> str:
    """The name under which the window of this copy listens."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = "user"
    mark = hashlib.blake2b(f"{user}:{folder.resolve()}".encode(), digest_size=10).hexdigest()
    return f"clockdesk-{mark}"


def ask_window(folder: Path, wish: str) -> dict[str, Any] | None:
    """Hand a wish ("sync", "raise") to the window of this copy; None when no window runs. Blocks: use a thread."""
    socket = QLocalSocket()
    socket.connectToServer(socket_name(folder))
    if not socket.waitForConnected(CONNECT_MS):
        return None
    socket.write(json.dumps({"do": wish}).encode() + b"\n")
    answer = b""
    while not answer.endswith(b"\n") and socket.waitForReadyRead(ANSWER_MS):
        answer += bytes(socket.readAll().data())
    socket.disconnectFromServer()
    try:
        decoded = json.loads(answer)
    except ValueError:
        return None
    return decoded if isinstance(decoded, dict) else None


class Doorbell(QObject):
    """The window's side: answers wishes from other starts of the program."""

    def __init__(
        self, folder: Path, tasks: Tasks, wishes: Mapping[str, Callable[[], Awaitable[dict[str, Any]]]]
    ) -> None:
        """Listen for the copy in `folder`; `wishes` answers each wish by name."""
        super().__init__()
        self._tasks, self._wishes = tasks, wishes
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        name = socket_name(folder)
        if not self._server.listen(name):
            QLocalServer.removeServer(name)  # left behind by a window that was killed
            self._server.listen(name)
        self._server.newConnection.connect(self._on_connection)

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda s=socket: self._on_line(s))
            socket.disconnected.connect(socket.deleteLater)

    def _on_line(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            return
        try:
            wish = json.loads(bytes(socket.readLine().data())).get("do")
        except (ValueError, AttributeError):
            wish = None
        self._tasks.spawn(self._answer(socket, wish), "handover")

    async def _answer(self, socket: QLocalSocket, wish: object) -> None:
        answer = await self._wishes[wish]() if isinstance(wish, str) and wish in self._wishes else {"error": "unknown"}
        if shiboken6.isValid(socket):  # who asked may have left meanwhile
            socket.write(json.dumps(answer, default=str).encode() + b"\n")
            socket.flush()
