"""What differs between two answers, member by member, with the service's own spelling of every value."""

from __future__ import annotations

import msgspec

_MEMBERS: msgspec.json.Decoder[dict[str, msgspec.Raw]] = msgspec.json.Decoder(dict[str, msgspec.Raw])
_NULL = msgspec.Raw(b"null")


def difference(before: bytes, after: bytes) -> bytes | None:
    """JSON `{member: [before, after]}` of the members that differ, a missing one as null; None when none does.

    Values are compared as written, so no number is ever converted.
    """
    old, new = _MEMBERS.decode(before), _MEMBERS.decode(after)
    differing = {
        name: (old.get(name, _NULL), new.get(name, _NULL))
        for name in (*old, *(name for name in new if name not in old))
        if bytes(old.get(name, _NULL)) != bytes(new.get(name, _NULL))
    }
    return msgspec.json.encode(differing) if differing else None
