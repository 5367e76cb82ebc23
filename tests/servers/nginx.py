"""nginx with nchan as the message broker: what a test publishes, and what nginx logged of the polls."""

from __future__ import annotations

import asyncio
import http.client
import json
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clockdesk.domain.kinds import EventName
from tests.servers.daemon import Daemon

MODULE = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
SPOOL, OUR_SPOOL = b"/var/lib/nginx/body\0", b"./././././/messages\0"


def make_nginx() -> Daemon:
    """nginx, not started."""
    daemon = Daemon(
        "nginx.conf",
        lambda config: [
            *("/usr/sbin/nginx", "-p", str(config.parent), "-e", str(config.parent / "error.log"), "-c", str(config)),
        ],
    )
    # WORKAROUND nchan 1.3.6: it makes this folder of the system, and its directive for another one is refused as a
    # duplicate. The copy of the module makes it in ours (a path without a leading slash is below nginx's prefix).
    (daemon.folder / MODULE.name).write_bytes(MODULE.read_bytes().replace(SPOOL, OUR_SPOOL))
    return daemon


@dataclass(frozen=True)
class Polled:
    """A poll as nginx logged it: cursor asked with, cursor answered with, and what must never be there."""

    status: int
    target: str
    if_modified_since: str
    if_none_match: str
    last_modified: str
    etag: str
    authorization: str
    cookie: str


class Broker:
    """One account's channels at nginx, which no other test uses."""

    def __init__(self, nginx: Daemon) -> None:
        self.nginx = nginx
        self._account = f"{uuid.uuid4()}-222"

    def address(self, event: EventName, style: str = "newest") -> str:
        """Where to poll; the style is a location of nginx.conf."""
        return f"{self.nginx.url}/{style}/sub/{self._account}-{event}"

    def root(self, style: str = "newest", **others: str) -> bytes:
        """A root answer that names the channel of each event; `others` replace addresses."""
        return json.dumps({"channels": [others.get(event, self.address(event, style)) for event in EventName]}).encode()

    async def publish(self, event: EventName, *ids: int, buffer: str = "") -> None:
        """Publish messages, one after the other, while the polls go on. `buffer="/small"`: five are kept."""
        await asyncio.to_thread(self.publish_at_once, event, *ids, buffer=buffer)

    def publish_at_once(self, event: EventName, *ids: int, buffer: str = "") -> None:
        """The same, and nothing else happens in this program meanwhile."""
        for number in ids:
            self._talk("POST", event, json.dumps({event.id_member: number}), buffer)

    def waiting(self, event: EventName) -> int:
        """How many polls wait on a channel now."""
        told: dict[str, int] = self._talk("GET", event)
        return told.get("subscribers", 0)

    def polls(self, event: EventName) -> list[Polled]:
        """The polls of a channel that were answered, in order."""
        lines = [json.loads(line) for line in self.nginx.accesses()]
        return [Polled(**line) for line in lines if line["target"].endswith(f"/{self._account}-{event}")]

    def _talk(self, method: str, event: EventName, body: str | None = None, buffer: str = "") -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.nginx.port, timeout=10)
        try:
            headers = {"Accept": "application/json", "Content-Type": "application/json"}
            connection.request(method, f"{buffer}/pub/{self._account}-{event}", body, headers)
            answer = connection.getresponse()
            told = answer.read()
            assert answer.status in {200, 201, 202, 404}, told
            return json.loads(told) if answer.status != 404 else {}
        finally:
            connection.close()
