"""`clockdesk://booking/123`: a link in a mail or another program that opens something here. Hostile text until read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clockdesk.domain.errors import UserError
from clockdesk.domain.kinds import Kind

SCHEME = "clockdesk:"

_KINDS = {"booking": Kind.BOOKING, "room": Kind.ROOM, "folio": Kind.FOLIO}
_FORM = re.compile(r"clockdesk:(?://)?(booking|room|folio)/([0-9]{1,15})/?")


@dataclass(frozen=True, slots=True)
class Link:
    """What is to be shown."""

    kind: Kind
    ident: int

    @property
    def text(self) -> str:
        """As it is handed over to the window."""
        return f"clockdesk://{next(name for name, kind in _KINDS.items() if kind is self.kind)}/{self.ident}"


def parse_link(text: str) -> Link:
    """Read a link. Raises UserError; nothing of the text is repeated in it."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise UserError(
            "This link is not one of ClockDesk's: clockdesk://booking/123, clockdesk://room/5, clockdesk://folio/9."
        )
    return Link(_KINDS[found[1]], int(found[2]))
