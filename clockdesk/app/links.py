"""`clockdesk://booking/123`: a link in a mail or another program that opens something here. Hostile text until read.

A link shows; it never changes anything, whatever it says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clockdesk.domain.errors import UserError
from clockdesk.domain.kinds import Kind

if TYPE_CHECKING:
    from clockdesk.office.house import House

SCHEME = "clockdesk:"

_NAMES = {Kind.BOOKING: "booking", Kind.ROOM: "room", Kind.FOLIO: "folio"}
_FORM = re.compile(
    r"clockdesk:(?://)?(?:(?P<kind>booking|folio)/(?P<ident>[0-9]{1,15})|room/(?P<room>[0-9A-Za-z][0-9A-Za-z._-]{0,19}))/?"
)
_ID = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Link:
    """What is to be shown: an id, or for a room the number on its door (which may be an id instead)."""

    kind: Kind
    named: str

    @property
    def text(self) -> str:
        """As it is handed over to the window."""
        return f"clockdesk://{_NAMES[self.kind]}/{self.named}"

    def ident(self, house: House) -> int:
        """The id of what it names; of a room, the number on the door goes before the id. Raises UserError."""
        if self.kind is not Kind.ROOM:
            return int(self.named)
        wanted = self.named.casefold()
        found = next((one for one in house.ids(Kind.ROOM) if house.room_name(one).casefold() == wanted), None)
        if found is None and _ID.fullmatch(self.named) and int(self.named) in house.rooms:
            found = int(self.named)
        if found is None:
            raise UserError("The link names a room that this hotel does not have.")
        return found


def parse_link(text: str) -> Link:
    """Read a link. Raises UserError; nothing of the text is repeated in it."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise UserError(
            "This link is not one of ClockDesk's: clockdesk://booking/123, clockdesk://room/101, clockdesk://folio/9."
        )
    if found["room"]:
        return Link(Kind.ROOM, found["room"])
    return Link(Kind.BOOKING if found["kind"] == "booking" else Kind.FOLIO, str(int(found["ident"])))
