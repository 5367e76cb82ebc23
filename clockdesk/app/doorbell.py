"""The window's side of `app.handover`: answers wishes from other starts of the program."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, TypeAlias

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from clockdesk.app.handover import OPEN, doorbell_of
from clockdesk.domain.errors import ErrorCode, KnownError, UserError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from clockdesk.domain.tasks import Tasks

    Wish: TypeAlias = Callable[[], Awaitable[dict[str, Any]]]
    Tell: TypeAlias = Callable[[dict[str, Any]], None]
    Feed: TypeAlias = Callable[[Tell], Callable[[], None]]
    Open: TypeAlias = Callable[[str], Awaitable[dict[str, Any]]]

log = logging.getLogger(__name__)

_LONGEST_WISH = 4096


class Doorbell(QObject):
    """Listens for the copy in one folder. `wishes` are answered once; a feed tells on until the asker leaves."""

    def __init__(
        self,
        folder: Path,
        tasks: Tasks,
        wishes: Mapping[str, Wish],
        feeds: Mapping[str, Feed] | None = None,
        follow: Open | None = None,
    ) -> None:
        """Listen at once. A feed takes what is to be told each piece of news and returns what ends it.

        `follow` opens what a link names; the link comes as it was given to the other start.
        """
        super().__init__()
        self._tasks, self._wishes, self._feeds, self._follow = tasks, wishes, feeds or {}, follow
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        name = doorbell_of(folder)
        QLocalServer.removeServer(name)  # left behind by a window that was killed: whoever holds the copy is alone
        if not self._server.listen(name):
            log.warning("other starts of the program can't reach this window: %s", self._server.errorString())

    def close(self) -> None:
        """Stop listening, and hang up on those who still hear a feed."""
        self._server.close()
        for socket in self._server.findChildren(QLocalSocket):
            socket.abort()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.setReadBufferSize(_LONGEST_WISH)
            socket.readyRead.connect(lambda s=socket: self._on_line(s))
            socket.disconnected.connect(socket.deleteLater)
            self._on_line(socket)

    def _on_line(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            return
        try:
            wish = json.loads(bytes(socket.readLine().data())).get("do")
        except (ValueError, AttributeError, RecursionError):
            wish = None
        if isinstance(wish, str) and wish in self._feeds:
            _say(socket, {"hears": wish})
            socket.disconnected.connect(self._feeds[wish](lambda news: _say(socket, news)))
        elif isinstance(wish, str) and wish in self._wishes:
            self._tasks.spawn(self._fulfil(socket, self._wishes[wish]()), "handover")
        elif isinstance(wish, str) and wish.startswith(OPEN) and self._follow is not None:
            self._tasks.spawn(self._fulfil(socket, self._follow(wish.removeprefix(OPEN))), "handover of a link")
        else:
            _say(
                socket, {"error": "unknown", "words": "The open window is of another version. Close it and try again."}
            )

    async def _fulfil(self, socket: QLocalSocket, wish: Awaitable[dict[str, Any]]) -> None:
        try:
            answer = await wish
        except KnownError as error:
            answer = {"error": error.code, "words": str(error)}
        except UserError as error:
            answer = {"error": ErrorCode.BAD_ANSWER, "words": str(error)}
        except Exception:
            _say(socket, {"error": ErrorCode.BAD_ANSWER})
            raise
        _say(socket, answer)


def _say(socket: QLocalSocket, answer: dict[str, Any]) -> None:
    if shiboken6.isValid(socket):  # who asked may have left meanwhile
        socket.write(json.dumps(answer, default=str).encode() + b"\n")
        socket.flush()
